import Documents
import Functions
import OrderedCollections

/// ToolRL's reward (arXiv 2504.13958) as verl computes it in `rlla.py` with none of its switches set, to the last digit.
///
/// Format: 1 where the parts stand as in the ground truth, each once, on lines of their own; else 0. Correctness, in -3 to 3,
/// where the ground truth has calls: the overlap of names, and for each call that is paired the overlap of its parameters'
/// names and the number of equal values, of 1 + Σ (1 + parameters). What cannot be read is worth -3; without calls in the
/// ground truth it is 0.
enum ToolRLReward {
    private static let most = 3.0, least = -3.0

    static func reward(_ answer: RewardedAnswer) -> Reward {
        let truth = TaggedText(answer.label.groundTruth)
        let response = Completion.markedTurn(of: TaggedText(answer.response))
        let format = isFormed(response, as: truth) ? 1.0 : 0.0
        let correctness = correctness(response, truth)
        return Reward(
            parts: [.init("format", format), .init("correctness", correctness.value)],
            isRight: correctness.value == most || (!truth.contains("<tool_call>") && format == 1),
            detail: correctness.detail)
    }

    static func isFormed(_ text: TaggedText, as truth: TaggedText) -> Bool {
        guard text.starts(with: "<think>") else { return false }
        let hasCalls = truth.contains("<tool_call>"), hasResponse = truth.contains("<response>")
        if hasCalls, text.count("<tool_call>") != 1 || text.count("</tool_call>") != 1 { return false }
        if hasResponse, text.count("<response>") != 1 || text.count("</response>") != 1 { return false }
        let start = text.bytes.startIndex + 7
        switch (hasCalls, hasResponse) {
        case (false, false): return text.ends(with: "</think>", from: start)
        case (false, true):
            guard let open = text.first("</think>\n<response>", from: start) else { return false }
            return text.ends(with: "</response>", from: open.upperBound)
        case (true, false):
            guard let open = text.first("</think>\n<tool_call>\n", from: start) else { return false }
            return text.ends(with: "\n</tool_call>", from: open.upperBound)
        case (true, true):
            guard let open = text.first("</think>\n<tool_call>\n", from: start),
                let middle = text.first("\n</tool_call>\n<response>", from: open.upperBound)
            else { return false }
            return text.ends(with: "</response>", from: middle.upperBound)
        }
    }

    private static func correctness(_ response: TaggedText, _ truth: TaggedText) -> (value: Double, detail: String) {
        guard truth.contains("<tool_call>") else { return (0, "the ground truth has no call") }
        guard let expected = calls(truth) else { return (least, "the ground truth's calls are no JSON") }
        guard response.contains("</tool_call>"), let given = calls(response) else {
            return (least, "the answer has no calls that can be read")
        }
        if PythonValue.equal(.array(expected), .array(given)) { return (most, "the calls are equal") }
        guard let score = score(expected, given) else { return (least, "a call lacks its name or parameters") }
        let part = (most - least) * score.reached / score.possible + least
        return (part, "\(score.reached) of \(score.possible)")
    }

    /// The calls between the first pair of tags, one a line; nil where a line is no JSON.
    private static func calls(_ text: TaggedText) -> [JSONValue]? {
        guard let open = text.first("<tool_call>") else { return nil }
        let inside = text.from(open.upperBound).before("<tool_call>").before("</tool_call>").stripped
        let lines = inside.lines
        guard lines.count <= RewardedAnswer.mostCalls else { return nil }
        var calls: [JSONValue] = []
        for line in lines {
            // Python takes no byte order mark.
            guard line.bytes.first != 0xEF, let call = try? JSONValue(parsing: line.bytes) else { return nil }
            calls.append(call)
        }
        return calls
    }

    /// nil where `rlla.py` fails: for a value in the place of a call that has no name, or no parameters.
    private static func score(_ expected: [JSONValue], _ given: [JSONValue]) -> (reached: Double, possible: Double)? {
        let expectedNames = expected.compactMap { $0["name"] }, givenNames = given.compactMap { $0["name"] }
        guard expectedNames.count == expected.count, givenNames.count == given.count,
            var reached = overlap(expectedNames, givenNames)
        else { return nil }
        var possible = 1.0, used: Set<Int> = []
        for (call, name) in zip(expected, expectedNames) {
            guard let parameters = call["parameters"], let size = size(parameters) else { return nil }
            possible += 1.0 + Double(size)
            var best: (index: Int, score: Double)?
            for (index, other) in given.enumerated()
            where !used.contains(index) && PythonValue.equal(givenNames[index], name) {
                guard let wanted = parameters.objectValue, let members = other["parameters"]?.objectValue else {
                    return nil
                }
                let score = score(wanted, members)
                if score > best?.score ?? 0 { best = (index, score) }
            }
            if let best {
                used.insert(best.index)
                reached += best.score
            }
        }
        return (reached, possible)
    }

    /// The overlap of names, and the number of equal values.
    private static func score(_ expected: JSONObject, _ given: JSONObject) -> Double {
        let names = overlap(expected.keys.map { .string($0) }, given.keys.map { .string($0) }) ?? 0
        var equal = 0.0
        for (name, value) in expected {
            if let other = given[name], PythonValue.equal(other, value) { equal += 1 }
        }
        return names + equal
    }

    /// What Python's `len` says; nil for what has none.
    private static func size(_ value: JSONValue) -> Int? {
        switch value {
        case .object(let members): members.count
        case .array(let elements): elements.count
        case .string(let text): text.unicodeScalars.count
        case .null, .bool, .integer, .number: nil
        }
    }

    /// Common elements of all, by how often they stand; nil for what cannot be counted.
    private static func overlap(_ first: [JSONValue], _ second: [JSONValue]) -> Double? {
        if PythonValue.equal(.array(first), .array(second)) { return 1 }
        guard !first.isEmpty, !second.isEmpty else { return 0 }
        let firstKeys = first.compactMap(PythonValue.Key.init), secondKeys = second.compactMap(PythonValue.Key.init)
        guard firstKeys.count == first.count, secondKeys.count == second.count else { return nil }
        let counts = firstKeys.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let others = secondKeys.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let common = counts.reduce(0) { $0 + min($1.value, others[$1.key] ?? 0) }
        return Double(common) / Double(first.count + second.count - common)
    }
}
