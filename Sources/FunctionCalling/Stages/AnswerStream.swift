import Functions
import Inference
import Tokenization

/// Has the model write an answer, and tells of its calls as they come. Of the two other outcomes nothing is told.
struct AnswerStream: Sendable {
    let generator: any Generator
    let watch: Watch

    /// What retrieval says where the model wrote a name with this probability; nil: nothing that could change it.
    typealias Weighing = @Sendable (_ probability: Double) async throws -> RetrievalPrior?

    /// - Parameter prior: judges the name of the first call once it is written, while the model goes on. A call that is
    ///   overruled ends there: nothing is told of it, and the answer has no text.
    func run(
        _ request: GenerationRequest, weighing prior: Weighing? = nil
    ) async throws -> (answer: Generation, verdict: NameVerdict) {
        if watch.listener == nil, prior == nil { return (try await generator.generate(request), NameVerdict()) }
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
                        if let prior { verdict = try await self.verdict(on: name, written, prior, request) }
                        if verdict.overruling != nil {
                            // Leaving the stream cancels the rest.
                            let answer = Generation(
                                tokens: written, text: "", finish: .stop, usage: usage, timings: GenerationTimings())
                            return (answer, verdict)
                        }
                        watch.tell(.call(index: count, function: name))
                        count += 1
                    case .arguments(let text): watch.tell(.parameters(index: count - 1, text: text))
                    }
                }
            }
        }
        throw CancellationError()
    }

    /// Scores the names that could come out ahead of the one that the model chose, in one step, and weighs them.
    ///
    /// - Parameter written: what the model wrote behind the request's prompt, the name included.
    private func verdict(
        on name: String, _ written: [GeneratedToken], _ weighing: Weighing, _ request: GenerationRequest
    ) async throws -> NameVerdict {
        let probability = ChoiceConfidence.ofNames(in: written).first ?? 1
        guard let prior = try await weighing(probability) else { return NameVerdict() }
        let bounds = NameTokens(written, generator.tokenizer).bounds(of: prior.names)
        let contenders = prior.contenders(for: name, probability: probability, bounds: bounds)
        guard !contenders.isEmpty else { return NameVerdict() }
        let names = [name] + contenders
        // As far as the tokens depend on the name: its closing quote is one with what follows.
        let continuations = names.map { generator.tokenizer.encode(#"{"name": "\#($0)","#) }
        let scores = try await generator.scores(of: continuations, behind: request.prompt, like: request)
        var verdict = NameVerdict(
            overruling: prior.overruling(
                name, probability: probability,
                logprobs: Dictionary(zip(names, scores.totals), uniquingKeysWith: max)))
        verdict.usage.promptTokens = continuations.reduce(0) { $0 + $1.count }
        return verdict
    }
}

/// The decision on a name that the model wrote: kept, or overruled by retrieval.
struct NameVerdict: Sendable {
    /// nil: the name stands.
    var overruling: RetrievalPrior.Overruling?
    /// The names that were scored; the prompt is counted with the answer that it belongs to.
    var usage = Usage()
}
