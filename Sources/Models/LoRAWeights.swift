import Digests
import Kernels
import ModelFiles

/// A low-rank adapter in the form that the products of its base multiply. Immutable, shared by all threads.
public final class LoRAWeights: Sendable {
    /// What it adds to the products of a layer; nil: nothing.
    struct Layer: Sendable {
        var queryKeyValue, attentionOutput, gateUp, down: LowRankFactors?
    }

    let layers: [Layer]
    /// nil for one that changes nothing.
    public let shape: AdapterShape?
    /// Of everything that bears on its results: equal adapters, equal keys and values.
    public let fingerprint: Fingerprint

    /// Packs an adapter for its base.
    ///
    /// - Throws: `.unpaired` for a base whose heads are stored in another order than adapters know.
    public init(_ adapter: LowRankAdapter, for base: Qwen2Weights, on pool: WorkerPool) throws(LoRAError) {
        guard base.description.rotaryPairing == .halves else { throw .permutedHeads(model: base.description.name) }
        let packer = LoRAPacker(adapter: adapter, model: base.description, pool: pool)
        layers = base.layers.enumerated().map { index, layer in
            Layer(
                queryKeyValue: packer.factors([.query, .key, .value], index, to: layer.queryKeyValue),
                attentionOutput: packer.factors([.attentionOutput], index, to: layer.attentionOutput),
                gateUp: packer.factors([.gate, .up], index, to: layer.gateUp),
                down: packer.factors([.down], index, to: layer.down))
        }
        (shape, fingerprint) = (adapter.shape, adapter.fingerprint)
    }

    /// One that changes nothing, for engines whose decoder is none of these.
    package init(fingerprint: Fingerprint) { (layers, shape, self.fingerprint) = ([], nil, fingerprint) }

    /// Bytes of all packed factors.
    public var bytes: Int {
        layers.reduce(0) { sum, layer in
            [layer.queryKeyValue, layer.attentionOutput, layer.gateUp, layer.down].reduce(sum) { $0 + ($1?.bytes ?? 0) }
        }
    }
}

/// Rows of a step that an adapter acts on.
public struct AdaptedRows: Sendable {
    public var rows: Range<Int>
    public let weights: LoRAWeights

    public init(_ rows: Range<Int>, _ weights: LoRAWeights) { (self.rows, self.weights) = (rows, weights) }
}

/// Why an adapter cannot be had for a base.
public enum LoRAError: Error, Hashable, Sendable, CustomStringConvertible {
    case permutedHeads(model: String)

    public var description: String {
        switch self {
        case .permutedHeads(let model):
            "\(model): llama GGUF files have permuted heads, which adapters do not know. Serve a Hugging Face folder"
        }
    }
}

/// Packs the factors of one adapter.
private struct LoRAPacker {
    let adapter: LowRankAdapter
    let model: ModelDescription
    let pool: WorkerPool
    let arena = PageArena()

    /// Of the matrices that lie one after the other in a product's; nil: none of them is adapted.
    func factors(_ matrices: [AdaptedMatrix], _ layer: Int, to matrix: PackedMatrix) -> LowRankFactors? {
        var parts: [LowRankFactors.Part] = [], first = 0
        for part in matrices {
            let outputs = first..<first + model.shape(of: part.weight(ofLayer: layer))[0]
            first = outputs.upperBound
            guard let a = adapter[.a, part, layer], let b = adapter[.b, part, layer] else { continue }
            parts.append(.init(outputs: outputs, a: a, b: b))
        }
        return parts.isEmpty ? nil : LowRankFactors(parts, scale: adapter.shape.scale, to: matrix, in: arena, on: pool)
    }
}

extension LowRankAdapter {
    /// Of its scale and all its numbers. Where it begins to act is no part of it: that stands in each request.
    fileprivate var fingerprint: Fingerprint {
        var parts = [Fingerprint(of: Array("\(shape.rank) \(shape.alpha) \(shape.layers) \(shape.matrices)".utf8))]
        for layer in shape.layers {
            for matrix in shape.matrices {
                for factor in Factor.allCases {
                    parts.append(
                        (self[factor, matrix, layer] ?? []).withUnsafeBytes { Fingerprint(of: Array($0)) })
                }
            }
        }
        return Fingerprint(of: parts)
    }
}

extension [AdaptedRows] {
    /// What is added to one product of a layer.
    func added(_ layer: Int, _ product: KeyPath<LoRAWeights.Layer, LowRankFactors?>) -> [LowRankRows] {
        compactMap { adapted in
            adapted.weights.layers[layer][keyPath: product].map { LowRankRows(adapted.rows, $0) }
        }
    }

    /// The same for some rows, numbered from 0.
    func narrowed(to rows: [Int]) -> [AdaptedRows] {
        compactMap { adapted in
            let places = rows.indices.filter { adapted.rows.contains(rows[$0]) }
            guard let first = places.first, let last = places.last else { return nil }
            return AdaptedRows(first..<last + 1, adapted.weights)
        }
    }
}
