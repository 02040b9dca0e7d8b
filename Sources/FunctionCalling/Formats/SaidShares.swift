import OrderedJSON

/// Shares of a hundred that a request names: 8 % is the number 0.08.
///
/// A small model copies the 8. Where a parameter is any `number`, and neither its name, its description nor its bounds
/// speak of hundredths, the number is meant; in samples of a public benchmark 12 of 12 such parameters were.
struct SaidShares {
    /// Numbers with a percent sign, or the word, behind them, and numbers that stand without.
    private var shares: Set<Double> = [], others: Set<Double> = []

    init(query: String) {
        for match in query.prefix(Self.maximumLength).matches(of: /(\d+(?:\.\d+)?)\s?(%|percent|per cent)?/) {
            guard let value = Double(match.1) else { continue }
            if match.2 == nil { others.insert(value) } else { shares.insert(value) }
        }
    }

    /// Characters of a request that are looked at.
    private static let maximumLength = 2_000

    func corrected(_ parameters: JSONObject, _ schema: JSONValue) -> JSONObject {
        guard !shares.isEmpty else { return parameters }
        var result = parameters
        for (name, value) in parameters {
            guard let number = value.doubleValue, shares.contains(number), !others.contains(number),
                let property = schema["properties"]?[name], Self.takesNumber(name, property)
            else { continue }
            result[name] = .number(number / 100)
        }
        return result
    }

    private static func takesNumber(_ name: String, _ schema: JSONValue) -> Bool {
        guard let members = schema.objectValue, members["type"] == "number",
            members.keys.allSatisfy({ ["type", "description", "default", "title"].contains($0) })
        else { return false }
        let text = (members["description"]?.stringValue ?? "").lowercased()
        if text.contains("as a decimal") || text.contains("decimal form") { return true }
        return ![text, name.lowercased()].contains { $0.contains("percent") || $0.contains("%") || $0.contains("pct") }
    }
}
