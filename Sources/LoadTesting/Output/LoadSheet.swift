import Documents

/// A document's points as comma-separated values (RFC 4180): a line each, the numbers of its objects under their names.
public enum LoadSheet {
    private static let shared = ["label", "cc", "request_rate", "max_concurrency", "num_prompts"]
    private static let figures = [
        "duration", "completed", "failed", "request_throughput", "request_goodput", "output_throughput",
        "total_token_throughput", "mean_e2el_ms", "median_e2el_ms", "p90_e2el_ms", "p95_e2el_ms", "p99_e2el_ms",
        "p99.9_e2el_ms", "max_e2el_ms", "mean_ttft_ms", "median_ttft_ms", "p99_ttft_ms", "mean_tpot_ms",
        "mean_input_tokens",
        "mean_cached_tokens", "mean_output_tokens",
    ]

    /// The steady part where there is one; `part` says which it is.
    public static func text(_ document: JSONValue) -> String {
        var lines = [
            (shared + ["part"] + figures + ["qps_half_width", "meets_goals", "saturated"]).joined(separator: ",")
        ]
        for point in document["points"]?.arrayValue ?? [] {
            let steady = point["steady_state"].flatMap { $0.isNull ? nil : $0 }
            let rest = [
                point["interval_95"]?["request_throughput"]?["half_width"], point["meets_goals"], point["saturated"],
            ]
            var cells = shared.map { cell(point[$0]) }
            cells.append(steady == nil ? "whole" : "steady")
            cells += figures.map { cell((steady ?? point)[$0]) } + rest.map(cell)
            lines.append(cells.joined(separator: ","))
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private static func cell(_ value: JSONValue?) -> String {
        guard let value, !value.isNull else { return "" }
        guard let text = value.stringValue else { return value.text() }
        // A sheet must not take a label for a formula.
        let plain = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        guard plain.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return plain }
        return "\"" + plain.replacing("\"", with: "\"\"") + "\""
    }
}
