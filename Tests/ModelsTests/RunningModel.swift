import Foundation
import Kernels
import ModelFiles
import Models

/// A decoder with its cache, driven by hand: each sequence has blocks of its own.
final class RunningModel {
    let decoder: Qwen2Decoder
    let vocabulary: Int
    private let blocksPerSequence: Int

    init(_ file: ModelFile, format: WeightFormat, sequences: Int, tokensEach: Int, threads: Int = 2) throws {
        let pool = WorkerPool(threads: threads)
        let weights = try Qwen2Weights(file, format: format, on: pool)
        let shape = try weights.cacheShape()
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

    /// Perplexity over windows: tokens of each window's second half, given all before them (llama.cpp's method).
    func perplexity(_ windows: [[Int32]]) -> Double {
        var (loss, count) = (0.0, 0)
        for window in windows {
            let half = window.count / 2
            let rows = Array(half..<window.count - 1)
            decoder.forward(
                tokens: window, segments: [segment(0, row: 0, count: window.count, position: 0)], outputRows: rows)
            for start in stride(from: 0, to: rows.count, by: 32) {
                let places = Array(start..<min(start + 32, rows.count))
                var flat = [Float](repeating: 0, count: places.count * vocabulary)
                flat.withUnsafeMutableBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    decoder.logits(outputs: places, into: base)
                    for (row, place) in places.enumerated() {
                        let logits = UnsafeBufferPointer(start: base + row * vocabulary, count: vocabulary)
                        let peak = logits.max() ?? 0
                        let sum = logits.reduce(0.0) { $0 + Double(exp($1 - peak)) }
                        loss += log(sum) + Double(peak - logits[Int(window[rows[place] + 1])])
                    }
                }
                count += places.count
            }
        }
        return exp(loss / Double(count))
    }
}
