import Documents
import Foundation
import HTTPServer
import Inference
import OrderedCollections
import Tokenization

/// `POST /v1/completions`, as OpenAI's API has it.
struct CompletionRoutes: Sendable {
    let generator: any Generator
    let metrics: ServerMetrics

    func register(in table: inout RouteTable) {
        table.json(post: "/v1/completions", .generation) { body, request in
            let completion = try CompletionRequest(
                body, model: generator.modelName, adapter: generator.adapter)
            return completion.streams ? try await stream(completion, request) : try await answer(completion, request)
        }
    }

    private func answer(_ completion: CompletionRequest, _ request: ServerRequest) async throws -> ServerResponse {
        let requests = try await generationRequests(completion, request.context.account)
        let generations = try await withThrowingTaskGroup(of: (Int, Generation).self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask { (index, try await generator.generate(request)) }
            }
            return try await group.reduce(into: [(Int, Generation)]()) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map(\.1)
        }
        for generation in generations { metrics.record(generation, of: request.context) }
        let prompts = try await PromptLogprobs(generator).of(requests, every: completion.count, completion)
        var choices: [JSONValue] = []
        for (index, generation) in generations.enumerated() {
            var choice = choice(index, generation.text, generation.tokens, completion, generation.finish)
            choice["prompt_logprobs"] = prompts[index]
            choices.append(.object(choice))
        }
        return .json(
            envelope(
                request, completion, choices: choices,
                usage: usage(generations.map(\.usage).reduce(Usage(), +), answersPerPrompt: completion.count)))
    }

    /// All answers as server-sent events; `data: [DONE]` ends them.
    private func stream(_ completion: CompletionRequest, _ request: ServerRequest) async throws -> ServerResponse {
        let requests = try await generationRequests(completion, request.context.account)
        return try await EventFeed.response(to: request) { emitter in
            let usages = try await withThrowingTaskGroup(of: Usage.self) { group in
                for (index, generation) in requests.enumerated() {
                    group.addTask { try await streamChoice(index, generation, completion, request, emitter) }
                }
                return try await group.reduce(into: [Usage]()) { $0.append($1) }
            }
            if completion.streamUsage != .never {
                let usage = usage(usages.reduce(Usage(), +), answersPerPrompt: completion.count)
                emitter.send(envelope(request, completion, choices: [], usage: usage))
            }
        }
    }

    private func streamChoice(
        _ index: Int, _ generation: GenerationRequest, _ completion: CompletionRequest, _ request: ServerRequest,
        _ emitter: EventFeed.Emitter
    ) async throws -> Usage {
        var grown = Usage()
        grown.promptTokens = generation.prompt.count
        func send(_ text: String, _ tokens: [GeneratedToken], _ finish: FinishReason?) {
            let choice = JSONValue.object(choice(index, text, tokens, completion, finish))
            let usage = completion.streamUsage.ofChunk(self.usage(grown, answersPerPrompt: 1))
            emitter.send(envelope(request, completion, choices: [choice], usage: usage))
        }
        var text = StreamDecoder(generator.tokenizer)
        var shown = StreamedText(stop: generation.stop)
        for try await event in generator.stream(generation) {
            switch event {
            case .started(let cached): grown.cachedTokens = cached
            case .token(let token):
                grown.completionTokens += 1
                let isEnd =
                    generator.tokenizer.endTokens.contains(token.id) || generation.stopTokens.contains(token.id)
                send(isEnd ? "" : shown.append(text.append(token.id)), [token], nil)
            case .finished(let generation):
                metrics.record(generation, of: request.context)
                grown = generation.usage
                send(shown.rest(of: generation.text), [], generation.finish)
                return generation.usage
            }
        }
        throw CancellationError()
    }

    private func generationRequests(
        _ completion: CompletionRequest, _ account: Account
    ) async throws -> [GenerationRequest] {
        let grammar = try await completion.format.grammar(generator)
        return completion.prompts.flatMap { prompt in
            let tokens: [TokenID] =
                switch prompt {
                case .text(let text): generator.tokenizer.encode(text, allowingSpecial: true)
                case .tokens(let tokens): tokens
                }
            return (0..<completion.count).map { index in
                var request = GenerationRequest(
                    prompt: tokens, maxTokens: completion.end.maxTokens ?? CompletionRequest.defaultMaxTokens)
                completion.end.apply(to: &request)
                request.grammar = grammar
                request.sampling = completion.sampling
                if index > 0, let seed = completion.sampling.seed { request.sampling.seed = seed &+ UInt64(index) }
                request.topLogprobs = completion.logprobs
                (request.priority, request.account) = (completion.priority, account)
                request.adapter = completion.adapter?.use(on: tokens)
                return request
            }
        }
    }

    private func choice(
        _ index: Int, _ text: String, _ tokens: [GeneratedToken], _ completion: CompletionRequest,
        _ finish: FinishReason?
    ) -> JSONObject {
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

    private func envelope(
        _ request: ServerRequest, _ completion: CompletionRequest, choices: [JSONValue], usage: JSONValue? = nil
    ) -> JSONValue {
        var members: JSONObject = [
            "id": .string("cmpl-\(request.id)"), "object": "text_completion",
            "created": .integer(Int(Date().timeIntervalSince1970)), "model": .string(completion.model),
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

/// How likely the tokens of prompts are, in vLLM's form.
private struct PromptLogprobs {
    private let generator: any Generator

    init(_ generator: any Generator) { self.generator = generator }

    /// Of each request's prompt; those with one prompt stand together, `every` of them, and share it. Empty where the client did not ask.
    func of(
        _ requests: [GenerationRequest], every count: Int, _ completion: CompletionRequest
    ) async throws -> [Int: JSONValue] {
        guard let top = completion.promptLogprobs else { return [:] }
        return try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
            for index in stride(from: 0, to: requests.count, by: count) {
                let request = requests[index]
                group.addTask { (index, try await of(request, top)) }
            }
            var found: [Int: JSONValue] = [:]
            for try await (first, value) in group {
                for index in first..<first + count { found[index] = value }
            }
            return found
        }
    }

    /// Nothing precedes the first token.
    private func of(_ request: GenerationRequest, _ top: Int) async throws -> JSONValue {
        guard request.prompt.count > 1 else { return [.null] }
        var scored = GenerationRequest(
            prompt: Array(request.prompt.prefix(1)), scoring: Array(request.prompt.dropFirst()))
        (scored.topLogprobs, scored.sampling.temperature) = (top, request.sampling.temperature)
        (scored.priority, scored.account, scored.adapter) = (request.priority, request.account, request.adapter)
        let tokens = try await generator.generate(scored).tokens
        return .array([.null] + tokens.map(members))
    }

    /// The most likely tokens by their ids, and the one that stands there.
    private func members(_ token: GeneratedToken) -> JSONValue {
        var members: JSONObject = [:]
        func add(_ id: TokenID, _ logprob: Float, rank: Int) {
            members["\(id)"] = [
                "logprob": .number(Double(logprob)), "rank": .integer(rank),
                "decoded_token": .string(generator.tokenizer.decode([id], skippingSpecial: false)),
            ]
        }
        for (place, other) in token.alternatives.enumerated() { add(other.id, other.logprob, rank: place + 1) }
        if members["\(token.id)"] == nil { add(token.id, token.logprob, rank: token.rank ?? 1) }
        return .object(members)
    }
}
