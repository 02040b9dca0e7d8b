import Telemetry

/// A metric as it is now (opentelemetry.proto.metrics.v1.Metric).
package struct MetricSnapshot: Sendable {
    /// The values under one set of labels.
    package struct Point: Sendable {
        package var attributes: [Attribute]
        package var samples: [Sample]
    }

    package var name: String, about: String, unit: String
    package var kind: Registry.Kind
    package var points: [Point]

    /// All of a registry, but for names that only some dashboards know (`vllm:…`), which are the same values again.
    package static func all(of registry: Registry) -> [MetricSnapshot] {
        registry.all.filter { !$0.name.contains(":") }.map { entry in
            let points = entry.children().map { values, samples in
                Point(attributes: zip(entry.labels, values).map { Attribute($0, $1) }, samples: samples)
            }
            return MetricSnapshot(
                name: entry.name, about: entry.help, unit: unit(of: entry.name), kind: entry.kind, points: points)
        }
    }

    /// As the name says it (UCUM).
    private static func unit(of name: String) -> String {
        let name = name.hasSuffix("_total") ? String(name.dropLast(6)) : name
        return name.hasSuffix("_seconds") ? "s" : name.hasSuffix("_bytes") ? "By" : name.hasSuffix("_ratio") ? "1" : ""
    }

    /// - Parameters:
    ///   - start: since when it counts; nanoseconds since 1970.
    ///   - now: the same of this moment.
    func write(since start: UInt64, now: UInt64, _ writer: inout ProtobufWriter) {
        writer.field(1, name)
        writer.field(2, about)
        writer.field(3, unit)
        let cumulative = 2
        switch kind {
        case .gauge: writer.field(5) { writeNumbers(&$0, nil, now) }
        case .counter:
            writer.field(7) { sum in
                writeNumbers(&sum, start, now)
                sum.field(2, cumulative)
                sum.field(3, true)
            }
        case .histogram:
            writer.field(9) { histogram in
                for point in points { histogram.field(1) { point.writeBuckets(start, now, &$0) } }
                histogram.field(2, cumulative)
            }
        }
    }

    private func writeNumbers(_ writer: inout ProtobufWriter, _ start: UInt64?, _ now: UInt64) {
        for point in points {
            guard let value = point.samples.first?.value else { continue }
            writer.field(1) { number in
                if let start { number.field(2, fixed: start) }
                number.field(3, fixed: now)
                number.field(4, value)
                point.attributes.write(as: 7, &number)
            }
        }
    }
}

extension MetricSnapshot.Point {
    /// Buckets that count what fell into each, not into it or below.
    fileprivate func writeBuckets(_ start: UInt64, _ now: UInt64, _ writer: inout ProtobufWriter) {
        let buckets = samples.filter { $0.suffix == "_bucket" }
        let running = buckets.map { UInt64(max(0, $0.value)) }
        let counts = zip(running, [0] + running).map { $0 - min($0, $1) }
        writer.field(2, fixed: start)
        writer.field(3, fixed: now)
        writer.field(4, fixed: running.last ?? 0)
        writer.field(5, samples.first { $0.suffix == "_sum" }?.value ?? 0)
        writer.field(6, packed: counts)
        writer.field(7, packed: buckets.compactMap(\.upperBound).filter(\.isFinite).map(\.bitPattern))
        attributes.write(as: 9, &writer)
    }
}
