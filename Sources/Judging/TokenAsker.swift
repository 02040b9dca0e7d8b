import Digests
import Documents
import Inference
import Tokenization

/// The probability of one token, with the adapter that was taught to say it.
struct TokenAsker: VoteAsker {
    private let generator: any Generator
    private let template: ChatTemplate
    private let adapter: ServedAdapter?

    init(_ generator: any Generator, adapter: ServedAdapter?) throws(ChatTemplateError) {
        (self.generator, self.adapter) = (generator, adapter)
        template = try ChatTemplate(tokenizer: generator.tokenizer)
    }

    var identity: String { "token \(generator.identity) \(adapter?.fingerprint.text ?? "") \(TaughtPrompt.layout)" }

    func messages(_ judged: JudgedAnswer, _ settings: Judge.Settings) -> [ChatMessage] {
        TaughtPrompt(judged.request.dialogue, functions: judged.functions, answer: judged.request.answer)
            .messages(rubric: settings.rubric, reference: judged.request.reference, notes: judged.notes)
    }

    /// One token; which one is the verdict's threshold to say.
    func ask(
        _ messages: [ChatMessage], _ question: ModelVote.Question, rationaleTokens: Int, sampling: Sampling,
        deadline: ContinuousClock.Instant?
    ) async throws -> ModelVote {
        var cost = JudgeCost()
        var request = GenerationRequest(prompt: template.encode(messages), maxTokens: 4)
        request.grammar = try await generator.compile(["enum": .array(question.choices)])
        (request.deadline, request.account, request.priority) = (deadline, question.account, question.priority)
        request.adapter = adapter?.use(on: request.prompt)
        let answer = try await generator.generate(request)
        cost.add(answer)
        guard let likelier = (try? JSONValue(parsing: answer.text))?.intValue else {
            throw UnreadableVote(text: answer.text)
        }
        let probability = ModelVote.probability(of: answer.tokens)
        let right = likelier == 1 ? probability : 1 - probability
        let verdict = right >= question.threshold ? 1 : 0
        return ModelVote(
            choice: .integer(verdict), probability: verdict == 1 ? right : 1 - right, rationale: "", cost: cost)
    }
}
