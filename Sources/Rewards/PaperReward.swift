import Documents
import Functions
import Grammar
import Judging
import OrderedCollections

/// The paper's rewards for reinforcement (appendix B). The answer is `<think>…</think><answer>…</answer>`.
///
/// | format | |
/// |---|---|
/// | 1 | the tags are as they should be, the function is in the pool and its parameters are valid |
/// | 0 | otherwise |
///
/// | answer | |
/// |---|---|
/// | 2 | all is right |
/// | -1.2 | the function's name is right, and a parameter with its value |
/// | -1.25 | the function's name is right, and a parameter's name |
/// | -1.5 | otherwise |
/// | -2 | there is no answer, or it cannot be read, or its function is not defined, or the thought does not end with it |
enum PaperReward {
    static func reward(_ answer: RewardedAnswer) -> Reward {
        let text = Completion.turn(of: TaggedText(answer.response))
        let given = AnswerText.inside(text, "<answer>", "</answer>").flatMap { AnswerText.parsed($0.stripped) }
        let format = given.map { isTagged(text) && isValid($0, answer) } ?? false
        let (value, detail) = worth(given, of: answer, text)
        return Reward(
            parts: [.init("format", format ? 1 : 0), .init("answer", value)], isRight: value == 2, detail: detail)
    }

    /// `<think>…</think>`, then `<answer>…</answer>`, blanks between them, and nothing else.
    static func isTagged(_ text: TaggedText) -> Bool {
        guard text.starts(with: "<think>"), text.ends(with: "</answer>"), text.count("<answer>") == 1,
            text.count("</answer>") == 1, text.count("<think>") == 1, text.count("</think>") == 1,
            let close = text.first("</think>"), let open = text.first("<answer>"),
            close.upperBound <= open.lowerBound
        else { return false }
        return text.from(close.upperBound).up(to: open.lowerBound).stripped.bytes.isEmpty
    }

    /// Every function is in the pool, and its parameters follow the schema and are declared there.
    private static func isValid(_ given: FunctionAnswer, _ answer: RewardedAnswer) -> Bool {
        given.calls.allSatisfy { call in
            guard let functions = answer.functions else { return true }
            guard let function = functions.first(where: { $0.name == call.function }) else { return false }
            let others = function.parameters["additionalProperties"]
            let takesOthers = others != nil && others != false
            guard takesOthers || call.parameters.keys.allSatisfy({ function.properties[$0] != nil }) else {
                return false
            }
            return (try? SchemaValidator(function.parameters).validate(.object(call.parameters))) != nil
        }
    }

    private static func worth(
        _ given: FunctionAnswer?, of answer: RewardedAnswer, _ text: TaggedText
    ) -> (Double, String) {
        guard let given else { return (-2, "there is no answer that can be read") }
        if let unknown = given.calls.first(where: { !answer.isDefined($0.function) }) {
            return (-2, "no function is called \(unknown.function)")
        }
        let names = given.outcome == .call ? given.calls.map(\.function) : [given.outcome.rawValue]
        let thought = AnswerText.inside(text, "<think>", "</think>")?.text ?? ""
        guard let last = NamedFunctions(answer, names).last(in: thought) else {
            return (-2, "the thought names no function")
        }
        guard names.contains(last) else { return (-2, "the thought ends with \(last), not with the answer's function") }
        guard let reference = answer.label.reference else { return (0, "there is no label") }
        let matcher = AnswerMatcher(functions: answer.functions ?? [])
        let match = matcher.match(given, reference, .exact)
        guard !match.isRight else { return (2, "all is right") }
        return (partly(given, reference, matcher), match.detail ?? "not right")
    }

    /// What an answer that is not right has of the right one: the best of all pairs of calls.
    private static func partly(_ given: FunctionAnswer, _ reference: Reference, _ matcher: AnswerMatcher) -> Double {
        var worth = -1.5
        for expected in reference.expected {
            for call in given.calls where call.function == expected.function {
                let shared = call.parameters.filter { expected.parameters[$0.key] != nil }
                if !shared.isEmpty { worth = max(worth, -1.25) }
                let hasValue = shared.contains { name, value in
                    matcher.isRight(value, for: name, of: expected, reference.answers)
                }
                if hasValue { worth = max(worth, -1.2) }
            }
        }
        return worth
    }
}

/// Names of functions in a thought.
struct NamedFunctions {
    private let names: Set<String>

    /// Those offered, those of the answer and of its label, and the outcomes that are no call.
    init(_ answer: RewardedAnswer, _ given: [String]) {
        names = Set(
            (answer.functions ?? []).map(\.name) + given + (answer.label.reference?.expected ?? []).map(\.function)
        ).union(Outcome.reservedNames)
    }

    /// The one that is named last, as a word of its own; nil: none is.
    func last(in thought: String) -> String? {
        let words = thought.unicodeScalars.split { scalar in
            !(scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || "_-.".unicodeScalars.contains(scalar))
        }
        for word in words.reversed() {
            if let name = name(of: String(word)) { return name }
        }
        return nil
    }

    /// A word that is a name, but for the full stop or hyphen at its ends; else a name between full stops.
    private func name(of word: String) -> String? {
        if names.contains(word) { return word }
        let bare = word.drop { ".-".contains($0) }.reversed().drop { ".-".contains($0) }.reversed()
        if names.contains(String(bare)) { return String(bare) }
        return word.split(separator: ".").reversed().map(String.init).first { names.contains($0) }
    }
}
