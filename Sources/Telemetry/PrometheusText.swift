/// A registry as text: Prometheus 0.0.4, or OpenMetrics 1.0.0 for those who ask.
public enum PrometheusText: Sendable, CaseIterable {
    case prometheus, openMetrics

    /// As a scraper names it.
    public var mediaType: String {
        switch self {
        case .prometheus: "text/plain;version=0.0.4"
        case .openMetrics: "application/openmetrics-text;version=1.0.0"
        }
    }

    /// As the header `content-type` has it.
    public var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// All metrics in the order of their registration.
    public func render(_ registry: Registry) -> String {
        var text = ""
        for entry in registry.all { append(entry, to: &text) }
        if self == .openMetrics { text += "# EOF\n" }
        return text
    }

    /// One metric: its help, its type, its samples.
    private func append(_ entry: Registry.Entry, to text: inout String) {
        // OpenMetrics names a counter's family without `_total`, and its samples with it.
        let isBareCounter = self == .openMetrics && entry.kind == .counter
        let (name, family) = (entry.name, isBareCounter ? String(entry.name.dropLast(6)) : entry.name)
        text += "# HELP \(family) \(Self.escape(entry.help, quotes: self == .openMetrics))\n"
        text += "# TYPE \(family) \(entry.kind.rawValue)\n"
        for (values, samples) in entry.children() {
            let labels = zip(entry.labels, values).map { "\($0)=\"\(Self.escape($1, quotes: true))\"" }
            for sample in samples {
                let all = labels + (sample.upperBound.map { ["le=\"\(Self.number($0))\""] } ?? [])
                text += name + sample.suffix
                if !all.isEmpty { text += "{\(all.joined(separator: ","))}" }
                text += " \(Self.number(sample.value))\n"
            }
        }
    }

    /// Backslash and line feed, and quotes inside label values.
    private static func escape(_ value: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Whole numbers without a fraction; `+Inf`, `-Inf`, `NaN`.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return String(value)
    }
}
