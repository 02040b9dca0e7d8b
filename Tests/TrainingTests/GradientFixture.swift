import OrderedCollections
import Foundation
import Kernels
import ModelFiles
import Models
import Documents
import TestSupport
import Testing

import Training

/// A tiny Qwen2 or Qwen3, samples, and what PyTorch's autograd says of them (`Fixtures/make_gradients.py`).
struct GradientFixture {
    let model: ModelDescription
    let samples: [TrainingSample]
    let invocation: [Int32]
    let rank: Int, alpha: Float
    /// The real model; nil: the weights stand among the tensors.
    private let file: ModelFile?
    private let losses: JSONValue
    /// Read where they are asked for: those of a real model's weights are as large as the model.
    private let tensors: [String: Tensor]

    init() throws { try self.init(folder: TestFiles.fixture("")) }

    init(folder: URL) throws {
        let about = try JSONValue(parsing: Data(contentsOf: folder.appendingPathComponent("gradients.json")))
        func size(_ name: String) throws -> Int { try #require(about["shape"]?[name]?.intValue) }
        func ids(_ value: JSONValue?) -> [Int32] { value?.arrayValue?.compactMap { $0.intValue.map(Int32.init) } ?? [] }
        file = try about["model"]?.stringValue.map { try ModelFile.open(path: $0) }
        model = try file?.description ?? Self.tiny(about["architecture"]?.stringValue ?? "qwen2", about["shape"], size)
        samples = try (about["samples"]?.arrayValue ?? []).map {
            try TrainingSample(prompt: ids($0["prompt"]), completion: ids($0["completion"]), place: "fixture")
        }
        invocation = ids(about["invocation"])
        rank = try #require(about["rank"]?.intValue)
        alpha = Float(try #require(about["alpha"]?.doubleValue))
        losses = try #require(about["losses"])
        let files = ["gradients.safetensors", "full.safetensors"].map { folder.appendingPathComponent($0).path }
        tensors = Dictionary(
            uniqueKeysWithValues: try files.filter(FileManager.default.fileExists).flatMap { path in
                try Safetensors.tensors(of: MappedFile(path: path)).map { ($0.name, $0) }
            })
    }

    private func values(_ name: String) throws -> [Float] {
        try #require(tensors[name], "gradients.json's folder has no \(name)").dequantized()
    }

    private static func tiny(
        _ kind: String, _ shape: JSONValue?, _ size: (String) throws -> Int
    ) throws -> ModelDescription {
        let architecture = try #require(ModelDescription.Architecture(rawValue: kind))
        return try ModelDescription(
            name: "tiny", architecture: architecture, layers: size("num_hidden_layers"),
            hiddenSize: size("hidden_size"), intermediateSize: size("intermediate_size"),
            heads: size("num_attention_heads"), kvHeads: size("num_key_value_heads"),
            headSize: shape?["head_dim"]?.intValue ?? size("hidden_size") / size("num_attention_heads"),
            vocabularySize: size("vocab_size"),
            contextLength: 64, ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: architecture == .qwen2,
            tiesEmbeddings: true, rotaryPairing: .halves, hasHeadNorms: architecture == .qwen3)
    }

    var weights: ParameterArena {
        get throws {
            if let file { return try ParameterArena.weights(of: file) }
            let arena = ParameterArena(model.tensorNames.map { (.weight($0), model.shape(of: $0)) })
            for entry in arena.entries { arena.set(entry.key, to: try values("weights/\(entry.key)")) }
            return arena
        }
    }

    func shape(activated: Bool = false) -> AdapterShape {
        AdapterShape(
            rank: rank, alpha: alpha, matrices: AdaptedMatrix.allCases, layers: Array(0..<model.layers),
            invocation: activated ? invocation : nil)
    }

    func adapter(_ shape: AdapterShape) throws -> ParameterArena {
        let arena = ParameterArena(shape.factors(in: model))
        for entry in arena.entries { arena.set(entry.key, to: try values("adapter/\(entry.key)")) }
        return arena
    }

    func loss(of name: String) throws -> Double { try #require(losses[name]?.doubleValue) }

    func gradient(_ key: ParameterKey, of name: String) throws -> [Float] {
        try values("\(name)/\(key)")
    }
}

/// `|a - b| / |b|`, in double.
func relativeError(_ a: [Float], _ b: [Float]) -> Double {
    var (difference, size) = (0.0, 0.0)
    for (x, y) in zip(a, b) {
        difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
        size += Double(y) * Double(y)
    }
    return a.count == b.count && !a.isEmpty ? (difference / max(size, 1e-30)).squareRoot() : .infinity
}

/// Of the angle between two lists of numbers, in double.
func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func dot(_ x: [Float], _ y: [Float]) -> Double { zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    return a.count == b.count ? dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot() : .nan
}
