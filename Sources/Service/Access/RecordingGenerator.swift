import Documents
import Grammar
import Inference
import Tokenization

/// The engine as handlers see it: each request gets its client's share of the prefix cache and the place that was held for
/// it at the door, and what it costs is written down.
struct RecordingGenerator: Generator {
    let base: any Generator

    var modelName: String { base.modelName }
    var tokenizer: Tokenizer { base.tokenizer }
    var contextLength: Int { base.contextLength }
    var promptLimit: Int? { base.promptLimit }

    func check(_ request: GenerationRequest) throws(GenerationError) { try base.check(marked(request)) }

    func generate(_ request: GenerationRequest) async throws -> Generation {
        let generation = try await base.generate(marked(request))
        RequestRecord.current?.add(generation.usage)
        return generation
    }

    func stream(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        let events = base.stream(marked(request))
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: GenerationEvent.self)
        let task = Task {
            var usage = Usage(), isFinished = false
            // What an answer has cost that nobody listens to any more.
            defer { if !isFinished, usage != Usage() { RequestRecord.current?.add(usage) } }
            do {
                for try await event in events {
                    usage.note(event, promptTokens: request.prompt.count)
                    if case .finished = event {
                        isFinished = true
                        RequestRecord.current?.add(usage)
                    }
                    continuation.yield(event)
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        // Dropping this stream ends the task, which drops the one below, which cancels the request.
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    func compile(_ schema: JSONValue) async throws -> CompiledGrammar { try await base.compile(schema) }

    private func marked(_ request: GenerationRequest) -> GenerationRequest {
        guard let record = RequestRecord.current else { return request }
        var request = request
        if let salt = record.key?.cacheSalt, salt != 0 { request.cacheSalt = salt }
        request.place = record.place
        return request
    }
}
