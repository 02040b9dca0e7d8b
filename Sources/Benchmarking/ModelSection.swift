import Assembly
import Foundation
import Kernels
import ModelFiles
import Models
import Service

/// Forward passes without engine and server: cold prompts, and steps of many answers at once.
struct ModelSection {
    let model: PackedModel
    let cost: ModelCost
    let limits: ModelLimits?
    /// Of keys and values; nil: what goes with the weights.
    let element: KVCacheShape.Element
    let seconds: Double

    /// As the engine does it.
    private static let chunk = 512
    private static let batches = [1, 8, 32, 128]
    /// Tokens before the first and after the last step, as in the decode workload.
    private static let contexts = 16..<144

    /// Times prompts in parts and steps of many answers.
    func run(_ report: BenchmarkReport) throws {
        report.begin(
            Table(
                "model", "Model: median of the runs; share of the time that the peaks allow",
                [
                    .text("what", "what", width: 28), .number("tokens", "tokens", width: 6),
                    .number("milliseconds", "ms", digits: 2, width: 9),
                    .number("tokens_per_second", "tokens/s", digits: 1, width: 9),
                    .number("gb_per_second", "GB/s weights", digits: 1, width: 12), .share("share", "share"),
                    .number("runs", "runs", width: 5),
                ]))
        let shape = try model.weights.cacheShape(element: element)
        let blocksEach = (Self.contexts.upperBound + shape.blockSize - 1) / shape.blockSize
        let cache = try KVCache(shape: shape, blocks: max(1792 / shape.blockSize, 128 * blocksEach))
        let run = ModelRun(model, cache: cache)

        for tokens in [512, 1792] {
            let times = repeated(atLeast: 3) { run.prefill(tokens, chunk: Self.chunk) }
            let limit = limits?.prefillSeconds(cost, tokens, after: 0)
            add("prefill, cold", tokens, times, limit, readsWeights: false, report)
        }
        for batch in Self.batches {
            run.start(batch: batch, tokens: Self.contexts.lowerBound, blocksEach: blocksEach)
            var position = Self.contexts.lowerBound
            let times = repeated(atLeast: 5) {
                defer { position = position + 1 < Self.contexts.upperBound ? position + 1 : Self.contexts.lowerBound }
                return run.step(batch: batch, position: position, blocksEach: blocksEach)
            }
            let context = Self.contexts.lowerBound + min(times.count, Self.contexts.count) / 2
            let limit = limits?.stepSeconds(cost, batch: batch, context: context)
            add("decode, a step of the batch", batch, times, limit, readsWeights: true, report)
        }
    }

    /// The first run is left out: it makes buffers.
    private func repeated(atLeast runs: Int, _ body: () -> Double) -> [Double] {
        _ = body()
        let start = ContinuousClock.now
        var times: [Double] = []
        while times.count < runs || (.now - start) / .seconds(1) < seconds / 5 { times.append(body()) }
        return times.sorted()
    }

    /// A row: measured seconds beside the limit.
    private func add(
        _ what: String, _ tokens: Int, _ sorted: [Double], _ limit: Double?, readsWeights: Bool,
        _ report: BenchmarkReport
    ) {
        let median = sorted[sorted.count / 2]
        report.add([
            .text(what), .integer(tokens), .number(median * 1000), .number(Double(tokens) / median),
            readsWeights ? .number(cost.weightBytes / median / 1e9) : nil, .optional(limit.map { $0 / median }),
            .integer(sorted.count),
        ])
    }
}

/// A decoder with a cache of its own, fed with arbitrary tokens.
private final class ModelRun {
    private let decoder: Qwen2Decoder
    private let blockSize: Int, vocabulary: Int
    private var logits: [Float] = []

    /// A decoder with a cache of its own.
    init(_ model: PackedModel, cache: KVCache) {
        decoder = Qwen2Decoder(weights: model.weights, cache: cache, on: model.pool)
        (blockSize, vocabulary) = (cache.shape.blockSize, model.description.vocabularySize)
    }

    /// Seconds for a prompt and the logits behind it.
    func prefill(_ count: Int, chunk: Int) -> Double {
        let table = (0..<(count + blockSize - 1) / blockSize).map { Int32($0) }
        return time {
            for first in stride(from: 0, to: count, by: chunk) {
                let rows = min(chunk, count - first)
                let segment = AttentionSegment(firstRow: 0, rows: rows, position: first, blockTable: table)
                let isLast = first + rows == count
                decoder.forward(
                    tokens: tokens(rows, from: first), segments: [segment], outputRows: isLast ? [rows - 1] : [])
            }
            readLogits(1)
        }
    }

    /// Prompts of `tokens` for each sequence of a batch.
    func start(batch: Int, tokens count: Int, blocksEach: Int) {
        for sequence in 0..<batch {
            let segment = AttentionSegment(
                firstRow: 0, rows: count, position: 0, blockTable: table(sequence, blocksEach))
            decoder.forward(tokens: tokens(count, from: sequence * count), segments: [segment], outputRows: [])
        }
    }

    /// Seconds for one more token of each sequence, logits included.
    func step(batch: Int, position: Int, blocksEach: Int) -> Double {
        let segments = (0..<batch).map {
            AttentionSegment(firstRow: $0, rows: 1, position: position, blockTable: table($0, blocksEach))
        }
        return time {
            decoder.forward(
                tokens: tokens(batch, from: position), segments: segments, outputRows: Array(0..<batch))
            readLogits(batch)
        }
    }

    /// The block table of a sequence.
    private func table(_ sequence: Int, _ blocks: Int) -> [Int32] {
        (0..<blocks).map { Int32(sequence * blocks + $0) }
    }

    /// Tokens that mean nothing, the same ones each time.
    private func tokens(_ count: Int, from first: Int) -> [Int32] {
        (0..<count).map { Int32((first + $0) &* 7919 % min(vocabulary, 32768)) }
    }

    /// Computes the logits of rows, as a sampler would ask for them.
    private func readLogits(_ rows: Int) {
        if logits.count < rows * vocabulary { logits = [Float](repeating: 0, count: rows * vocabulary) }
        logits.withUnsafeMutableBufferPointer { logits in
            if let base = logits.baseAddress { decoder.logits(outputs: Array(0..<rows), into: base) }
        }
    }

    /// Seconds that the body takes.
    private func time(_ body: () -> Void) -> Double { ContinuousClock().measure(body) / .seconds(1) }
}
