import Inference
import Tokenization

extension Pipeline {
    /// Has the model write an answer, and tells of its calls as they come. Of the two other outcomes nothing is told.
    func generate(_ request: GenerationRequest, _ tell: CallProgress.Listener?) async throws -> Generation {
        guard let tell else { return try await generator.generate(request) }
        return try await generate(request, tell, weighing: nil).answer
    }

    /// The same, and judges the name of the first call once it is written, while the model goes on. Of a call that is
    /// overruled nothing is told.
    func generate(
        _ request: GenerationRequest, _ tell: CallProgress.Listener?, weighing prior: RetrievalPrior?
    ) async throws -> (answer: Generation, verdict: NameVerdict) {
        var (decoder, reader, count) = (StreamDecoder(generator.tokenizer), ToolCallReader(), 0)
        var (written, verdict) = ([GeneratedToken](), NameVerdict())
        for try await event in generator.stream(request) {
            switch event {
            case .finished(let generation): return (generation, verdict)
            case .token(let token):
                written.append(token)
                for piece in reader.read(decoder.append(token.id)) where verdict.overruling == nil {
                    switch piece {
                    case .name(let name) where Outcome.reservedNames.contains(name): break
                    case .name(let name):
                        if let prior { verdict = try await self.verdict(on: name, written: written, prior, request) }
                        guard verdict.overruling == nil else { break }
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
