import Documents
import Foundation
import Functions
import Inference
import Tokenization

/// Asks the model whether one function does what is requested, apart from the others. The function stands first in the
/// prompt, so that the prefix cache has it from the second request on.
struct RelevanceCheck: Sendable {
    private static let schema: JSONValue = ["enum": ["yes", "no"]]

    let generator: any Generator
    let template: any ConversationTemplate

    /// Log-odds of yes; and what the question cost.
    /// - Throws: `GenerationError`.
    func ask(
        _ function: FunctionDefinition, _ request: FunctionCallRequest, like original: GenerationRequest
    ) async throws -> (odds: Double, usage: Usage) {
        let instructions =
            "You decide whether a function fits a request.\n\nFunction: "
            + PromptBuilder.line(
                function.name, function.description, arguments: ParameterSignature.text(of: function))
        // The last turns only: what the request is about, not the whole dialogue.
        let history = request.history.filter { $0.role != .system }.suffix(2)
        let question = "Does this function carry out the request? Answer yes or no."
        let builder = PromptBuilder(template: template, limit: generator.contextLength - 8)
        let prompt = try builder.build(
            instructions: instructions, history: Array(history), context: "",
            query: "Request: \(request.query)\n\n\(question)")
        var generation = GenerationRequest(prompt: prompt.tokens, maxTokens: 8)
        generation.grammar = try await generator.compile(Self.schema)
        generation.topLogprobs = 8
        (generation.priority, generation.deadline) = (original.priority, original.deadline)
        generation.account = original.account
        let answer = try await generator.generate(generation)
        guard let token = answer.tokens.first(where: { !$0.isForced }) else { return (0, answer.usage) }
        var (yes, no) = (1e-9, 1e-9)
        for alternative in token.alternatives {
            let text = String(decoding: generator.tokenizer.bytes(of: alternative.id), as: UTF8.self)
            let first = text.first { $0.isLetter }
            if first == "y" { yes += exp(Double(alternative.logprob)) }
            if first == "n" { no += exp(Double(alternative.logprob)) }
        }
        return (log(yes / no), answer.usage)
    }
}
