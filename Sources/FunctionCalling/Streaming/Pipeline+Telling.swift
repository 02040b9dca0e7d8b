import Inference
import Tokenization

extension Pipeline {
    /// Has the model write an answer, and tells of its calls as they come. Of the two other outcomes nothing is told.
    func generate(_ request: GenerationRequest, _ tell: CallProgress.Listener?) async throws -> Generation {
        guard let tell else { return try await generator.generate(request) }
        var (decoder, reader, count) = (StreamDecoder(generator.tokenizer), ToolCallReader(), 0)
        for try await event in generator.stream(request) {
            switch event {
            case .finished(let generation): return generation
            case .token(let token):
                for piece in reader.read(decoder.append(token.id)) {
                    switch piece {
                    case .name(let name) where Outcome.reservedNames.contains(name): break
                    case .name(let name):
                        tell(.call(index: count, function: name))
                        count += 1
                    case .arguments(let text): tell(.parameters(index: count - 1, text: text))
                    }
                }
            }
        }
        throw CancellationError()
    }
}
