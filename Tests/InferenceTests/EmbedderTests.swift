import Foundation
import Inference
import Models
import Synchronization
import TestSupport
import Testing
import Tokenization

/// A vector is the first token and the length; batches are written down. Used by the embedder's thread; the log is
/// guarded by its lock.
private final class ToyEncoder: SequenceEncoder, Sendable {
    let dimensions = 2, maximumTokens = 64
    let batches = Mutex<[[[Int32]]]>([])
    let pace: UInt32

    init(pace: UInt32 = 0) { self.pace = pace }

    func encode(_ sequences: [[Int32]], into vectors: UnsafeMutablePointer<Float>) {
        if pace > 0 { usleep(pace) }
        batches.withLock { $0.append(sequences) }
        for (index, sequence) in sequences.enumerated() {
            vectors[index * 2] = Float(sequence[0])
            vectors[index * 2 + 1] = Float(sequence.count)
        }
    }
}

/// One token a byte; 9 before queries.
private struct ToySequences: EmbeddingTokenizer {
    let vocabularySize = 256
    func sequence(_ text: String, isQuery: Bool, limit: Int) -> [TokenID] {
        Array(((isQuery ? [9] : []) + text.utf8.map(TokenID.init)).prefix(limit))
    }
    func completed(_ tokens: [TokenID]) -> [TokenID] { tokens }
}

@Suite struct EmbedderTests {
    private func embedder(_ encoder: ToyEncoder, batch: Int = 16, waiting: Int = 1 << 20) -> Embedder {
        var configuration = EmbedderConfiguration()
        (configuration.maxBatchTokens, configuration.maxWaitingTokens) = (batch, waiting)
        return Embedder(
            modelName: "toy", identity: "toy", dimensions: 2, maximumTokens: 64, tokenizer: ToySequences(),
            configuration: configuration, makeEncoder: { encoder })
    }

    @Test func manyCallersGetTheirOwn() async throws {
        let encoder = ToyEncoder()
        let embedder = embedder(encoder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<40 {
                group.addTask {
                    let texts = (0..<caller % 7 + 1).map {
                        String(repeating: "\(UnicodeScalar(UInt8(40 + caller)))", count: $0 + 1)
                    }
                    let result = try await embedder.embed(texts, isQuery: false)
                    #expect(result.vectors == texts.indices.flatMap { [Float(40 + caller), Float($0 + 1)] })
                    #expect(result.tokens == texts.reduce(0) { $0 + $1.utf8.count } && result.dimensions == 2)
                }
            }
            try await group.waitForAll()
        }
        #expect(embedder.textsInFlight == 0)
        #expect(encoder.batches.withLock { $0.allSatisfy { $0.reduce(0) { $0 + $1.count } <= 16 } })
        #expect(embedder.statistics.texts == encoder.batches.withLock { $0.reduce(0) { $0 + $1.count } })
    }

    @Test func aQueryDoesNotWaitForAnIndex() async throws {
        let encoder = ToyEncoder(pace: 2_000)
        let embedder = embedder(encoder)
        async let index = embedder.embed((0..<400).map { _ in "dddd" }, isQuery: false)
        while embedder.textsInFlight == 0 { try await Task.sleep(for: .milliseconds(1)) }
        let query = try await embedder.embed(["qq"], isQuery: true)
        #expect(query.vectors == [9, 3])
        #expect(embedder.textsInFlight > 100, "the index was done first")
        #expect(try await index.vectors.count == 800)
    }

    @Test func longTextsAreCutAndAloneInTheirBatch() async throws {
        let encoder = ToyEncoder()
        let result = try await embedder(encoder).embed([String(repeating: "x", count: 500), "y"], isQuery: false)
        #expect(result.vectors == [120, 64, 121, 1])
        #expect(encoder.batches.withLock { $0.map(\.count) } == [1, 1])
    }

    @Test func refusesWhatItCannotEncode() async throws {
        let embedder = embedder(ToyEncoder())
        await #expect(throws: EmbeddingError.empty(index: 1)) { try await embedder.embed(["a", ""], isQuery: false) }
        await #expect(throws: EmbeddingError.empty(index: 0)) { try await embedder.embed(tokens: [[]]) }
        await #expect(throws: EmbeddingError.unknownToken(index: 1, id: 256, vocabulary: 256)) {
            try await embedder.embed(tokens: [[1], [2, 256]])
        }
        await #expect(throws: EmbeddingError.tooLong(index: 0, tokens: 65, limit: 64)) {
            try await embedder.embed(tokens: [Array(repeating: 1, count: 65)])
        }
        #expect(try await embedder.embed([], isQuery: false).vectors.isEmpty)
    }

    @Test func aFullQueueRefuses() async throws {
        let embedder = embedder(ToyEncoder(pace: 20_000), waiting: 64)
        // Alone: taken whatever its size.
        async let first = embedder.embed((0..<40).map { _ in "dddd" }, isQuery: false)
        while embedder.textsInFlight == 0 { try await Task.sleep(for: .milliseconds(1)) }
        await #expect {
            _ = try await embedder.embed(["more"], isQuery: false)
        } throws: {
            if case .overloaded = $0 as? EmbeddingError { true } else { false }
        }
        let vectors = try await first.vectors
        #expect(vectors.count == 80)
    }

    @Test func aCancelledCallEndsAndLeavesNothing() async throws {
        let embedder = embedder(ToyEncoder(pace: 5_000))
        let task = Task { try await embedder.embed((0..<400).map { _ in "dddd" }, isQuery: false) }
        while embedder.textsInFlight == 0 { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        await #expect(throws: EmbeddingError.cancelled) { try await task.value }
        #expect(embedder.textsInFlight == 0)
        #expect(try await embedder.embed(["a"], isQuery: false).vectors == [97, 1])
    }

    @Test func stopFailsWhatWaitsAndWhatComes() async throws {
        let embedder = embedder(ToyEncoder(pace: 5_000))
        let waiting = Task { try await embedder.embed((0..<400).map { _ in "dddd" }, isQuery: false) }
        while embedder.textsInFlight == 0 { try await Task.sleep(for: .milliseconds(1)) }
        embedder.stop()
        await #expect(throws: EmbeddingError.stopped) { try await waiting.value }
        await #expect(throws: EmbeddingError.stopped) { try await embedder.embed(["a"], isQuery: false) }
    }
}

