import Foundation
import Inference
import Documents
import Tokenization

/// One opinion of a model: a rationale in free text, then a choice that a grammar constrains.
struct ModelVote: Sendable {
    var choice: JSONValue
    /// Of the choice, among those that the grammar allows.
    var probability: Double
    var rationale: String
    var cost: JudgeCost

    /// What may be chosen, as the one member of an object, so that the model knows what it writes.
    struct Question: Sendable {
        var member: String
        var choices: [JSONValue]
        var account: Account?
        /// 0 interactive to 9 batch.
        var priority = 0
        /// Of a choice by one token: the probability of 1 from which on it is 1.
        var threshold = 0.5

        var schema: JSONValue {
            [
                "type": "object", "properties": [member: ["enum": .array(choices)]], "required": [.string(member)],
                "additionalProperties": false,
            ]
        }
    }
}

/// The model's answer is not what its grammar prescribes: a fault of ours.
public struct UnreadableVote: Error, Hashable, CustomStringConvertible {
    public let text: String
    public var description: String { "the judge's verdict cannot be read: \(text.prefix(200))" }
}

extension ModelVote {
    /// Begins every rationale: left to itself a small model answers with the verdict at once.
    private static let opening = "The user asks"

    /// Asks twice: for the rationale, then, behind it, for the choice. The second prompt is the first with the rationale,
    /// so that the prefix cache has nearly all of it; and the choice is the model's own even if the rationale was cut.
    ///
    /// - Parameter sampling: of the rationale; the choice is the likelier one.
    static func ask(
        _ generator: any Generator, prompt: [TokenID], question: Question, rationaleTokens: Int, sampling: Sampling,
        deadline: ContinuousClock.Instant?
    ) async throws -> ModelVote {
        var cost = JudgeCost()
        var first = GenerationRequest(
            prompt: prompt + generator.tokenizer.encode(opening), maxTokens: rationaleTokens)
        first.sampling = sampling
        first.stop = ["\n\n", "Verdict", "verdict:", "{"]
        (first.deadline, first.account, first.priority) = (deadline, question.account, question.priority)
        let thought = try await generator.generate(first)
        cost.add(thought)
        let rationale = (opening + thought.text).trimmingCharacters(in: .whitespacesAndNewlines)

        var second = GenerationRequest(
            prompt: prompt + generator.tokenizer.encode("\(rationale)\n\n"), maxTokens: 32)
        second.grammar = try await generator.compile(question.schema)
        (second.deadline, second.account, second.priority) = (deadline, question.account, question.priority)
        let decision = try await generator.generate(second)
        cost.add(decision)
        guard let choice = (try? JSONValue(parsing: decision.text))?[question.member] else {
            throw UnreadableVote(text: decision.text)
        }
        return ModelVote(
            choice: choice, probability: probability(of: decision.tokens), rationale: rationale, cost: cost)
    }

    /// Of the tokens that were chosen, not forced: the choice is all that the grammar leaves open.
    static func probability(of tokens: [GeneratedToken]) -> Double {
        let logarithm = tokens.lazy.filter { !$0.isForced }.reduce(0) { $0 + Double($1.logprob) }
        return min(1, max(0, exp(logarithm)))
    }
}
