import Documents
import Foundation
import Grammar
import Inference
import ModelFiles
import Synchronization
import Tokenization

/// A generator that answers as a closure says, over a vocabulary of single bytes.
package final class ScriptedGenerator: Generator {
    /// What to answer, and the probability of the one token that a grammar leaves open.
    package struct Reply: Sendable {
        package var text: String
        package var probability: Double

        package init(text: String, probability: Double = 1) { (self.text, self.probability) = (text, probability) }
    }

    package let modelName = "scripted"
    package let identity: String
    package let tokenizer: Tokenizer
    package let contextLength = 100_000
    private let grammars: GrammarCache
    private let reply: @Sendable (_ prompt: String, _ request: GenerationRequest) throws -> Reply
    private let asked = Mutex<[String]>([])
    private let adapters: [ServedAdapter]

    package init(
        adapters: [ServedAdapter] = [], identity: String = "scripted",
        _ reply: @escaping @Sendable (_ prompt: String, _ request: GenerationRequest) throws -> Reply
    ) throws {
        (self.adapters, self.identity) = (adapters, identity)
        tokenizer = try Tokenizer(Self.vocabulary)
        grammars = GrammarCache(vocabulary: GrammarVocabulary(tokenizer))
        self.reply = reply
    }

    package func adapter(named name: String) -> ServedAdapter? { adapters.first { $0.name == name } }

    /// The prompts so far.
    package var prompts: [String] { asked.withLock { $0 } }

    package func generate(_ request: GenerationRequest) async throws -> Generation {
        let prompt = tokenizer.decode(request.prompt, skippingSpecial: false)
        asked.withLock { $0.append(prompt) }
        let reply = try reply(prompt, request)
        let tokens = tokenizer.encode(reply.text)
        // With a grammar, the value behind ": ", or the only token, is chosen and all else forced.
        let chosen = request.grammar == nil ? nil : max(0, reply.text.utf8.count - 2)
        var usage = Usage()
        usage.promptTokens = request.prompt.count
        usage.completionTokens = tokens.count
        return Generation(
            tokens: tokens.enumerated().map { index, token in
                GeneratedToken(
                    id: token, bytes: tokenizer.bytes(of: token), logprob: Float(log(reply.probability)),
                    isForced: chosen.map { index != $0 } ?? false)
            },
            text: reply.text, finish: request.grammar == nil ? .stop : .grammar, usage: usage,
            timings: GenerationTimings())
    }

    package func stream(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        AsyncThrowingStream { $0.finish() }
    }

    package func compile(_ schema: JSONValue) async throws -> CompiledGrammar {
        try await grammars.grammar(for: schema)
    }

    private static let vocabulary: TokenizerDescription = {
        let printable = Array(UInt32(33)...126) + Array(161...172) + Array(174...255)
        var next: UInt32 = 255
        let bytes = (UInt32(0)..<256).map { byte in
            if printable.contains(byte) { return Unicode.Scalar(byte).map { String($0) } ?? "" }
            next += 1
            return Unicode.Scalar(next).map { String($0) } ?? ""
        }
        return TokenizerDescription(
            tokens: bytes + ["<|im_start|>", "<|im_end|>"], merges: [],
            specialTokens: ["<|im_start|>": 256, "<|im_end|>": 257], preTokenizer: .qwen2, normalizesNFC: true,
            chatTemplate: """
                {% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + \
                '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
                """,
            endOfText: [257])
    }()
}
