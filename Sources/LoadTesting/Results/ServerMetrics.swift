/// What a server's `/metrics` said over one point: by how much counters grew, the mean of what histograms took in, and what
/// gauges showed at the end.
public struct ServerMetrics: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        /// The series as the server writes it; of a histogram's mean its family with `_mean`.
        public let name: String
        public let value: Double
    }

    public let entries: [Entry]

    /// - Returns: nil if nothing changed, or a counter fell: another server, or a restart in between.
    package init?(before: MetricsText, after: MetricsText) {
        var entries: [Entry] = []
        for (name, now) in after.series {
            let then = before.value(name) ?? 0
            switch after.kind(of: name) {
            case .counter:
                guard now >= then else { return nil }
                if now > then { entries.append(Entry(name: name, value: now - then)) }
            case .gauge: entries.append(Entry(name: name, value: now))
            case .histogramSum(let count, let mean):
                guard let countNow = after.value(count) else { continue }
                let taken = countNow - (before.value(count) ?? 0)
                guard taken >= 0 else { return nil }
                if taken > 0 { entries.append(Entry(name: mean, value: (now - then) / taken)) }
            case .other: break
            }
        }
        guard !entries.isEmpty else { return nil }
        self.entries = entries
    }
}

/// One scrape in Prometheus' text format (0.0.4): the values of all series, in the order of the text.
package struct MetricsText: Sendable {
    enum Kind {
        case counter, gauge, other
        /// The series of the count that belongs to a sum, and a name for their quotient.
        case histogramSum(count: String, mean: String)
    }

    private(set) var series: [(name: String, value: Double)] = []
    private var values: [String: Double] = [:]
    private var types: [Substring: Substring] = [:]
    /// More than any server of ours has; what follows is left out.
    private static let limit = 20_000

    package init(_ text: String) {
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                if words.count == 4 { types[words[2]] = words[3] }
            } else if !line.hasPrefix("#"), let (name, value) = Self.sample(line), series.count < Self.limit {
                series.append((name, value))
                values[name] = value
            }
        }
    }

    package func value(_ name: String) -> Double? { values[name] }

    /// `name{label="a b"} 12.5 [time]`; nil of anything else, and of what is no finite number.
    private static func sample(_ line: Substring) -> (String, Double)? {
        var isQuoted = false, isEscaped = false
        guard
            let end = line.firstIndex(where: { character in
                defer { isEscaped = !isEscaped && character == "\\" }
                if character == "\"", !isEscaped { isQuoted.toggle() }
                return character == " " && !isQuoted
            }), let text = line[end...].split(separator: " ").first, let value = Double(text), value.isFinite
        else { return nil }
        return (String(line[..<end]), value)
    }

    /// By the family's declared type; parts of histograms other than the sum are `.other`.
    func kind(of name: String) -> Kind {
        let base = name.prefix { $0 != "{" }
        switch types[base] {
        case "counter": return .counter
        case "gauge": return .gauge
        default: break
        }
        guard base.hasSuffix("_sum"), ["histogram", "summary"].contains(types[base.dropLast(4)]) else { return .other }
        let (family, labels) = (base.dropLast(4), name.dropFirst(base.count))
        return .histogramSum(count: "\(family)_count\(labels)", mean: "\(family)_mean\(labels)")
    }
}
