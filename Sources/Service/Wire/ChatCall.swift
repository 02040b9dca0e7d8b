import Documents
import FunctionCalling
import Functions
import Inference
import Tokenization

/// A chat with tools as a function call: the last words of the user are the query, what stands around them is the history.
package enum ChatCall {
    /// How large tools may be: clients describe theirs at length.
    private static let limits: PoolLimits = {
        var limits = PoolLimits()
        (limits.descriptionBytes, limits.functionBytes) = (64 << 10, 256 << 10)
        return limits
    }()

    /// - Parameter index: which of several answers to the chat: each has a seed of its own, the same one each time.
    package static func request(_ chat: ChatRequest, index: Int = 0) -> FunctionCallRequest {
        let last = chat.messages.lastIndex { $0.role == .user } ?? chat.messages.count - 1
        var request = FunctionCallRequest(
            query: chat.messages.indices.contains(last) ? chat.messages[last].content : "")
        request.history = chat.messages.indices.filter { $0 != last }.flatMap { turns(of: chat.messages[$0]) }
        request.functions = chat.tools.map(\.definition)
        (request.retriever, request.topK) = (.all, chat.tools.count)
        request.priority = chat.priority
        request.maxCalls = calls(in: chat, request.query)
        request.options.mustCall = chat.choice != .auto
        request.options.maxTokens = chat.maxTokens
        request.options.topLogprobs = chat.topLogprobs
        request.options.sampling = chat.callSampling
        request.options.poolLimits = limits
        request.options.account = chat.account
        if index > 0, let seed = chat.callSampling.seed { request.options.sampling.seed = seed &+ UInt64(index) }
        return request
    }

    /// Calls allowed: several only where several things may be asked, so that a request of one thing is put to the model
    /// as `/v1/functioncall` puts it.
    private static func calls(in chat: ChatRequest, _ query: String) -> Int {
        if case .named = chat.choice { return 1 }
        return chat.allowsParallelCalls && SeveralThings.areAsked(in: query) ? ChatRequest.mostCalls : 1
    }

    private static func turns(of message: ChatMessage) -> [FunctionCallRequest.Turn] {
        switch message.role {
        case .system: [.init(role: .system, content: message.content)]
        case .user: [.init(role: .user, content: message.content)]
        case .tool: [.init(role: .user, content: "<tool_response>\n\(message.content)\n</tool_response>")]
        case .assistant:
            // As the model writes calls itself.
            (message.content.isEmpty ? [] : [.init(role: .assistant, content: message.content)])
                + message.toolCalls.map { call in
                    let written: JSONValue = ["name": .string(call.name), "arguments": call.arguments]
                    return .init(role: .assistant, content: written.text(.spaced))
                }
        }
    }

    /// A fault under the name that the chat's field has.
    package static func error(_ error: FunctionCallError) -> any Error {
        switch error {
        case .unenforceableSchema(let function, _, let pointer, let message):
            FieldError(
                path: "tools", reason: .outOfRange,
                message: "function \(function): \(pointer.dropFirst()) cannot be enforced: \(message)")
        case .badFunctions(let fault):
            FieldError(path: "tools", reason: .outOfRange, message: "tools: \(fault.message)")
        case .promptTooLong(let tokens, let limit): GenerationError.promptTooLong(tokens: tokens, limit: limit)
        default: error
        }
    }
}
