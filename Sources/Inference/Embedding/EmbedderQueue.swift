import Foundation
import Models
import Tokenization

/// The texts of one call. Guarded by the lock of its queue.
final class EmbeddingJob: @unchecked Sendable {
    fileprivate let sequences: [[TokenID]]
    fileprivate var vectors: [Float]
    /// The first sequence that no batch has taken.
    fileprivate var next = 0
    fileprivate var left: Int
    fileprivate var isCancelled = false
    /// A call that would wait longer for its last text is refused; nil: it waits as long as it takes.
    fileprivate let maxWait: Duration?
    fileprivate var continuation: CheckedContinuation<[Float], any Error>?

    /// Texts of one call, none encoded yet.
    init(_ sequences: [[TokenID]], dimensions: Int, maxWait: Duration?) {
        (self.sequences, self.maxWait) = (sequences, maxWait)
        vectors = Array(repeating: 0, count: sequences.count * dimensions)
        left = sequences.count
    }

    /// Tokens that are not encoded yet.
    fileprivate var tokensLeft: Int { sequences[next...].reduce(0) { $0 + $1.count } }

    /// Answers the caller, once.
    fileprivate func end(_ result: Result<[Float], any Error>) {
        continuation?.resume(with: result)
        continuation = nil
    }
}

/// What callers ask of the embedder's thread. Guarded by `condition`; a plain lock, since the thread sleeps in it.
final class EmbedderQueue: @unchecked Sendable {
    /// A text of a batch, and whose it is.
    private struct Item {
        let job: EmbeddingJob, index: Int
    }

    private let condition = NSCondition()
    private let configuration: EmbedderConfiguration
    private let dimensions: Int
    /// With sequences that no batch has taken; the one whose turn it is first.
    private var waiting: [EmbeddingJob] = []
    private var waitingTokens = 0
    private var inFlight = 0
    private var isStopped = false
    private var counts = EmbedderStatistics()
    /// Lately; an assumption before the first batch.
    private var secondsPerToken = 0.0002

    /// An empty queue.
    init(_ configuration: EmbedderConfiguration, dimensions: Int) {
        (self.configuration, self.dimensions) = (configuration, dimensions)
    }

    /// Texts that were taken and are not answered yet.
    var textsInFlight: Int { condition.withLock { inFlight } }

    /// What was encoded and refused so far.
    var statistics: EmbedderStatistics { condition.withLock { counts } }

    // MARK: Callers

    /// Takes a job, or refuses it where it would wait too long or the queue is full.
    func submit(_ job: EmbeddingJob, _ continuation: CheckedContinuation<[Float], any Error>) {
        condition.lock()
        defer { condition.unlock() }
        job.continuation = continuation
        if job.isCancelled { return job.end(.failure(EmbeddingError.cancelled)) }
        if isStopped { return job.end(.failure(EmbeddingError.stopped)) }
        // A call larger than the limit is taken where nothing else waits.
        let tokens = job.tokensLeft
        guard waitingTokens == 0 || waitingTokens + tokens <= configuration.maxWaitingTokens else {
            return job.end(.failure(EmbeddingError.overloaded(waitingTokens: waitingTokens, retryAfterSeconds: 1)))
        }
        let wait = Double(tokensBefore(job)) * secondsPerToken
        if let limit = job.maxWait.map({ $0 / .seconds(1) }), wait > limit {
            let seconds = Int(max(1, min(60, (wait - limit / 2).rounded(.up))))
            return job.end(
                .failure(EmbeddingError.overloaded(waitingTokens: waitingTokens, retryAfterSeconds: seconds)))
        }
        waiting.append(job)
        waitingTokens += tokens
        inFlight += job.left
        condition.signal()
    }

    /// Tokens of other calls until the last text of `job` is taken: each has as many turns as it has texts.
    private func tokensBefore(_ job: EmbeddingJob) -> Int {
        waiting.reduce(0) { sum, other in
            sum + other.sequences[other.next...].prefix(job.sequences.count).reduce(0) { $0 + $1.count }
        }
    }

    /// Takes a job out; texts of it that are being encoded are thrown away.
    func cancel(_ job: EmbeddingJob) {
        condition.lock()
        defer { condition.unlock() }
        job.isCancelled = true
        guard job.continuation != nil else { return }
        drop(job, EmbeddingError.cancelled)
    }

    /// Refuses what waits, and ends the thread after its batch.
    func stop() {
        condition.lock()
        defer { condition.unlock() }
        isStopped = true
        for job in waiting { drop(job, EmbeddingError.stopped) }
        condition.signal()
    }

    /// Answers a job with an error.
    private func drop(_ job: EmbeddingJob, _ error: EmbeddingError) {
        if let place = waiting.firstIndex(where: { $0 === job }) {
            waiting.remove(at: place)
            waitingTokens -= job.tokensLeft
        }
        inFlight -= job.left
        job.end(.failure(error))
    }

    // MARK: The thread

    /// Encodes what is asked, until `stop`.
    func serve(_ encoder: any SequenceEncoder) {
        var vectors: [Float] = []
        while let batch = take() {
            let start = ContinuousClock.now
            let count = batch.count * dimensions
            if vectors.count < count { vectors = Array(repeating: 0, count: count) }
            vectors.withUnsafeMutableBufferPointer { vectors in
                guard let base = vectors.baseAddress else { return }
                encoder.encode(batch.map { $0.job.sequences[$0.index] }, into: base)
            }
            settle(batch, vectors, took: ContinuousClock.now - start)
        }
    }

    /// One text of each job in turn until the batch is full; nil once stopped.
    private func take() -> [Item]? {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty, !isStopped { condition.wait() }
        guard !isStopped else { return nil }
        var batch: [Item] = [], tokens = 0
        while let job = waiting.first {
            let count = job.sequences[job.next].count
            guard batch.isEmpty || tokens + count <= configuration.maxBatchTokens else { break }
            waiting.removeFirst()
            batch.append(Item(job: job, index: job.next))
            (tokens, waitingTokens) = (tokens + count, waitingTokens - count)
            job.next += 1
            if job.next < job.sequences.count { waiting.append(job) }
        }
        return batch
    }

    /// Hands out a batch's vectors and learns the rate.
    private func settle(_ batch: [Item], _ vectors: [Float], took: Duration) {
        condition.lock()
        defer { condition.unlock() }
        counts.texts += batch.count
        let tokens = batch.reduce(0) { $0 + $1.job.sequences[$1.index].count }
        counts.tokens += tokens
        let seconds = took / .seconds(1)
        secondsPerToken += (seconds / Double(max(1, tokens)) - secondsPerToken) * (counts.busySeconds == 0 ? 1 : 0.125)
        counts.busySeconds += seconds
        for (place, item) in batch.enumerated() where item.job.continuation != nil {
            let job = item.job
            job.vectors.replaceSubrange(
                item.index * dimensions..<(item.index + 1) * dimensions,
                with: vectors[place * dimensions..<(place + 1) * dimensions])
            (job.left, inFlight) = (job.left - 1, inFlight - 1)
            if job.left == 0 { job.end(.success(job.vectors)) }
        }
    }
}
