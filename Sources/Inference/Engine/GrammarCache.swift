import Documents
import Grammar
import Synchronization
import Tokenization

/// Compiled grammars by their schema, bounded: the least recently used one goes. Compiling happens on the threads of
/// `SchemaQueue`, once for callers that ask at the same time, and not at all once the last of them has gone.
public final class GrammarCache: Sendable {
    /// A schema that waits or is compiled. Guarded by the lock of its cache.
    private final class Job: @unchecked Sendable {
        let schema: JSONValue
        var callers: [UInt64: CheckedContinuation<CompiledGrammar, any Error>] = [:]

        init(_ schema: JSONValue) { self.schema = schema }
    }
    /// Guarded by the lock: what is compiled, and who waits for what is not.
    private struct State {
        var grammars: RecencyCache<JSONValue, CompiledGrammar>
        var jobs: [JSONValue: Job] = [:]
        var callers: UInt64 = 0
    }

    public let vocabulary: GrammarVocabulary
    public let queue: SchemaQueue
    private let state: Mutex<State>

    /// - Parameters:
    ///   - capacity: grammars that are kept.
    ///   - queue: where they are compiled.
    public init(vocabulary: GrammarVocabulary, capacity: Int = 256, queue: SchemaQueue = SchemaQueue()) {
        (self.vocabulary, self.queue) = (vocabulary, queue)
        state = Mutex(State(grammars: RecencyCache(capacity: capacity)))
    }

    /// - Throws: `GrammarError`; `GenerationError.schemasWaiting` where too many wait, `.cancelled`.
    public func grammar(for schema: JSONValue) async throws -> CompiledGrammar {
        let caller = state.withLock { state in
            state.callers += 1
            return state.callers
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(schema, caller, continuation)
            }
        } onCancel: {
            leave(schema, caller)
        }
    }

    /// The grammar if it is there; else the caller waits for it with others of the same schema.
    private func enter(
        _ schema: JSONValue, _ caller: UInt64, _ continuation: CheckedContinuation<CompiledGrammar, any Error>
    ) {
        let answer = state.withLock { state -> Result<CompiledGrammar, any Error>? in
            if let grammar = state.grammars.value(for: schema) { return .success(grammar) }
            if Task.isCancelled { return .failure(GenerationError.cancelled) }
            if let job = state.jobs[schema] {
                job.callers[caller] = continuation
                return nil
            }
            let job = Job(schema)
            do {
                try queue.enqueue(on: .quick) { self.compile(job, on: .quick) }
            } catch {
                return .failure(error)
            }
            job.callers[caller] = continuation
            state.jobs[schema] = job
            return nil
        }
        if let answer { continuation.resume(with: answer) }
    }

    /// A caller is gone; compiling that nobody waits for is not begun.
    private func leave(_ schema: JSONValue, _ caller: UInt64) {
        let continuation = state.withLock { state in
            let job = state.jobs[schema]
            let continuation = job?.callers.removeValue(forKey: caller)
            if job?.callers.isEmpty == true { state.jobs[schema] = nil }
            return continuation
        }
        continuation?.resume(throwing: GenerationError.cancelled)
    }

    /// On a thread of the queue.
    private func compile(_ job: Job, on lane: SchemaQueue.LaneKind) {
        guard state.withLock({ $0.jobs[job.schema] === job }) else { return }  // All callers have gone.
        var limits = GrammarLimits()
        if lane == .quick { limits.compileTime = SchemaQueue.quickTime }
        do {
            let grammar = try CompiledGrammar.compile(schema: job.schema, vocabulary: vocabulary, limits: limits)
            settle(job, .success(grammar))
        } catch  where error.isOutOfTime && lane == .quick {
            do {
                try queue.enqueue(on: .slow) { self.compile(job, on: .slow) }
            } catch {
                settle(job, .failure(error))
            }
        } catch {
            // A refusal is cheap to find again and its schema may be large: it is not kept.
            settle(job, .failure(error))
        }
    }

    /// Keeps the grammar and tells all who wait.
    private func settle(_ job: Job, _ result: Result<CompiledGrammar, any Error>) {
        let callers = state.withLock { state in
            if case .success(let grammar) = result { state.grammars.store(grammar, for: job.schema) }
            if state.jobs[job.schema] === job { state.jobs[job.schema] = nil }
            let callers = job.callers
            job.callers = [:]
            return callers
        }
        for continuation in callers.values { continuation.resume(with: result) }
    }
}

extension GrammarVocabulary {
    /// The tokens of a tokeniser.
    public convenience init(_ tokenizer: Tokenizer) {
        self.init(
            bytes: (0..<tokenizer.count).map { tokenizer.bytes(of: TokenID($0)) }, endTokens: tokenizer.endTokens,
            isSpecial: { tokenizer.isSpecial($0) },
            encode: { tokenizer.encode(String(decoding: $0, as: UTF8.self)) })
    }
}
