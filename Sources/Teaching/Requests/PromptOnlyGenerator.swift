import Grammar
import Inference
import Documents
import Tokenization

/// Knows a model's tokens and generates nothing: for a pipeline that is to write prompts only.
struct PromptOnlyGenerator: Generator {
    let modelName = "prompts only"
    let tokenizer: Tokenizer
    let contextLength: Int
    private let vocabulary: GrammarVocabulary

    init(tokenizer: Tokenizer, contextLength: Int) {
        (self.tokenizer, self.contextLength) = (tokenizer, contextLength)
        vocabulary = GrammarVocabulary(tokenizer)
    }

    func generate(_ request: GenerationRequest) async throws -> Generation { throw Self.refusal }

    func stream(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        AsyncThrowingStream { $0.finish(throwing: Self.refusal) }
    }

    /// What the server could not enforce is not taught either.
    func compile(_ schema: JSONValue) async throws -> CompiledGrammar {
        try CompiledGrammar.compile(schema: schema, vocabulary: vocabulary)
    }

    private static let refusal = GenerationError.failed("here prompts are written, and none is answered")
}
