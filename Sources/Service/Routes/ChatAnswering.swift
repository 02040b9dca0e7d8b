import FunctionCalling
import Inference
import OrderedJSON
import Tokenization

/// Carries a plan out, telling what each token adds to the message.
struct ChatAnswering: Sendable {
    let generator: any Generator
    let plan: ChatPlanner.Plan
    /// Which of several answers this is: each has a seed of its own, the same one each time.
    let index: Int

    struct Result: Sendable {
        /// nil for calls.
        var text: String?
        var calls: [ChatAnswer.Call] = []
        var tokens: [GeneratedToken] = []
        var finish = FinishReason.stop
        var usage = Usage()
        /// Of the text, or of each call.
        var generations: [Generation] = []
    }

    /// One part of a growing message.
    enum Delta: Sendable {
        case text(String)
        case call(index: Int, ChatAnswer.Call)
        case arguments(index: Int, String)
    }

    /// - Parameter tell: gets each token with what it adds, at once; the last part of a text may come without one.
    func run(_ tell: (_ token: GeneratedToken?, [Delta]) -> Void) async throws -> Result {
        switch plan.kind {
        case .text: try await text(tell)
        case .calls(let most): try await calls(most, tell)
        }
    }

    private var request: GenerationRequest {
        var request = plan.request
        if index > 0, let seed = request.sampling.seed { request.sampling.seed = seed &+ UInt64(index) }
        return request
    }

    private func text(_ tell: (GeneratedToken?, [Delta]) -> Void) async throws -> Result {
        var (decoder, shown) = (StreamDecoder(generator.tokenizer), StreamedText(stop: request.stop))
        let generation = try await generate(request) { token in
            let ready = shown.append(decoder.append(token.id))
            tell(token, ready.isEmpty ? [] : [.text(ready)])
        }
        let rest = shown.rest(of: generation.text)
        if !rest.isEmpty { tell(nil, [.text(rest)]) }
        return Result(
            text: generation.text, tokens: generation.tokens, finish: generation.finish, usage: generation.usage,
            generations: [generation])
    }

    /// Call by call, each under the grammar; between them the model's inclination decides whether another follows.
    private func calls(_ most: Int, _ tell: (GeneratedToken?, [Delta]) -> Void) async throws -> Result {
        var (result, request) = (Result(), request)
        while true {
            let generation: Generation
            do {
                generation = try await call(request, into: &result, tell)
            } catch GenerationError.limitTooSmall where !result.calls.isEmpty {
                return result
            }
            result.add(generation, plan)
            request.prompt += generation.tokens.map(\.id)
            request.maxTokens -= generation.tokens.count
            guard result.calls.count < most, request.maxTokens > 0, request.prompt.count < generator.contextLength,
                try await ModelInclination(generator: generator, priority: request.priority)
                    .toGoOn(behind: request.prompt) >= ModelInclination.nextThreshold
            else { return result }
            request.prompt += generator.tokenizer.encode(",\n")
        }
    }

    private func call(
        _ request: GenerationRequest, into result: inout Result, _ tell: (GeneratedToken?, [Delta]) -> Void
    ) async throws -> Generation {
        var (decoder, reader) = (StreamDecoder(generator.tokenizer), ToolCallReader())
        let place = result.calls.count
        var call = ChatAnswer.Call(id: ChatAnswer.Call.newID(), name: "", arguments: "")
        let generation = try await generate(request) { token in
            let deltas = reader.read(decoder.append(token.id)).map { piece -> Delta in
                switch piece {
                case .name(let name):
                    call.name = name
                    return .call(index: place, call)
                case .arguments(let text):
                    call.arguments += text
                    return .arguments(index: place, text)
                }
            }
            tell(token, deltas)
        }
        result.calls.append(call)
        return generation
    }

    private func generate(
        _ request: GenerationRequest, _ each: (GeneratedToken) -> Void
    ) async throws -> Generation {
        for try await event in generator.stream(request) {
            switch event {
            case .started: break
            case .token(let token): if !generator.tokenizer.endTokens.contains(token.id) { each(token) }
            case .finished(let generation): return generation
            }
        }
        throw CancellationError()
    }
}

extension ChatAnswering.Result {
    /// The tokens of a further call. The prompt counts once, with what the first look found in the prefix cache.
    fileprivate mutating func add(_ generation: Generation, _ plan: ChatPlanner.Plan) {
        if generations.isEmpty {
            usage = generation.usage
            if let cached = plan.cachedTokens { usage.cachedTokens = min(cached, usage.cachedTokens) }
        } else {
            usage.completionTokens += generation.usage.completionTokens
            usage.forcedTokens += generation.usage.forcedTokens
        }
        tokens += generation.tokens
        generations.append(generation)
    }
}
