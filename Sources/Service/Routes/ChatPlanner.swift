import Inference
import OrderedJSON
import Tokenization

/// Turns a chat into what the engine is asked: a text, JSON of a schema, or calls.
///
/// A call's envelope is the grammar's: the model writes `{"name": …, "arguments": …}` behind `<tool_call>`, its template's
/// own marker, and can write nothing else. Small models leave that form when they are free.
struct ChatPlanner: Sendable {
    let generator: any Generator
    private let template: ChatTemplate
    /// Tokens that open JSON, a code block or a marker.
    private let callOpenings: [TokenID]

    /// - Throws: `ChatTemplateError` for a model without a chat template that is known here.
    init(generator: any Generator) throws(ChatTemplateError) {
        self.generator = generator
        template = try ChatTemplate(tokenizer: generator.tokenizer)
        callOpenings = (0..<TokenID(generator.tokenizer.count)).filter { id in
            ModelInclination.opensCall(generator.tokenizer.bytes(of: id))
        }
    }

    struct Plan: Sendable {
        /// Of the text or of the first call.
        var request: GenerationRequest
        /// What the answer is.
        var kind: Kind
        /// Tokens that deciding found in the prefix cache: the answer itself finds all that deciding has computed.
        var cachedTokens: Int?
    }

    enum Kind: Sendable {
        case text
        case calls(most: Int)
    }

    /// Tokens of an answer where the client sets no limit.
    static let defaultMaxTokens = 1024

    /// - Throws: `FieldError`, `GenerationError`.
    func plan(_ chat: ChatRequest) async throws -> Plan {
        guard chat.choice != .none else { return try await text(chat) }
        guard template.supportsTools else {
            throw FieldError(
                path: "tools", reason: .outOfRange,
                message: "\(generator.modelName) has no chat template with tools; use a Qwen2.5 Instruct model")
        }
        let prompt = template.encode(chat.messages, tools: chat.tools.map(\.shown))
        // A schema that cannot be enforced is refused whatever the model would choose.
        var calls = try await calls(chat, prompt)
        guard chat.choice == .auto else { return calls }
        // After a tool's answer the user gets a text: the model would repeat the call without end.
        guard chat.messages.last?.role != .tool else { return try await text(chat) }
        let inclination = ModelInclination(generator: generator, priority: chat.priority)
        let named = prompt + marker(#"<tool_call>\#n{"name": ""#)
        let decision = try await inclination.toCall(behind: prompt, named: named, names: chat.tools.map(\.name))
        guard decision.probability >= ModelInclination.callThreshold else { return try await text(chat) }
        calls.cachedTokens = decision.cachedTokens
        return calls
    }

    /// Tools are not shown here: a small model that sees them writes half a call into its text.
    private func text(_ chat: ChatRequest) async throws -> Plan {
        var request = GenerationRequest(
            prompt: template.encode(chat.messages), maxTokens: chat.maxTokens ?? Self.defaultMaxTokens)
        // Behind a tool's answer the model would write a call, with 0.94 and more; its second thought is a sentence.
        if chat.messages.last?.role == .tool, chat.format == .text { request.notFirst = callOpenings }
        request.sampling = chat.sampling
        request.stop = chat.stop
        request.topLogprobs = chat.topLogprobs
        request.priority = chat.priority
        if let schema = chat.format.schema {
            do {
                request.grammar = try await generator.compile(schema)
            } catch let error as GrammarError {
                throw FieldError(
                    path: "response_format.json_schema.schema", reason: .outOfRange,
                    message: "the schema cannot be enforced: \(error)")
            }
        }
        return Plan(request: request, kind: .text)
    }

    private func calls(_ chat: ChatRequest, _ prompt: [TokenID]) async throws -> Plan {
        var most = chat.allowsParallelCalls ? ChatRequest.mostCalls : 1
        if case .named = chat.choice { most = 1 }
        var request = GenerationRequest(
            prompt: prompt + marker(most > 1 ? "<tool_call>\n[" : "<tool_call>\n"),
            maxTokens: chat.maxTokens ?? Self.defaultMaxTokens)
        let format = ToolCallFormat(tools: chat.tools)
        do {
            request.grammar = try await generator.compile(format.schema)
        } catch let error as GrammarError {
            throw format.error(error)
        }
        request.sampling = chat.callSampling
        request.topLogprobs = chat.topLogprobs
        request.priority = chat.priority
        return Plan(request: request, kind: .calls(most: most))
    }

    private func marker(_ text: String) -> [TokenID] { generator.tokenizer.encode(text, allowingSpecial: true) }
}
