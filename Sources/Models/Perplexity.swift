import Foundation
import Kernels
import ModelFiles

/// Perplexity of a decoder on windows of tokens: each token of a window's second half given all before it, no token set
/// in front (llama.cpp's method). Runs on the first blocks of the decoder's cache.
public struct Perplexity {
    private let decoder: Qwen2Decoder
    private let vocabulary: Int
    private var loss = 0.0
    /// Tokens scored so far.
    public private(set) var count = 0

    /// Scores with this decoder, from position 0 on.
    public init(_ decoder: Qwen2Decoder) {
        self.decoder = decoder
        vocabulary = decoder.weights.description.vocabularySize
    }

    /// exp of the mean negative log-likelihood, in nats, per token.
    public var value: Double { count == 0 ? .nan : exp(loss / Double(count)) }

    /// - Precondition: the window fits the decoder's cache; its ids are in the vocabulary.
    public mutating func add(_ window: [Int32]) {
        let rows = Array(window.count / 2..<max(window.count / 2, window.count - 1))
        guard !rows.isEmpty else { return }
        let blockSize = decoder.cache.shape.blockSize
        let table = (0..<(window.count + blockSize - 1) / blockSize).map { Int32($0) }
        decoder.forward(
            tokens: window,
            segments: [AttentionSegment(firstRow: 0, rows: window.count, position: 0, blockTable: table)],
            outputRows: rows)
        for start in stride(from: 0, to: rows.count, by: 32) { score(rows, from: start, window) }
        count += rows.count
    }

    /// Adds the log-probabilities of the tokens that follow these rows.
    private mutating func score(_ rows: [Int], from start: Int, _ window: [Int32]) {
        let places = Array(start..<min(start + 32, rows.count))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: places.count * vocabulary) { logits in
            guard let base = logits.baseAddress else { return }
            decoder.logits(outputs: places, into: base)
            for (row, place) in places.enumerated() {
                let sums = LogitSums(base + row * vocabulary, count: vocabulary)
                loss -= Double(sums.logProbability(of: base[row * vocabulary + Int(window[rows[place] + 1])]))
            }
        }
    }
}
