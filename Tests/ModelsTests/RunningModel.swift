import Kernels
import ModelFiles
import Models

/// A decoder with its cache, driven by hand: each sequence has blocks of its own.
final class RunningModel {
    let decoder: Qwen2Decoder
    let vocabulary: Int
    private let blocksPerSequence: Int

    init(
        _ file: ModelFile, format: WeightFormat, element: KVCacheShape.Element? = nil, sequences: Int, tokensEach: Int,
        threads: Int = 2
    ) throws {
        let pool = WorkerPool(threads: threads)
        let weights = try Qwen2Weights(file, format: format, on: pool)
        let shape = try weights.cacheShape(element: element)
        blocksPerSequence = (tokensEach + shape.blockSize - 1) / shape.blockSize
        decoder = Qwen2Decoder(
            weights: weights, cache: try KVCache(shape: shape, blocks: sequences * blocksPerSequence), on: pool)
        vocabulary = file.description.vocabularySize
    }

    /// Tokens of sequence `index` from `position` on, as a segment starting at row `row`.
    func segment(_ index: Int, row: Int, count: Int, position: Int) -> AttentionSegment {
        let first = index * blocksPerSequence
        return AttentionSegment(
            firstRow: row, rows: count, position: position,
            blockTable: (first..<first + blocksPerSequence).map { Int32($0) })
    }

    /// The logits after the last token of each piece: `[pieces, vocabulary]`.
    func logits(_ pieces: [(sequence: Int, position: Int, tokens: [Int32])]) -> [[Float]] {
        var tokens: [Int32] = [], segments: [AttentionSegment] = [], rows: [Int] = []
        for piece in pieces {
            segments.append(
                segment(piece.sequence, row: tokens.count, count: piece.tokens.count, position: piece.position))
            tokens += piece.tokens
            rows.append(tokens.count - 1)
        }
        decoder.forward(tokens: tokens, segments: segments, outputRows: rows)
        return allLogits(count: rows.count)
    }

    func allLogits(count: Int) -> [[Float]] {
        var flat = [Float](repeating: 0, count: count * vocabulary)
        flat.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            decoder.logits(outputs: Array(0..<count), into: base)
        }
        return (0..<count).map { Array(flat[$0 * vocabulary..<($0 + 1) * vocabulary]) }
    }

    func perplexity(_ windows: [[Int32]]) -> Double {
        var perplexity = Perplexity(decoder)
        windows.forEach { perplexity.add($0) }
        return perplexity.value
    }
}
