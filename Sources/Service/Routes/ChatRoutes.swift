import HTTPServer
import Inference
import OrderedJSON
import Tokenization

/// `POST /v1/chat/completions`, as OpenAI's API has it.
struct ChatRoutes: Sendable {
    private let planner: ChatPlanner
    private let metrics: ServerMetrics
    private var generator: any Generator { planner.generator }

    /// - Throws: `ChatTemplateError` for a model without a chat template that is known here.
    init(generator: any Generator, metrics: ServerMetrics) throws(ChatTemplateError) {
        planner = try ChatPlanner(generator: generator)
        self.metrics = metrics
    }

    func register(in router: inout Router) {
        router.json(post: "/v1/chat/completions") { body, request in
            let chat = try ChatRequest(body, model: generator.modelName)
            let answer = ChatAnswer(requestID: request.id, model: generator.modelName)
            do {
                return chat.streams ? try await stream(chat, answer, request) : try await whole(chat, answer)
            } catch let error as GenerationError {
                throw ChatError(error) ?? error
            }
        }
    }

    private func whole(_ chat: ChatRequest, _ answer: ChatAnswer) async throws -> ServerResponse {
        let plan = try await planner.plan(chat)
        let results = try await withThrowingTaskGroup(of: (Int, ChatAnswering.Result).self) { group in
            for index in 0..<chat.count {
                let answering = ChatAnswering(generator: generator, plan: plan, index: index)
                group.addTask { (index, try await answering.run { _, _ in }) }
            }
            return try await group.reduce(into: [(Int, ChatAnswering.Result)]()) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map(\.1)
        }
        results.flatMap(\.generations).forEach(metrics.record)
        let choices = results.enumerated().map { index, result in
            ChatAnswer.choice(
                index, message: result.text.map(ChatAnswer.message) ?? ChatAnswer.message(calls: result.calls),
                logprobs: ChatAnswer.logprobs(result.tokens, generator.tokenizer, wanted: chat.topLogprobs),
                finish: ChatAnswer.reason(result))
        }
        var response = ServerResponse.json(
            answer.whole(choices: choices, usage: ChatAnswer.usage(results.map(\.usage))))
        if let first = results.first?.generations.first { response.timings = first.serverTimings }
        return response
    }

    private func stream(
        _ chat: ChatRequest, _ answer: ChatAnswer, _ request: ServerRequest
    ) async throws -> ServerResponse {
        try await EventFeed.response(to: request) { emitter in
            let plan = try await planner.plan(chat)
            let usages = try await withThrowingTaskGroup(of: Usage.self) { group in
                for index in 0..<chat.count {
                    group.addTask { try await streamChoice(index, chat, plan, answer, emitter) }
                }
                return try await group.reduce(into: [Usage]()) { $0.append($1) }
            }
            if chat.includesUsage { emitter.send(answer.chunk([], usage: ChatAnswer.usage(usages))) }
        }
    }

    private func streamChoice(
        _ index: Int, _ chat: ChatRequest, _ plan: ChatPlanner.Plan, _ answer: ChatAnswer, _ emitter: EventFeed.Emitter
    ) async throws -> Usage {
        func send(_ delta: JSONValue, _ token: GeneratedToken? = nil, finish: String? = nil) {
            let logprobs = token.map {
                ChatAnswer.logprobs([$0], generator.tokenizer, wanted: chat.topLogprobs)
            }
            let choice = ChatAnswer.delta(index, delta, logprobs: logprobs ?? .null, finish: finish)
            emitter.send(answer.chunk([choice], usage: chat.includesUsage ? .null : nil))
        }
        var hasBegun = false
        func begin() {
            if !hasBegun { send(ChatAnswer.opening(plan.kind)) }
            hasBegun = true
        }
        let answering = ChatAnswering(generator: generator, plan: plan, index: index)
        let result = try await answering.run { token, deltas in
            begin()
            // A token that completes nothing yet still has its log-probability.
            if deltas.isEmpty, token != nil, chat.topLogprobs != nil { send([:], token) }
            for (place, delta) in deltas.enumerated() { send(ChatAnswer.json(delta), place == 0 ? token : nil) }
        }
        begin()
        result.generations.forEach(metrics.record)
        send([:], finish: ChatAnswer.reason(result))
        return result.usage
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

/// Generation errors whose field has another name in a chat.
struct ChatError: RespondingError {
    let response: ServerResponse

    init?(_ error: GenerationError) {
        guard case .promptTooLong = error else { return nil }
        response = .error(
            .badRequest, code: "context_length_exceeded", message: error.description, param: "messages")
    }
}
