import Documents
import Kernels
import ModelFiles
import Models
import OrderedCollections
import Tokenization

/// A text as windows of tokens at equal distances, no token set in front.
public struct TextWindows: Sendable {
    /// Of equal length.
    public let windows: [[Int32]]
    /// Where they are from: file, its sha256, tokens, windows and their length.
    public let record: JSONObject

    /// - Parameter count: at most so many; a short text has fewer, and no token is in two.
    /// - Throws: `.text` for a text that is shorter than a window.
    public init(_ tokens: [Int32], count: Int, length: Int, path: String, sha256: String = "") throws(CompressionError)
    {
        guard length > 1, count > 0 else { throw .setting("\(count) windows of \(length) tokens cannot be") }
        guard tokens.count >= length else {
            throw .text(path: path, reason: "has \(tokens.count) tokens, fewer than a window of \(length)")
        }
        let count = min(count, tokens.count / length), step = tokens.count / count
        windows = (0..<count).map { Array(tokens[$0 * step..<$0 * step + length]) }
        record = [
            "file": .string(path), "sha256": .string(sha256), "tokens": .integer(tokens.count),
            "windows": .integer(count), "length": .integer(length),
        ]
    }

    /// - Parameter path: a text file, or one packed by gzip.
    public static func read(
        _ path: String, _ tokenizer: Tokenizer, count: Int, length: Int
    ) throws -> TextWindows {
        let text = try SourceText.read(path)
        return try TextWindows(
            tokenizer.encode(text.text), count: count, length: length, path: path, sha256: text.sha256)
    }

    /// Of all windows.
    public var tokens: Int { windows.reduce(0) { $0 + $1.count } }

    /// Perplexity of a model on the windows: each token of their second halves given all before it.
    ///
    /// - Parameter element: of the KV cache; nil: as the format goes with it.
    public func perplexity(
        of source: any WeightSource, format: WeightFormat, element: KVCacheShape.Element? = nil, on pool: WorkerPool
    ) throws -> Perplexity {
        let weights = try Qwen2Weights(source, format: format, on: pool)
        let shape = try weights.cacheShape(element: element)
        let length = windows.first?.count ?? 0
        let cache = try KVCache(shape: shape, blocks: length / shape.blockSize + 1)
        var perplexity = Perplexity(Qwen2Decoder(weights: weights, cache: cache, on: pool))
        for window in windows { perplexity.add(window) }
        return perplexity
    }
}
