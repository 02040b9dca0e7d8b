import Documents
import FunctionCalling
import Functions
import Grammar
import Inference
import Tokenization

/// Answers a chat: with calls where the pipeline makes some, else with a text of the model.
package struct ChatAnswering: Sendable {
    package let pipeline: Pipeline
    private let template: ChatTemplate
    /// Tokens that open JSON, a code block or a marker.
    private let callOpenings: [TokenID]
    private var generator: any Generator { pipeline.generator }

    /// Tokens of a text where the client sets no limit.
    package static let defaultMaxTokens = 1024

    /// - Throws: `ChatTemplateError` for a model without a chat template that is known here.
    package init(pipeline: Pipeline) throws(ChatTemplateError) {
        let tokenizer = pipeline.generator.tokenizer
        self.pipeline = pipeline
        template = try ChatTemplate(tokenizer: tokenizer)
        callOpenings = (0..<TokenID(tokenizer.count)).filter { Self.opensCall(tokenizer.bytes(of: $0)) }
    }

    package struct Result: Sendable {
        /// nil for calls.
        package var text: String?
        package var calls: [ChatAnswer.Call] = []
        package var tokens: [GeneratedToken] = []
        package var finish = FinishReason.stop
        package var usage = Usage()
        /// What the pipeline came to; nil where it was not asked.
        var call: FunctionCallResult?
        /// Of the text.
        var generation: Generation?

        package init() {}
    }

    /// One part of a growing message.
    package enum Delta: Sendable {
        case text(String)
        case call(index: Int, ChatAnswer.Call)
        case arguments(index: Int, String)
    }

    /// - Parameters:
    ///   - index: which of several answers this is.
    ///   - started: gets what the prompt came to, before anything is told.
    ///   - tell: gets each token of a text with what it adds, at once, the last part perhaps without one; calls when they
    ///     are decided and corrected, since nothing that is told can be taken back.
    /// - Throws: `FieldError`, `FunctionCallError`, or what the generator throws.
    package func run(
        _ chat: ChatRequest, index: Int = 0, started: (Usage) -> Void = { _ in },
        _ tell: (_ token: GeneratedToken?, [Delta]) -> Void
    ) async throws -> Result {
        if chat.wantsThinking, template.canThink {
            throw FieldError(
                path: "chat_template_kwargs.enable_thinking", reason: .outOfRange,
                message: "chat_template_kwargs.enable_thinking: this server lets no model think. Leave it out")
        }
        guard Self.mayCall(chat) else { return try await text(chat, index, started, tell) }
        let called: FunctionCallResult
        do {
            called = try await pipeline.run(ChatCall.request(chat, index: index))
        } catch let error as FunctionCallError {
            throw ChatCall.error(error)
        }
        guard called.outcome == .call else {
            var result = try await text(chat, index, started, tell)
            result.call = called
            return result
        }
        started(called.usage)
        var result = Result()
        (result.tokens, result.finish, result.usage) = (called.tokens, .grammar, called.usage)
        result.call = called
        for (place, call) in called.calls.enumerated() {
            let opened = ChatAnswer.Call(id: ChatAnswer.Call.newID(), name: call.function, arguments: "")
            tell(nil, [.call(index: place, opened)])
            let arguments = JSONValue.object(call.parameters).text(.spaced)
            // The log-probabilities of the whole answer stand with the first call's arguments.
            tell(nil, [.arguments(index: place, arguments)])
            result.calls.append(ChatAnswer.Call(id: opened.id, name: opened.name, arguments: arguments))
        }
        return result
    }

    /// Tokens of the prompt that is asked first: with the tools, where some may be called.
    ///
    /// - Throws: `FieldError`, `FunctionCallError`.
    package func promptTokens(of chat: ChatRequest) async throws -> Int {
        guard Self.mayCall(chat) else { return template.encode(chat.messages).count }
        do {
            return try await pipeline.promptTokens(of: ChatCall.request(chat))
        } catch let error as FunctionCallError {
            throw ChatCall.error(error)
        }
    }

    /// After a tool's answer the user gets a text: a small model would repeat the call without end.
    private static func mayCall(_ chat: ChatRequest) -> Bool {
        chat.choice != .none && (chat.choice != .auto || chat.messages.last?.role != .tool)
    }

    private func text(
        _ chat: ChatRequest, _ index: Int, _ started: (Usage) -> Void, _ tell: (GeneratedToken?, [Delta]) -> Void
    ) async throws -> Result {
        let request = try await textRequest(chat, index)
        var (decoder, shown) = (StreamDecoder(generator.tokenizer), StreamedText(stop: request.stop))
        for try await event in generator.stream(request) {
            switch event {
            case .started(let cached):
                var usage = Usage()
                (usage.promptTokens, usage.cachedTokens) = (request.prompt.count, cached)
                started(usage)
            case .token(let token)
            where generator.tokenizer.endTokens.contains(token.id) || request.stopTokens.contains(token.id):
                break
            case .token(let token):
                let ready = shown.append(decoder.append(token.id))
                tell(token, ready.isEmpty ? [] : [.text(ready)])
            case .finished(let generation):
                let rest = shown.rest(of: generation.text)
                if !rest.isEmpty { tell(nil, [.text(rest)]) }
                var result = Result()
                (result.text, result.tokens, result.finish) = (generation.text, generation.tokens, generation.finish)
                (result.usage, result.generation) = (generation.usage, generation)
                return result
            }
        }
        throw CancellationError()
    }

    /// Tools are not shown here: a small model that sees them writes half a call into its text.
    private func textRequest(_ chat: ChatRequest, _ index: Int) async throws -> GenerationRequest {
        var request = GenerationRequest(
            prompt: template.encode(chat.messages), maxTokens: chat.maxTokens ?? Self.defaultMaxTokens)
        // Behind a tool's answer the model would write a call, with 0.94 and more; its second thought is a sentence.
        if chat.messages.last?.role == .tool, chat.format == .text { request.notFirst = callOpenings }
        request.sampling = chat.sampling
        if index > 0, let seed = chat.sampling.seed { request.sampling.seed = seed &+ UInt64(index) }
        chat.end.apply(to: &request)
        request.topLogprobs = chat.topLogprobs
        (request.priority, request.account) = (chat.priority, chat.account)
        request.grammar = try await chat.format.grammar(generator)
        request.adapter = chat.adapter?.use(on: request.prompt)
        return request
    }

    /// Whether a token at the start of an answer opens JSON, a code block or a marker.
    private static func opensCall(_ token: [UInt8]) -> Bool {
        let start = token.drop { $0 <= UInt8(ascii: " ") }
        return start.starts(with: "```".utf8) || start.first.map { "{[<".utf8.contains($0) } == true
            || start.starts(with: "({".utf8)
    }
}
