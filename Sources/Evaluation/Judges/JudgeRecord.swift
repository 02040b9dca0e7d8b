import Documents
import OrderedCollections

/// What a judge said of one labelled answer: a line of the results file.
public struct JudgeRecord: Sendable, Hashable, ResultsLine {
    public var id: String
    /// How the answer was made.
    public var kind: String
    /// The question that it answers, with its set: answers to one question can be compared.
    public var question: String
    /// What was asked, and the answer to it, for people; nil: not kept.
    public var query: String?
    public var answer: String?
    /// What it should say, and what it says; nil: the judgement failed.
    public var label: Bool
    public var verdict: Bool?
    /// Probability of its verdict.
    public var confidence = 1.0
    /// Rules did not decide.
    public var isByModel = false
    public var rationale = ""
    public var milliseconds = 0.0
    public var promptTokens = 0, completionTokens = 0
    public var error: String?

    /// A record without a verdict.
    public init(id: String, kind: String, question: String, label: Bool) {
        (self.id, self.kind, self.question, self.label) = (id, kind, question, label)
    }

    public var key: String { id }

    /// How right it takes the answer to be, 0 to 1; nil without a verdict.
    var score: Double? { verdict.map { $0 ? confidence : 1 - confidence } }

    /// A line of the results file.
    public var json: JSONValue {
        var members: JSONObject = [
            "id": .string(id), "kind": .string(kind), "question": .string(question), "label": .integer(label ? 1 : 0),
        ]
        members["query"] = query.map { .string($0) }
        members["answer"] = answer.map { .string($0) }
        members["verdict"] = verdict.map { .integer($0 ? 1 : 0) }
        members["confidence"] = .rounded(confidence, 6)
        members["by_model"] = .bool(isByModel)
        if !rationale.isEmpty { members["rationale"] = .string(rationale) }
        members["ms"] = .rounded(milliseconds, 1)
        members["prompt_tokens"] = .integer(promptTokens)
        members["completion_tokens"] = .integer(completionTokens)
        members["error"] = error.map { .string($0) }
        return .object(members)
    }

    /// - Throws: `FieldError` for a line that this program did not write.
    public init(json: JSONValue) throws(FieldError) {
        var reader = try FieldReader(json)
        id = try reader.string("id")
        kind = try reader.string("kind")
        question = try reader.string("question")
        label = try reader.optionalInt("label", in: 0...1) == 1
        query = try reader.optionalString("query")
        answer = try reader.optionalString("answer")
        verdict = try reader.optionalInt("verdict", in: 0...1).map { $0 == 1 }
        confidence = try reader.optionalDouble("confidence", in: 0...1) ?? 1
        isByModel = try reader.optionalBool("by_model") ?? false
        rationale = try reader.optionalString("rationale") ?? ""
        milliseconds = try reader.optionalDouble("ms", in: 0...1e12) ?? 0
        promptTokens = try reader.optionalInt("prompt_tokens", in: 0...Int.max) ?? 0
        completionTokens = try reader.optionalInt("completion_tokens", in: 0...Int.max) ?? 0
        error = try reader.optionalString("error")
        try reader.finish()
    }
}