extension EmbedderTests {
    /// The time that a call waits is bounded by what stands before it in turn, not by all that waits.
    @Test(.timeLimit(.minutes(1))) func aCallThatWouldWaitTooLongIsRefused() async throws {
        let embedder = embedder(ToyEncoder(pace: 10_000))
        _ = try await embedder.embed(["dddd"], isQuery: false)  // 4 tokens, 10 ms: 2.5 ms a token
        async let index = embedder.embed((0..<400).map { _ in "dddd" }, isQuery: false)
        while embedder.textsInFlight == 0 { try await Task.sleep(for: .milliseconds(1)) }
        // One text waits for one text of the index, a hundred for a hundred: a second, or a quarter once it is learnt.
        _ = try await embedder.embed(["q"], isQuery: true, maxWait: .milliseconds(100))
        let many = (0..<100).map { _ in "e" }
        await #expect {
            _ = try await embedder.embed(many, isQuery: false, maxWait: .milliseconds(100))
        } throws: {
            if case .overloaded(_, let seconds) = $0 as? EmbeddingError { (1...60).contains(seconds) } else { false }
        }
        #expect(try await embedder.embed(many, isQuery: false).vectors.count == 200, "unbounded: it waits")
        #expect(try await index.vectors.count == 800)
    }
}

/// Random calls, cancelled and stopped at random moments.
@Suite struct EmbedderHuntTests {
    @Test(
        "law: every call ends, with its own vectors or the reason", .timeLimit(.minutes(2)), arguments: UInt64(0)..<12)
    func hunt(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let encoder = ToyEncoder(pace: .random(in: 0...400, using: &random))
        var configuration = EmbedderConfiguration()
        configuration.maxBatchTokens = .random(in: 1...60, using: &random)
        configuration.maxWaitingTokens = .random(in: 50...2000, using: &random)
        let embedder = Embedder(
            modelName: "toy", identity: "toy", dimensions: 2, maximumTokens: 64, tokenizer: ToySequences(),
            configuration: configuration, makeEncoder: { encoder })
        let plans = (0..<120).map { caller in
            (
                texts: (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    String(
                        repeating: "\(UnicodeScalar(UInt8(40 + caller % 80)))",
                        count: .random(in: 1...70, using: &random))
                },
                wait: Int.random(in: 0...8000, using: &random), isCancelled: Int.random(in: 0..<4, using: &random) == 0,
                maxWait: Bool.random(using: &random) ? Duration.milliseconds(2) : nil
            )
        }
        let stopsAfter = seed % 3 == 0 ? Int.random(in: 1000...8000, using: &random) : nil
        await withTaskGroup(of: Void.self) { group in
            for (caller, plan) in plans.enumerated() {
                group.addTask {
                    try? await Task.sleep(for: .microseconds(plan.wait))
                    let task = Task { try await embedder.embed(plan.texts, isQuery: false, maxWait: plan.maxWait) }
                    if plan.isCancelled {
                        try? await Task.sleep(for: .microseconds(plan.wait / 4))
                        task.cancel()
                    }
                    do {
                        let expected = plan.texts.flatMap { [Float(40 + caller % 80), Float(min(64, $0.utf8.count))] }
                        #expect(try await task.value.vectors == expected)
                    } catch let error as EmbeddingError {
                        switch error {
                        case .cancelled: #expect(plan.isCancelled)
                        case .stopped: #expect(stopsAfter != nil)
                        case .overloaded(_, let seconds): #expect((1...60).contains(seconds))
                        default: Issue.record("\(error)")
                        }
                    } catch {
                        Issue.record("\(error)")
                    }
                }
            }
            if let stopsAfter {
                group.addTask {
                    try? await Task.sleep(for: .microseconds(stopsAfter))
                    embedder.stop()
                }
            }
        }
        #expect(embedder.textsInFlight == 0)
        if stopsAfter == nil { #expect(try await embedder.embed(["a"], isQuery: false).vectors == [97, 1]) }
        #expect(
            encoder.batches.withLock {
                $0.allSatisfy { $0.count == 1 || $0.reduce(0) { $0 + $1.count } <= configuration.maxBatchTokens }
            })
    }
}
