import CallRules
import Documents
import Foundation
import Functions
import Inference
import Knowledge
import OrderedCollections
import Retrieval

/// Answer to a `FunctionCallRequest`; `json` is the body of the response.
public struct FunctionCallResult: Sendable {
    public struct Timings: Sendable, Hashable {
        public var queue = Duration.zero, retrieval = Duration.zero, prefill = Duration.zero, decode = Duration.zero
        public var total = Duration.zero

        public init() {}
    }

    public struct RankedCandidate: Sendable, Hashable {
        public var function: String
        public var score: Double
        /// 1 is the best.
        public var rank: Int
    }

    public struct TokenProbability: Sendable, Hashable {
        public var text: String
        public var logprob: Double
        public var isForced: Bool
    }

    public struct UsedKnowledge: Sendable, Hashable {
        public var match: KnowledgeMatch
        /// False where the prompt had no room for it.
        public var isUsed: Bool
    }

    /// What `explain` adds.
    public struct Explanation: Sendable, Hashable {
        public var candidates: [RankedCandidate]
        public var knowledge: [UsedKnowledge] = []
        public var prompt: String
        public var tokens: [TokenProbability]
        /// What rules changed in the calls.
        public var changed: [ChangedValue] = []
    }

    public var id: String
    public var created: Date
    public var model: String
    public var outcome: Outcome
    public var calls: [FunctionCall]
    /// Probability of the outcome or of the calls' names, in [0, 1].
    public var confidence: Double
    /// The adapter's output; nil where none was asked for.
    public var legacy: JSONValue?
    public var usage: Usage
    public var timings: Timings
    /// Oldest turns of the history that did not fit the context.
    public var droppedTurns: Int
    /// What the outcome was decided from; nil where the model decided alone.
    public var choice: ChoiceFeatures?
    /// What it was chosen from; nil of one answer.
    public var best: BestAnswer?
    public var explanation: Explanation?

    /// What a rule says of the outcome; nil: the outcome's own message.
    public var message: String?
    /// What was put before the model, best first; part of the JSON only as `explain` has it.
    public var candidates: [RankedCandidate] = []
    /// The description that they were found by, with the `description` retriever; not part of the JSON.
    public var described: String?
    /// The answer's tokens; not part of the JSON.
    public var tokens: [GeneratedToken] = []

    public var json: JSONValue {
        var members: JSONObject = [
            "id": .string(id), "object": "functioncall",
            "created": .integer(Int(created.timeIntervalSince1970)), "model": .string(model),
            "outcome": .string(outcome.rawValue),
            "message": (message ?? outcome.message).map { .string($0) } ?? .null,
            "calls": .array(
                calls.map { call in
                    [
                        "function": .string(call.function), "parameters": .object(call.parameters),
                        "confidence": .rounded(call.confidence, 4),
                    ]
                }),
        ]
        if let legacy { members["legacy"] = legacy }
        if droppedTurns > 0 { members["dropped_history"] = .integer(droppedTurns) }
        if let best { members["best_of"] = best.json }
        members["usage"] = usage.json
        members["timings"] = [
            "queue_ms": Self.milliseconds(timings.queue), "retrieval_ms": Self.milliseconds(timings.retrieval),
            "prefill_ms": Self.milliseconds(timings.prefill), "decode_ms": Self.milliseconds(timings.decode),
            "total_ms": Self.milliseconds(timings.total),
        ]
        if let explanation { members["explain"] = Self.json(explanation, choice) }
        return .object(members)
    }

    private static func json(_ explanation: Explanation, _ choice: ChoiceFeatures?) -> JSONValue {
        var members: JSONObject = [
            "candidates": json(explanation.candidates), "knowledge": json(explanation.knowledge),
            "prompt": .string(explanation.prompt),
            "tokens": .array(
                explanation.tokens.map {
                    ["text": .string($0.text), "logprob": .rounded($0.logprob, 4), "forced": .bool($0.isForced)]
                }),
            "changed": .array(explanation.changed.map(\.json)),
        ]
        if let choice { members["choice"] = .object(choice.json) }
        return .object(members)
    }

    static func json(_ candidates: [RankedCandidate]) -> JSONValue {
        .array(
            candidates.map {
                ["function": .string($0.function), "score": .rounded($0.score, 4), "rank": .integer($0.rank)]
            })
    }

    static func json(_ knowledge: [UsedKnowledge]) -> JSONValue {
        .array(knowledge.map { $0.match.json(isUsed: $0.isUsed) })
    }

    /// Milliseconds with one decimal.
    static func milliseconds(_ duration: Duration) -> JSONValue { .rounded(duration / .milliseconds(1), 1) }
}

extension FunctionCallResult {
    /// Of a request that no function was found for.
    init(_ watch: Watch, model: String, retrieval: Duration) {
        self.init(
            id: watch.id, created: watch.created, model: model, outcome: .noAppropriateFunction, calls: [],
            confidence: 1, legacy: nil, usage: Usage(), timings: .init(), droppedTurns: 0, explanation: nil)
        timings.retrieval = retrieval
        timings.total = watch.elapsed
    }

    init(
        _ watch: Watch, _ question: Question, _ best: Best.Choice, retrieval: Duration
    ) {
        let (answer, correction) = (best.drawn.answer, best.drawn.correction), choice = correction.choice
        self.init(
            id: watch.id, created: watch.created, model: answer.model, outcome: choice.outcome, calls: choice.calls,
            confidence: choice.confidence, legacy: nil, usage: best.usage, timings: .init(),
            droppedTurns: question.prompt.droppedTurns, choice: choice.features, explanation: question.explanation)
        (tokens, message, self.best) = (answer.tokens, correction.message, best.among)
        candidates = .init(ranking: question.offer.found.candidates)
        described = question.offer.found.description
        explanation?.changed = correction.changed
        explanation?.tokens = answer.tokens.map {
            .init(
                text: String(decoding: $0.bytes, as: UTF8.self), logprob: Double($0.logprob), isForced: $0.isForced)
        }
        timings.retrieval = retrieval
        (timings.queue, timings.prefill, timings.decode) = (
            answer.timings.queue, answer.timings.prefill, answer.timings.decode
        )
        timings.total = watch.elapsed
    }

    /// A prefix and a ULID (48 bits of milliseconds, 80 random bits, Crockford's base 32), so that ids sort by time.
    package static func newIdentifier(_ prefix: String = "fc_", now: Date = Date()) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        let milliseconds = UInt64(max(0, now.timeIntervalSince1970 * 1000)) & 0xFFFF_FFFF_FFFF
        var text = prefix
        for position in (0..<10).reversed() { text.append(alphabet[Int(milliseconds >> (5 * position) & 31)]) }
        for _ in 0..<16 { text.append(alphabet[Int.random(in: 0..<32)]) }
        return text
    }
}

extension [FunctionCallResult.RankedCandidate] {
    /// - Parameter candidates: in the order of their scores, best first.
    init(ranking candidates: [Candidate]) {
        self = candidates.enumerated().map { .init(function: $1.name, score: $1.score, rank: $0 + 1) }
    }
}
