import Documents
import FunctionCalling
import Functions
import OrderedCollections

extension CallsReport {
    /// The report for programs.
    public var json: JSONValue {
        var members: JSONObject = [
            "samples": .integer(count), "right": all.right.json, "function_right": all.function.json,
            "mean": .rounded(mean, 4), "sets": Self.json(sets), "functions": Self.json(functions),
        ]
        for (name, groups) in [("domains", domains), ("languages", languages), ("categories", categories)]
        where !groups.isEmpty {
            members[name] = Self.json(groups)
        }
        if all.judged.total > 0 || unjudged > 0 {
            members["judged"] = [
                "right": all.judged.json, "not_by_the_matcher": .integer(ofJudge.tooKind),
                "by_the_matcher_only": .integer(ofJudge.tooStrict), "without_verdict": .integer(unjudged),
            ]
        }
        members["outcomes"] = Self.json(Dictionary(uniqueKeysWithValues: outcomes.map { ($0.rawValue, $1) }))
        members["confusion"] = confusionJSON
        members["invalid_calls"] = .integer(invalidCalls)
        members["failures"] = .array(failures.map { .string($0) })
        if !ranks.isEmpty {
            members["recall"] = .object(
                JSONObject(recall.map { ("\($0.k)", $0.share.json) }, uniquingKeysWith: { first, _ in first }))
        }
        members["expected_calibration_error"] = .rounded(ofFunctions.error, 4)
        members["calibration"] = ["functions": ofFunctions.json, "answers": ofAnswers.json]
        members["tokens_per_sample"] = [
            "prompt": .rounded(perSample(tokens.prompt), 1), "cached": .rounded(perSample(tokens.cached), 1),
            "completion": .rounded(perSample(tokens.completion), 1),
        ]
        members["ms"] = ["p50": .rounded(quantile(0.5), 1), "p95": .rounded(quantile(0.95), 1)]
        return .object(members)
    }

    /// Expected outcomes, each with what came.
    private var confusionJSON: JSONValue {
        .object(
            JSONObject(
                uniqueKeysWithValues: Outcome.allCases.map { expected in
                    let row = Outcome.allCases.map { ($0.rawValue, JSONValue.integer(confusion[expected]?[$0] ?? 0)) }
                    return (expected.rawValue, .object(JSONObject(uniqueKeysWithValues: row)))
                }))
    }

    /// Groups by name.
    private static func json(_ groups: [String: Group]) -> JSONValue {
        var members: JSONObject = [:]
        for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
            var member: JSONObject = [
                "right": group.right.json, "function_right": group.function.json, "exact_match": group.exact.json,
            ]
            if group.frame.total > 0 { member["frame_right"] = group.frame.json }
            if group.judged.total > 0 { member["judged_right"] = group.judged.json }
            members[name] = .object(member)
        }
        return .object(members)
    }
}
