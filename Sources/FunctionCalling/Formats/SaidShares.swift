import OrderedJSON
import Retrieval

/// Shares of a hundred that a request names: 8 % is the number 0.08.
///
/// A small model copies the 8. The number is meant where a parameter is any `number` of what is counted in shares (a rate, a
/// probability), and neither its name nor its description speak of hundredths. 30 % of brightness stay 30.
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
        guard
            ![text, name.lowercased()].contains(where: {
                $0.contains("percent") || $0.contains("%") || $0.contains("pct")
            })
        else { return false }
        return Terms("\(name) \(text)", splitsNames: true).contains(where: shared.contains)
    }

    /// Folded as `Terms` folds them.
    private static let shared = Set(
        Terms("rate ratio return yield growth interest probability likelihood confidence fraction proportion"))
}
