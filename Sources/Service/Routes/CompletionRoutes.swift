import Foundation
import HTTPServer
import Inference
import OrderedJSON
import Tokenization

/// `POST /v1/completions`, as OpenAI's API has it.
struct CompletionRoutes: Sendable {
    let generator: any Generator
    let metrics: ServerMetrics

    func register(in router: inout Router) {
        router.json(post: "/v1/completions") { body, request in
            let completion = try CompletionRequest(body)
            return completion.streams ? try stream(completion, request) : try await answer(completion, request)
        }
    }

    private func answer(_ completion: CompletionRequest, _ request: ServerRequest) async throws -> ServerResponse {
        let requests = generationRequests(completion)
        let generations = try await withThrowingTaskGroup(of: (Int, Generation).self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask { (index, try await generator.generate(request)) }
            }
            return try await group.reduce(into: [(Int, Generation)]()) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map(\.1)
        }
        generations.forEach(metrics.record)
        var choices: [JSONValue] = []
        for (index, generation) in generations.enumerated() {
            choices.append(choice(index, generation.text, generation.tokens, completion, generation.finish))
        }
        return .json(
            envelope(
                request, choices: choices,
                usage: usage(generations.map(\.usage).reduce(Usage(), +), answersPerPrompt: completion.count)))
    }

    /// One answer as server-sent events; `data: [DONE]` ends it.
    private func stream(_ completion: CompletionRequest, _ request: ServerRequest) throws -> ServerResponse {
        let requests = generationRequests(completion)
        guard requests.count == 1, let first = requests.first else {
            throw FieldError(path: "stream", reason: .outOfRange, message: "stream takes one prompt and n = 1")
        }
        return .events { events in
            var text = StreamDecoder(generator.tokenizer)
            var shown = StreamedText(stop: first.stop)
            for try await event in generator.stream(first) {
                switch event {
                case .token(let token):
                    let isEnd = generator.tokenizer.endTokens.contains(token.id)
                    let piece = isEnd ? "" : shown.append(text.append(token.id))
                    try await events.send(
                        data: envelope(request, choices: [choice(0, piece, [token], completion, nil)]).text())
                case .finished(let generation):
                    metrics.record(generation)
                    let last = choice(0, shown.rest(of: generation.text), [], completion, generation.finish)
                    try await events.send(data: envelope(request, choices: [last]).text())
                    if completion.includesUsage {
                        let usage = usage(generation.usage, answersPerPrompt: 1)
                        try await events.send(data: envelope(request, choices: [], usage: usage).text())
                    }
                }
            }
            try await events.send(data: "[DONE]")
        }
    }

    private func generationRequests(_ completion: CompletionRequest) -> [GenerationRequest] {
        completion.prompts.flatMap { prompt in
            let tokens: [TokenID] =
                switch prompt {
                case .text(let text): generator.tokenizer.encode(text, allowingSpecial: true)
                case .tokens(let tokens): tokens
                }
            return (0..<completion.count).map { index in
                var request = GenerationRequest(prompt: tokens, maxTokens: completion.maxTokens)
                request.minTokens = completion.minTokens
                request.ignoresEnd = completion.ignoresEnd
                request.sampling = completion.sampling
                if index > 0, let seed = completion.sampling.seed { request.sampling.seed = seed &+ UInt64(index) }
                request.stop = completion.stop
                request.topLogprobs = completion.logprobs
                request.priority = completion.priority
                return request
            }
        }
    }

    private func choice(
        _ index: Int, _ text: String, _ tokens: [GeneratedToken], _ completion: CompletionRequest,
        _ finish: FinishReason?
    ) -> JSONValue {
        let reason: JSONValue =
            switch finish {
            case nil: .null
            case .length: "length"
            case .stop, .grammar: "stop"
            }
        return [
            "index": .integer(index), "text": .string(text),
            "logprobs": completion.logprobs == nil ? .null : logprobs(tokens), "finish_reason": reason,
        ]
    }

    private func logprobs(_ tokens: [GeneratedToken]) -> JSONValue {
        func text(_ id: TokenID) -> String { generator.tokenizer.decode([id], skippingSpecial: false) }
        var offset = 0
        let offsets = tokens.map { token -> JSONValue in
            defer { offset += text(token.id).count }
            return .integer(offset)
        }
        return [
            "tokens": .array(tokens.map { .string(text($0.id)) }),
            "token_logprobs": .array(tokens.map { .number(Double($0.logprob)) }),
            "top_logprobs": .array(
                tokens.map { token in
                    .object(
                        JSONObject(
                            token.alternatives.map { (text($0.id), .number(Double($0.logprob))) },
                            uniquingKeysWith: { first, _ in first }))
                }),
            "text_offset": .array(offsets),
        ]
    }

    private func envelope(_ request: ServerRequest, choices: [JSONValue], usage: JSONValue? = nil) -> JSONValue {
        var members: JSONObject = [
            "id": .string("cmpl-\(request.id)"), "object": "text_completion",
            "created": .integer(Int(Date().timeIntervalSince1970)), "model": .string(generator.modelName),
            "choices": .array(choices),
        ]
        members["usage"] = usage
        return .object(members)
    }

    /// Prompt tokens count once however many answers they have.
    private func usage(_ usage: Usage, answersPerPrompt: Int) -> JSONValue {
        let prompt = usage.promptTokens / answersPerPrompt
        return [
            "prompt_tokens": .integer(prompt), "completion_tokens": .integer(usage.completionTokens),
            "total_tokens": .integer(prompt + usage.completionTokens),
            "prompt_tokens_details": ["cached_tokens": .integer(usage.cachedTokens / answersPerPrompt)],
        ]
    }
}
