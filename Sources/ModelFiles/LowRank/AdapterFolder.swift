import Documents
import Foundation
import OrderedCollections

/// A folder with `adapter_config.json` and `adapter_model.safetensors`, as PEFT keeps an adapter.
public struct AdapterFolder: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    public var configPath: String { "\(path)/adapter_config.json" }
    public var weightsPath: String { "\(path)/adapter_model.safetensors" }

    /// Whether a finished adapter lies there: its configuration is written last.
    public var exists: Bool { FileManager.default.fileExists(atPath: configPath) }

    /// What `kinglet train` wrote beside the adapter: data, settings, figures, and how prompts are to be laid out.
    public var cardPath: String { "\(path)/card.json" }

    /// What the card says of the prompts that it was trained with; nothing for an adapter that was made elsewhere.
    ///
    /// - Throws: `.damaged`.
    public func lesson() throws(LowRankAdapterError) -> AdapterLesson {
        guard let data = FileManager.default.contents(atPath: cardPath) else { return AdapterLesson() }
        guard let members = (try? JSONValue(parsing: data))?.objectValue else {
            throw .damaged(path: cardPath, reason: "is no JSON object")
        }
        let names = members["functions"]?.arrayValue?.compactMap(\.stringValue)
        return AdapterLesson(layout: members["layout"]?.stringValue, functions: names.map { Set($0) })
    }

    /// - Throws: `.foreign` for an adapter of a model of other shapes, `.damaged` for what is none.
    public func read(for model: ModelDescription) throws(LowRankAdapterError) -> LowRankAdapter {
        let config = try AdapterConfig(path: configPath)
        let tensors: [Tensor]
        do {
            tensors = try Safetensors.tensors(of: try MappedFile(path: weightsPath))
        } catch {
            throw .damaged(path: weightsPath, reason: "\(error)")
        }
        let shape = try shape(of: tensors, config)
        if let fault = shape.fault(for: model) { throw .foreign(path: path, reason: fault) }
        var adapter = LowRankAdapter(shape: shape)
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for layer in shape.layers {
            for matrix in shape.matrices {
                let weight = model.shape(of: matrix.weight(ofLayer: layer))
                for factor in LowRankAdapter.Factor.allCases {
                    let name = matrix.tensor(factor, ofLayer: layer)
                    let expected = factor == .a ? [shape.rank, weight[1]] : [weight[0], shape.rank]
                    guard let tensor = byName[name] else {
                        throw .damaged(path: weightsPath, reason: "\(name) is missing")
                    }
                    adapter[factor, matrix, layer] = try numbers(of: tensor, expected, rank: shape.rank)
                }
            }
        }
        return adapter
    }

    /// Layers and matrices are what the file has: its configuration may name them by patterns.
    private func shape(of tensors: [Tensor], _ config: AdapterConfig) throws(LowRankAdapterError) -> AdapterShape {
        var matrices: Set<AdaptedMatrix> = [], layers: Set<Int> = []
        for tensor in tensors {
            guard let (matrix, layer) = Self.place(tensor.name) else {
                throw .foreign(path: weightsPath, reason: "there is no place for \(tensor.name) in this model")
            }
            matrices.insert(matrix)
            layers.insert(layer)
        }
        guard !matrices.isEmpty else { throw .damaged(path: weightsPath, reason: "there are no tensors in it") }
        return AdapterShape(
            rank: config.rank, alpha: config.alpha, matrices: Array(matrices), layers: Array(layers),
            invocation: config.invocation)
    }

    /// `base_model.model.model.layers.3.mlp.up_proj.lora_A.weight` is of `up` in layer 3.
    private static func place(_ name: String) -> (AdaptedMatrix, Int)? {
        let parts = name.split(separator: ".")
        guard let at = parts.firstIndex(of: "layers"), parts.count > at + 3, let layer = Int(parts[at + 1]),
            layer >= 0, let matrix = AdaptedMatrix(rawValue: String(parts[at + 3])),
            LowRankAdapter.Factor.allCases.contains(where: { name == matrix.tensor($0, ofLayer: layer) })
        else { return nil }
        return (matrix, layer)
    }

    private func numbers(
        of tensor: Tensor, _ expected: [Int], rank: Int
    ) throws(LowRankAdapterError) -> [Float] {
        guard tensor.shape == expected else {
            let reason = "\(tensor.name) is \(tensor.shape), not \(expected)"
            // Of the rank that the configuration says, it is another model's.
            let isForeign = tensor.shape.count == 2 && tensor.shape.contains(rank)
            throw isForeign
                ? .foreign(path: weightsPath, reason: reason) : .damaged(path: weightsPath, reason: reason)
        }
        let numbers = tensor.dequantized()
        guard numbers.allSatisfy(\.isFinite) else {
            throw .damaged(path: weightsPath, reason: "\(tensor.name) has a value that is no number")
        }
        return numbers
    }
}
