import Documents
import HTTPServer
import Inference
import OrderedCollections
import Service
import Tokenization

/// `POST /v1/responses`, as OpenAI's API has it, without anything that would have to be kept: a chat in another form.
struct ResponsesDoor: ChatDoor {
    let parts: ChatParts

    func register(in table: inout RouteTable) {
        table.json(post: "/v1/responses", .generation) { body, request in
            var asked = try ResponsesRequest(body, model: parts.generator.modelName, adapter: parts.generator.adapter)
            asked.charge(request.context.account)
            let answer = ResponsesAnswer(requestID: request.id, model: asked.chat.model, echo: asked.echo)
            return asked.chat.streams
                ? try await stream(asked.chat, answer, request) : try await whole(asked.chat, answer, request)
        }
    }

    private func whole(
        _ chat: ChatRequest, _ answer: ResponsesAnswer, _ request: ServerRequest
    ) async throws -> ServerResponse {
        let result = try await parts.answering.run(chat) { _, _ in }
        parts.metrics.record(result, of: request.context)
        var response = ServerResponse.json(answer.object(of: result, logprobs: .array(logprobs(result.tokens, chat))))
        response.timings = result.serverTimings
        return response
    }

    private func stream(
        _ chat: ChatRequest, _ answer: ResponsesAnswer, _ request: ServerRequest
    ) async throws -> ServerResponse {
        try await EventFeed.response(.named, to: request) { emitter in
            var events = ResponsesEvents(answer)
            // Tokens that completed no character yet.
            var waiting: [GeneratedToken] = []
            func send(_ list: [ResponsesEvents.Event]) {
                for event in list { emitter.send(event.data, as: event.name) }
            }
            do {
                let result = try await parts.answering.run(chat) { token, deltas in
                    if let token { waiting.append(token) }
                    for delta in deltas {
                        let tokens = delta.isText ? waiting : []
                        if delta.isText { waiting = [] }
                        send(events.tell(delta, logprobs: logprobs(tokens, chat)))
                    }
                }
                parts.metrics.record(result, of: request.context)
                send(events.finish(result, logprobs: logprobs(waiting, chat)))
            } catch  where events.hasBegun && !(error is CancellationError) {
                let message = ErrorResponse.json(for: error, to: request)["error"]?["message"]?.stringValue
                send(events.fail(message ?? "\(error)"))
            }
        }
    }

    private func logprobs(_ tokens: [GeneratedToken], _ chat: ChatRequest) -> [JSONValue] {
        guard let wanted = chat.topLogprobs else { return [] }
        return ChatAnswer.logprobs(tokens, parts.generator.tokenizer, wanted: wanted)["content"]?.arrayValue ?? []
    }
}

extension ChatAnswering.Delta {
    fileprivate var isText: Bool { if case .text = self { true } else { false } }
}
