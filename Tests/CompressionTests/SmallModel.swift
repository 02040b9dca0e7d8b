import Compression
import Foundation
import Kernels
import ModelFiles
import Models
import TestSupport
import Tokenization

/// Random models that are small enough for a debug build, as weights and as folders.
enum SmallModel {
    static let pool = WorkerPool(threads: 2)

    static func description(
        layers: Int = 3, hidden: Int = 48, intermediate: Int = 80, ties: Bool = true, bias: Bool = true
    ) -> ModelDescription {
        ModelDescription(
            name: "small", architecture: bias ? .qwen2 : .llama, layers: layers, hiddenSize: hidden,
            intermediateSize: intermediate, heads: 4, kvHeads: 2, headSize: 16, vocabularySize: 300, contextLength: 256,
            ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: bias, tiesEmbeddings: ties, rotaryPairing: .halves)
    }

    /// A folder with random weights, bf16, and a tokenizer of bytes.
    static func write(_ source: some WeightSource, to path: String) throws {
        let model = source.description
        try HuggingFaceModelWriter(model, .bytes(vocabularySize: model.vocabularySize)).write(to: path) {
            try source.weight($0).all()
        }
    }

    /// Tokens of the vocabulary in windows.
    static func text(windows: Int = 3, length: Int = 24, seed: UInt64 = 1) throws -> TextWindows {
        var random = SeededGenerator(seed)
        let tokens = (0..<windows * length).map { _ in Int32.random(in: 0..<256, using: &random) }
        return try TextWindows(tokens, count: windows, length: length, path: "random \(seed)")
    }

    /// The logits of all tokens of a text: `[tokens, vocabulary]`. Keys and values are f32.
    static func logits(
        _ source: any WeightSource, _ tokens: [Int32], format: WeightFormat = .f32
    ) throws -> [Float] {
        let weights = try Qwen2Weights(source, format: format, on: pool)
        let cache = try KVCache(shape: weights.cacheShape(element: .f32), blocks: tokens.count / 32 + 1)
        let decoder = Qwen2Decoder(weights: weights, cache: cache, on: pool)
        decoder.forward(
            tokens: tokens,
            segments: [
                AttentionSegment(
                    firstRow: 0, rows: tokens.count, position: 0,
                    blockTable: (0..<tokens.count / 32 + 1).map { Int32($0) })
            ], outputRows: Array(tokens.indices))
        var logits = [Float](repeating: 0, count: tokens.count * weights.description.vocabularySize)
        logits.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { decoder.logits(outputs: Array(tokens.indices), into: base) }
        }
        return logits
    }

    static func job(
        _ folder: TemporaryFolder, _ source: some WeightSource, output: String = "out",
        tell: @escaping (String) -> Void = { _ in }
    ) throws -> CompressionJob {
        let path = folder.path + "/source"
        if !FileManager.default.fileExists(atPath: path) { try write(source, to: path) }
        return try CompressionJob(
            SourceModel(path: path), to: OutputFolder(folder.path + "/" + output),
            texts: .init(calibration: text(), test: text(windows: 2, seed: 2)), on: pool, command: "kinglet prune",
            tell: tell)
    }
}

/// Weights some of which are zeros.
struct PatchedWeights: WeightSource {
    let base: any WeightSource
    let patch: @Sendable (TensorName, inout [Float]) -> Void

    var description: ModelDescription { base.description }

    func weight(_ name: TensorName) throws -> WeightRows {
        let rows = try base.weight(name)
        var numbers = rows.all()
        patch(name, &numbers)
        let (patched, columns) = (numbers, rows.columns)
        return WeightRows(rows: rows.rows, columns: columns) { range, into in
            for (place, row) in range.enumerated() {
                for column in 0..<columns { into[place * columns + column] = patched[row * columns + column] }
            }
        }
    }
}
