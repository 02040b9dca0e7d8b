import Inference
import Tokenization

extension Pipeline {
    /// Has the model write an answer, and tells of its calls as they come. Of the two other outcomes nothing is told.
    func generate(_ request: GenerationRequest, _ tell: CallProgress.Listener?) async throws -> Generation {
        try await generate(request, tell, weighing: nil).answer
    }

    /// The same, and judges the name of the first call once it is written, while the model goes on. A call that is
    /// overruled ends there: nothing is told of it, and the answer has no text.
    func generate(
        _ request: GenerationRequest, _ tell: CallProgress.Listener?, weighing prior: RetrievalPrior?
    ) async throws -> (answer: Generation, verdict: NameVerdict) {
        if tell == nil, prior == nil { return (try await generator.generate(request), NameVerdict()) }
        var (decoder, reader, count) = (StreamDecoder(generator.tokenizer), ToolCallReader(), 0)
        var (written, usage, verdict) = ([GeneratedToken](), Usage(), NameVerdict())
        for try await event in generator.stream(request) {
            usage.note(event, promptTokens: request.prompt.count)
            switch event {
            case .started: break
            case .finished(let generation): return (generation, verdict)
            case .token(let token):
                written.append(token)
                for piece in reader.read(decoder.append(token.id)) {
                    switch piece {
                    case .name(let name) where Outcome.reservedNames.contains(name): break
                    case .name(let name):
                        if let prior { verdict = try await self.verdict(on: name, written: written, prior, request) }
                        if verdict.overruling != nil {
                            // Leaving the stream cancels the rest.
                            let answer = Generation(
                                tokens: written, text: "", finish: .stop, usage: usage, timings: GenerationTimings())
                            return (answer, verdict)
                        }
                        tell?(.call(index: count, function: name))
                        count += 1
                    case .arguments(let text): tell?(.parameters(index: count - 1, text: text))
                    }
                }
            }
        }
        throw CancellationError()
    }
}
