import Documents
import FunctionCalling
import HTTPServer
import HTTPTypes
import Inference
import Tokenization

/// `POST /v1/chat/completions`, as OpenAI's API has it.
struct ChatRoutes: Sendable {
    private let answering: ChatAnswering
    private let metrics: ServerMetrics
    private var generator: any Generator { answering.pipeline.generator }

    /// - Throws: `ChatTemplateError` for a model without a chat template that is known here.
    init(pipeline: Pipeline, metrics: ServerMetrics) throws(ChatTemplateError) {
        answering = try ChatAnswering(pipeline: pipeline)
        self.metrics = metrics
    }

    func register(in table: inout RouteTable) {
        table.json(post: "/v1/chat/completions", .generation) { body, request in
            var chat = try ChatRequest(body, model: generator.modelName, adapter: generator.adapter)
            chat.account = request.context.account
            let answer = ChatAnswer(requestID: request.id, model: chat.model)
            return chat.streams ? try await stream(chat, answer, request) : try await whole(chat, answer, request)
        }
    }

    private func whole(
        _ chat: ChatRequest, _ answer: ChatAnswer, _ request: ServerRequest
    ) async throws -> ServerResponse {
        let results = try await withThrowingTaskGroup(of: (Int, ChatAnswering.Result).self) { group in
            for index in 0..<chat.count {
                group.addTask { (index, try await answering.run(chat, index: index) { _, _ in }) }
            }
            return try await group.reduce(into: [(Int, ChatAnswering.Result)]()) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map(\.1)
        }
        for result in results { metrics.record(result, of: request.context) }
        let choices = results.enumerated().map { index, result in
            ChatAnswer.choice(
                index, message: result.text.map(ChatAnswer.message) ?? ChatAnswer.message(calls: result.calls),
                logprobs: ChatAnswer.logprobs(result.tokens, generator.tokenizer, wanted: chat.topLogprobs),
                finish: ChatAnswer.reason(result))
        }
        var response = ServerResponse.json(
            answer.whole(choices: choices, usage: ChatAnswer.usage(results.map(\.usage))))
        if let first = results.first { response.timings = first.serverTimings }
        return response
    }

    private func stream(
        _ chat: ChatRequest, _ answer: ChatAnswer, _ request: ServerRequest
    ) async throws -> ServerResponse {
        try await EventFeed.response(to: request) { emitter in
            let usages = try await withThrowingTaskGroup(of: Usage.self) { group in
                for index in 0..<chat.count {
                    group.addTask { try await streamChoice(index, chat, answer, request, emitter) }
                }
                return try await group.reduce(into: [Usage]()) { $0.append($1) }
            }
            if chat.streamUsage != .never { emitter.send(answer.chunk([], usage: ChatAnswer.usage(usages))) }
        }
    }

    private func streamChoice(
        _ index: Int, _ chat: ChatRequest, _ answer: ChatAnswer, _ request: ServerRequest,
        _ emitter: EventFeed.Emitter
    ) async throws -> Usage {
        var grown = Usage()
        func send(_ delta: JSONValue, _ tokens: [GeneratedToken] = [], finish: String? = nil) {
            let logprobs =
                tokens.isEmpty
                ? JSONValue.null : ChatAnswer.logprobs(tokens, generator.tokenizer, wanted: chat.topLogprobs)
            let choice = ChatAnswer.delta(index, delta, logprobs: logprobs, finish: finish)
            emitter.send(answer.chunk([choice], usage: chat.streamUsage.ofChunk(ChatAnswer.usage([grown]))))
        }
        var hasBegun = false
        func begin(calls: Bool) {
            if !hasBegun { send(ChatAnswer.opening(calls: calls)) }
            hasBegun = true
        }
        let result = try await answering.run(chat, index: index, started: { grown = $0 }) { token, deltas in
            begin(calls: deltas.contains(where: \.isCall))
            if token != nil { grown.completionTokens += 1 }
            let tokens = [token].compactMap { $0 }
            // A token that completes nothing yet still has its log-probability.
            if deltas.isEmpty, token != nil, chat.topLogprobs != nil { send([:], tokens) }
            for (place, delta) in deltas.enumerated() { send(ChatAnswer.json(delta), place == 0 ? tokens : []) }
        }
        begin(calls: false)
        metrics.record(result, of: request.context)
        grown = result.usage
        // Of calls all tokens stand together: what was told of them is not what the model wrote token by token.
        send([:], result.text == nil ? result.tokens : [], finish: ChatAnswer.reason(result))
        return result.usage
    }
}

extension ChatAnswering.Delta {
    fileprivate var isCall: Bool { if case .call = self { true } else { false } }
}

extension ChatAnswering.Result {
    /// Entries of the answer's `server-timing`.
    package var serverTimings: [ServerTiming] {
        if let generation { return generation.serverTimings }
        guard let timings = call?.timings else { return [] }
        return [
            ServerTiming("queue", timings.queue), ServerTiming("prefill", timings.prefill),
            ServerTiming("decode", timings.decode),
        ]
    }
}

extension ServerMetrics {
    package func record(_ result: ChatAnswering.Result, of context: RequestContext) {
        if let call = result.call { record(call, of: context) }
        if let generation = result.generation { record(generation, of: context) }
    }
}

extension Generation {
    /// Entries of the answer's `server-timing`.
    var serverTimings: [ServerTiming] {
        [
            ServerTiming("queue", timings.queue), ServerTiming("prefill", timings.prefill),
            ServerTiming("decode", timings.decode),
        ]
    }
}
