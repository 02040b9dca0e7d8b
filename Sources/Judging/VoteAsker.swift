import Foundation
import Inference
import Documents
import Tokenization

/// Where a vote comes from: the engine in this process, or a model elsewhere.
protocol VoteAsker: Sendable {
    /// Of the model and the way it is asked: verdicts of another identity are other verdicts.
    var identity: String { get }
    /// What it is asked about one answer.
    func messages(_ judged: JudgedAnswer, _ settings: Judge.Settings) -> [ChatMessage]
    /// One vote: a rationale in free text, then a verdict.
    func ask(
        _ messages: [ChatMessage], _ question: ModelVote.Question, rationaleTokens: Int, sampling: Sampling,
        deadline: ContinuousClock.Instant?
    ) async throws -> ModelVote
}

/// Rationale and choice one after the other, over one prefix.
struct GeneratorAsker: VoteAsker {
    private let generator: any Generator
    private let template: ChatTemplate

    /// Asks the engine of this process.
    init(_ generator: any Generator) throws(ChatTemplateError) {
        (self.generator, template) = (generator, try ChatTemplate(tokenizer: generator.tokenizer))
    }

    var identity: String { "reasons \(generator.identity)" }

    func messages(_ judged: JudgedAnswer, _ settings: Judge.Settings) -> [ChatMessage] {
        JudgePrompt.messages(judged, settings) { "\($0.reason)\n\n{\"verdict\": \($0.verdict.rawValue)}" }
    }

    /// Writes the rationale first, then lets the grammar choose between the verdicts.
    func ask(
        _ messages: [ChatMessage], _ question: ModelVote.Question, rationaleTokens: Int, sampling: Sampling,
        deadline: ContinuousClock.Instant?
    ) async throws -> ModelVote {
        try await ModelVote.ask(
            generator, prompt: template.encode(messages), question: question, rationaleTokens: rationaleTokens,
            sampling: sampling, deadline: deadline)
    }
}

/// Rationale and choice in one answer, since another server does not continue an answer begun here.
struct StageAsker: VoteAsker {
    let stage: any StageModel

    var identity: String { "reasons, remote \(stage.modelName)" }

    func messages(_ judged: JudgedAnswer, _ settings: Judge.Settings) -> [ChatMessage] {
        JudgePrompt.messages(judged, settings) { example in
            let answer: JSONValue = [
                "rationale": .string(example.reason), "verdict": .integer(example.verdict.rawValue),
            ]
            return answer.text(.spaced)
        }
    }

    /// Asks for both in one JSON answer.
    func ask(
        _ messages: [ChatMessage], _ question: ModelVote.Question, rationaleTokens: Int, sampling: Sampling,
        deadline: ContinuousClock.Instant?
    ) async throws -> ModelVote {
        // About four characters a token; the choice and the JSON around it need some tokens more.
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "rationale": ["type": "string", "minLength": 1, "maxLength": .integer(rationaleTokens * 4)],
                question.member: ["enum": .array(question.choices)],
            ],
            "required": ["rationale", .string(question.member)], "additionalProperties": false,
        ]
        var request = StageRequest(messages: messages, schema: schema, maxTokens: rationaleTokens * 2 + 64)
        request.temperature = sampling.temperature
        request.seed = sampling.seed
        (request.deadline, request.priority) = (deadline, question.priority)
        let answer = try await stage.answer(request)
        guard let json = try? JSONValue(parsing: answer.text), let choice = json[question.member] else {
            throw UnreadableVote(text: answer.text)
        }
        var cost = JudgeCost()
        cost.add(answer)
        return ModelVote(
            choice: choice, probability: Self.probability(of: choice, in: answer.tokens),
            rationale: json["rationale"]?.stringValue ?? "", cost: cost)
    }

    /// Of the last token that is the choice; 1 where the server gives no probabilities.
    private static func probability(of choice: JSONValue, in tokens: [GeneratedToken]) -> Double {
        let wanted = choice.stringValue ?? choice.text()
        let token = tokens.last { token in
            String(decoding: token.bytes, as: UTF8.self).trimmingCharacters(in: .whitespaces).hasPrefix(wanted)
        }
        return token.map { min(1, exp(Double($0.logprob))) } ?? 1
    }
}
