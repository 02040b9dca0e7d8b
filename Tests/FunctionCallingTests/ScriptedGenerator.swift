import Adapters
import Documents
import Foundation
import FunctionCalling
import Functions
import Grammar
import Inference
import ModelFiles
import Synchronization
import TestSupport
import Tokenization

/// Answers from a script instead of a model, a token a byte; refuses answers that the grammar does not allow.
final class ScriptedGenerator: Generator {
    struct NotAllowed: Error { let answer: String }

    let modelName = "scripted"
    let tokenizer: Tokenizer
    let contextLength: Int
    private let adapters: [ServedAdapter]
    private let vocabulary: GrammarVocabulary
    private let script: @Sendable (GenerationRequest) -> String
    /// Logarithm of the probability of a text that is scored.
    private let likelihood: @Sendable (String) -> Float
    private let log = Mutex<(requests: [GenerationRequest], schemas: [JSONValue])>(([], []))

    init(
        contextLength: Int = 32_768, adapters: [ServedAdapter] = [],
        likelihood: @escaping @Sendable (String) -> Float = { _ in 0 },
        _ script: @escaping @Sendable (GenerationRequest) -> String
    ) throws {
        tokenizer = try Self.byteTokenizer()
        (self.contextLength, self.script, self.likelihood) = (contextLength, script, likelihood)
        self.adapters = adapters
        let tokenizer = tokenizer
        vocabulary = GrammarVocabulary(
            bytes: (0..<Int32(tokenizer.count)).map { tokenizer.bytes(of: $0) }, endTokens: tokenizer.endTokens,
            isSpecial: { tokenizer.isSpecial($0) },
            encode: { tokenizer.encode(String(decoding: $0, as: UTF8.self)) })
    }

    func adapter(named name: String) -> ServedAdapter? { adapters.first { $0.name == name } }

    var requests: [GenerationRequest] { log.withLock { $0.requests } }
    var schemas: [JSONValue] { log.withLock { $0.schemas } }

    func generate(_ request: GenerationRequest) async throws -> Generation {
        log.withLock { $0.requests.append(request) }
        if !request.scored.isEmpty { return scores(of: request) }
        let answer = script(request)
        if let grammar = request.grammar {
            var matcher = Matcher(grammar)
            for token in tokenizer.encode(answer) where !matcher.accept(token) { throw NotAllowed(answer: answer) }
            guard matcher.canEnd else { throw NotAllowed(answer: answer) }
        }
        let tokens = answer.utf8.map { byte in
            GeneratedToken(id: tokenizer.encode(String(UnicodeScalar(byte)))[0], bytes: [byte], logprob: -0.01)
        }
        var usage = Usage()
        usage.promptTokens = request.prompt.count
        usage.completionTokens = tokens.count
        return Generation(tokens: tokens, text: answer, finish: .grammar, usage: usage, timings: GenerationTimings())
    }

    private func scores(of request: GenerationRequest) -> Generation {
        let total = likelihood(tokenizer.decode(request.scored, skippingSpecial: false))
        let tokens = request.scored.map { token in
            GeneratedToken(
                id: token, bytes: tokenizer.bytes(of: token), logprob: total / Float(request.scored.count))
        }
        return Generation(tokens: tokens, text: "", finish: .length, usage: Usage(), timings: GenerationTimings())
    }

    func stream(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    let generation = try await generate(request)
                    continuation.yield(.started(cachedTokens: 7))
                    for token in generation.tokens {
                        try Task.checkCancellation()
                        continuation.yield(.token(token))
                    }
                    continuation.yield(.finished(generation))
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func compile(_ schema: JSONValue) async throws -> CompiledGrammar {
        log.withLock { $0.schemas.append(schema) }
        return try CompiledGrammar.compile(schema: schema, vocabulary: vocabulary)
    }

    func text(of request: GenerationRequest) -> String { tokenizer.decode(request.prompt, skippingSpecial: false) }

    /// 256 tokens of one byte and the end of a turn.
    private static func byteTokenizer() throws -> Tokenizer {
        var next: UInt32 = 0x100
        var tokens = (0..<256).map { (byte: UInt32) -> String in
            var scalar = byte
            if !((0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)) {
                scalar = next
                next += 1
            }
            return Unicode.Scalar(scalar).map { String($0) } ?? ""
        }
        tokens += ["<|im_start|>", "<|im_end|>"]
        return try Tokenizer(
            TokenizerDescription(
                tokens: tokens, merges: [], specialTokens: ["<|im_start|>": 256, "<|im_end|>": 257],
                preTokenizer: .qwen2, normalizesNFC: false, endOfText: [257]))
    }
}

/// ChatML, a token a byte.
struct PlainTemplate: ConversationTemplate {
    let tokenizer: Tokenizer

    func render(_ messages: [ChatMessage]) -> String {
        messages.map { "<|\($0.role.rawValue)|>\n\($0.content)\n" }.joined() + "<|assistant|>\n"
    }
    func encode(_ messages: [ChatMessage]) -> [TokenID] { tokenizer.encode(render(messages)) }
}

enum SmartHome {
    static func pool() throws -> FunctionPool { try .load(path: path("pools")) }
    static func adapter() throws -> AdapterRules { try .load(path: path("adapters")) }

    static func path(_ folder: String) -> String {
        TestFiles.repository.appendingPathComponent("Config/\(folder)/smart-home.yaml").path
    }

    static func pipeline(
        _ generator: ScriptedGenerator, topK: Int = 10, choosing: PipelineSettings.Choosing = .greedy
    ) throws -> Pipeline {
        var settings = PipelineSettings()
        settings.choosing = choosing
        settings.topK = topK
        let catalog = FunctionCatalog(pools: [IndexedPool(try pool())], adapters: [try adapter()])
        return Pipeline(
            generator: generator, catalog: catalog, settings: settings,
            template: PlainTemplate(tokenizer: generator.tokenizer))
    }
}
