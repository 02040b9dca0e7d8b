import Foundation
import Models
import Synchronization
import Tokenization

/// Vectors of several texts.
public struct EmbeddingResult: Sendable, Hashable {
    /// `[texts, dimensions]`, row-major, each row of length 1.
    public var vectors: [Float]
    public var dimensions: Int
    /// Tokens that were encoded, special ones and the query instruction included.
    public var tokens: Int

    /// - Parameters:
    ///   - vectors: `[texts, dimensions]`, row-major.
    ///   - tokens: of all texts together.
    public init(vectors: [Float], dimensions: Int, tokens: Int) {
        (self.vectors, self.dimensions, self.tokens) = (vectors, dimensions, tokens)
    }
}

/// Why texts have no vectors.
public enum EmbeddingError: Error, Hashable, CustomStringConvertible {
    /// Input `index` has no token.
    case empty(index: Int)
    case unknownToken(index: Int, id: TokenID, vocabulary: Int)
    case tooLong(index: Int, tokens: Int, limit: Int)
    case overloaded(waitingTokens: Int, retryAfterSeconds: Int)
    case stopped
    case cancelled

    public var description: String {
        switch self {
        case .empty(let index): "input \(index) is empty; give at least one token"
        case .unknownToken(let index, let id, let vocabulary):
            "input \(index): token id \(id) is not in 0..<\(vocabulary)"
        case .tooLong(let index, let tokens, let limit):
            "input \(index) has \(tokens) tokens; the encoder takes \(limit). Shorten it"
        case .overloaded(let tokens, let seconds):
            "\(tokens) tokens wait to be encoded already; try again in \(seconds) s"
        case .stopped: "the encoder is shutting down; ask another server"
        case .cancelled: "the request was cancelled"
        }
    }
}

/// Texts to unit vectors, off the caller's thread: a thread of its own takes what all callers ask and encodes it in
/// batches, a share of each caller's texts in turn, so that a query does not wait for a whole index.
public final class Embedder: Sendable {
    public let modelName: String
    /// Width of a vector.
    public let dimensions: Int
    /// Longer texts are cut.
    public let maximumTokens: Int
    /// Names model, format and recipe: vectors of different identities are not to be compared.
    public let identity: String
    private let tokenizer: any EmbeddingTokenizer
    private let queue: EmbedderQueue

    /// Starts the thread.
    ///
    /// - Parameter makeEncoder: called once, on the embedder's thread; the encoder never leaves it.
    public init(
        modelName: String, identity: String, dimensions: Int, maximumTokens: Int,
        tokenizer: any EmbeddingTokenizer, configuration: EmbedderConfiguration = EmbedderConfiguration(),
        makeEncoder: @escaping @Sendable () -> any SequenceEncoder
    ) {
        (self.modelName, self.identity, self.dimensions) = (modelName, identity, dimensions)
        (self.maximumTokens, self.tokenizer) = (maximumTokens, tokenizer)
        let queue = EmbedderQueue(configuration, dimensions: dimensions)
        self.queue = queue
        let thread = Thread { queue.serve(makeEncoder()) }
        thread.name = "embedder"
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { queue.stop() }

    /// Vectors of `texts`, in their order.
    ///
    /// - Parameters:
    ///   - isQuery: the model's instruction for queries, if it has one, comes before each text.
    ///   - maxWait: a call that others would keep waiting longer is refused; nil: it waits as long as it takes.
    /// - Throws: `EmbeddingError`.
    public func embed(_ texts: [String], isQuery: Bool, maxWait: Duration? = nil) async throws -> EmbeddingResult {
        try await embed(
            sequences: texts.map { tokenizer.sequence($0, isQuery: isQuery, limit: maximumTokens) }, maxWait)
    }

    /// Vectors of texts given by their tokens; the special tokens around a text are added where they are missing.
    public func embed(tokens: [[TokenID]], maxWait: Duration? = nil) async throws -> EmbeddingResult {
        for (index, sequence) in tokens.enumerated() {
            guard !sequence.isEmpty else { throw EmbeddingError.empty(index: index) }
            if let id = sequence.first(where: { $0 < 0 || Int($0) >= tokenizer.vocabularySize }) {
                throw EmbeddingError.unknownToken(index: index, id: id, vocabulary: tokenizer.vocabularySize)
            }
        }
        return try await embed(sequences: tokens.map { tokenizer.completed($0) }, maxWait)
    }

    /// Waits in the queue until the sequences are encoded, or the caller is cancelled.
    private func embed(sequences: [[TokenID]], _ maxWait: Duration?) async throws -> EmbeddingResult {
        for (index, sequence) in sequences.enumerated() {
            guard !sequence.isEmpty else { throw EmbeddingError.empty(index: index) }
            guard sequence.count <= maximumTokens else {
                throw EmbeddingError.tooLong(index: index, tokens: sequence.count, limit: maximumTokens)
            }
        }
        let tokens = sequences.reduce(0) { $0 + $1.count }
        guard !sequences.isEmpty else { return EmbeddingResult(vectors: [], dimensions: dimensions, tokens: 0) }
        let job = EmbeddingJob(sequences, dimensions: dimensions, maxWait: maxWait)
        let queue = queue
        let vectors = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { queue.submit(job, $0) }
        } onCancel: {
            queue.cancel(job)
        }
        return EmbeddingResult(vectors: vectors, dimensions: dimensions, tokens: tokens)
    }

    /// It was taught to find functions: queries in any language, and signatures.
    public var isFinder: Bool { tokenizer.isFinder }

    /// Texts that wait or are being encoded.
    public var textsInFlight: Int { queue.textsInFlight }

    /// What the encoder did so far.
    public var statistics: EmbedderStatistics { queue.statistics }

    /// Ends the thread after its current batch. What still waits fails.
    public func stop() { queue.stop() }
}

/// Limits of an embedder.
public struct EmbedderConfiguration: Sendable, Hashable {
    /// Tokens of a batch at most, unless one text alone has more. Larger ones gain little, and a query waits for them.
    public var maxBatchTokens = 1024
    /// Tokens that may wait; more are refused.
    public var maxWaitingTokens = 1 << 20

    public init() {}
}

/// What an embedder has done since its start.
public struct EmbedderStatistics: Sendable, Hashable {
    public var texts = 0, tokens = 0
    public var busySeconds = 0.0

    public init() {}
}
