import Documents
import Foundation
import OrderedCollections

/// What an adapter is made of, wherever that comes from: PEFT's two files, and a card if there is one.
package struct AdapterParts: Sendable {
    /// A JSON text, and what errors call it.
    package struct Text: Sendable {
        package let path: String
        package let bytes: Data

        package init(path: String, bytes: Data) { (self.path, self.bytes) = (path, bytes) }
    }

    /// `adapter_config.json`
    package let config: Text
    /// `adapter_model.safetensors`
    package let weights: MappedFile
    /// `card.json`
    package let card: Text?

    package init(config: Text, weights: MappedFile, card: Text?) {
        (self.config, self.weights, self.card) = (config, weights, card)
    }

    /// Of the whole, in errors.
    private var place: String {
        let folder = (weights.path as NSString).deletingLastPathComponent
        return folder.isEmpty ? weights.path : folder
    }

    /// - Throws: `.foreign` for an adapter of a model of other shapes, `.damaged` for what is none.
    package func read(for model: ModelDescription) throws(LowRankAdapterError) -> LowRankAdapter {
        let config = try AdapterConfig(config)
        let tensors: [Tensor]
        do {
            tensors = try Safetensors.tensors(of: weights)
        } catch {
            throw .damaged(path: weights.path, reason: "\(error)")
        }
        let shape = try shape(of: tensors, config)
        if let fault = shape.fault(for: model) { throw .foreign(path: place, reason: fault) }
        var adapter = LowRankAdapter(shape: shape)
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for layer in shape.layers {
            for matrix in shape.matrices {
                let weight = model.shape(of: matrix.weight(ofLayer: layer))
                for factor in LowRankAdapter.Factor.allCases {
                    let name = matrix.tensor(factor, ofLayer: layer)
                    let expected = factor == .a ? [shape.rank, weight[1]] : [weight[0], shape.rank]
                    guard let tensor = byName[name] else {
                        throw .damaged(path: weights.path, reason: "\(name) is missing")
                    }
                    adapter[factor, matrix, layer] = try numbers(of: tensor, expected, rank: shape.rank)
                }
            }
        }
        return try plain(adapter)
    }

    /// Without the powers of two that the file says its numbers were multiplied with.
    private func plain(_ stored: LowRankAdapter) throws(LowRankAdapterError) -> LowRankAdapter {
        let note: JSONValue?
        do {
            note = try Safetensors.metadata(of: weights)[FactorPowers.key]
        } catch {
            throw .damaged(path: weights.path, reason: "\(error)")
        }
        guard let note else { return stored }
        let powers = FactorPowers(note, modules: stored.shape.modules.count)
        guard let adapter = powers?.undone(stored) else {
            throw .damaged(
                path: weights.path,
                reason: "its \(FactorPowers.key) do not fit its \(stored.shape.modules.count) matrices")
        }
        return adapter
    }

    /// Layers and matrices are what the file has: its configuration may name them by patterns.
    private func shape(of tensors: [Tensor], _ config: AdapterConfig) throws(LowRankAdapterError) -> AdapterShape {
        var matrices: Set<AdaptedMatrix> = [], layers: Set<Int> = []
        for tensor in tensors {
            guard let (matrix, layer) = Self.place(tensor.name) else {
                throw .foreign(path: weights.path, reason: "there is no place for \(tensor.name) in this model")
            }
            matrices.insert(matrix)
            layers.insert(layer)
        }
        guard !matrices.isEmpty else { throw .damaged(path: weights.path, reason: "there are no tensors in it") }
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
                ? .foreign(path: weights.path, reason: reason) : .damaged(path: weights.path, reason: reason)
        }
        let numbers = tensor.dequantized()
        guard numbers.allSatisfy(\.isFinite) else {
            throw .damaged(path: weights.path, reason: "\(tensor.name) has a value that is no number")
        }
        return numbers
    }
}
