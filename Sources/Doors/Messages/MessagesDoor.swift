import Documents
import HTTPServer
import Inference
import Service
import Tokenization

/// `POST /v1/messages`, as Anthropic's API has it, without anything that would have to be kept: a chat in another form.
struct MessagesDoor: ChatDoor {
    let parts: ChatParts

    func register(in table: inout RouteTable) {
        table.answer(in: MessagesForm())
        table.json(post: "/v1/messages", .generation) { body, request in
            let chat = try chat(body, request)
            let answer = MessagesAnswer(requestID: request.id, model: chat.model)
            guard !chat.streams else { return try await stream(chat, answer, request) }
            let result = try await parts.answering.run(chat) { _, _ in }
            parts.metrics.record(result, of: request.context)
            var response = ServerResponse.json(answer.object(of: result, end(of: result, chat)))
            response.timings = result.serverTimings
            return response
        }
        table.json(post: "/v1/messages/count_tokens", .call) { body, request in
            let chat = try chat(body, request, isCounted: true)
            return .json(["input_tokens": .integer(try await parts.answering.promptTokens(of: chat))])
        }
    }

    private func chat(_ body: JSONValue, _ request: ServerRequest, isCounted: Bool = false) throws -> ChatRequest {
        var chat = try MessagesRequest(
            body, model: parts.generator.modelName, isCounted: isCounted, adapter: parts.generator.adapter
        ).chat
        chat.account = request.context.account
        return chat
    }

    private func stream(
        _ chat: ChatRequest, _ answer: MessagesAnswer, _ request: ServerRequest
    ) async throws -> ServerResponse {
        try await EventFeed.response(.named, to: request) { emitter in
            var events = MessagesEvents(answer)
            func send(_ list: [MessagesEvents.Event]) {
                for event in list { emitter.send(event.data, as: event.name) }
            }
            let result = try await parts.answering.run(chat, started: { send(events.begin($0)) }) { _, deltas in
                for delta in deltas { send(events.tell(delta)) }
            }
            parts.metrics.record(result, of: request.context)
            send(events.finish(result, end(of: result, chat)))
        }
    }

    private func end(of result: ChatAnswering.Result, _ chat: ChatRequest) -> MessagesAnswer.End {
        .init(result, stop: chat.end.stop, parts.generator.tokenizer)
    }
}
