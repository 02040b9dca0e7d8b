import Kernels
import ModelFiles

/// The parts of one layer, over the arenas that hold its numbers.
package struct DecoderLayer {
    package let attentionNorm: NormLayer
    /// Query, key and value.
    package let fused: LinearLayer
    /// Of queries and keys; nil: the model has none.
    package let headNorm: HeadNormLayer?
    package let attentionOutput: LinearLayer
    package let feedForwardNorm: NormLayer
    /// Gate and up.
    package let gateUp: LinearLayer
    package let down: LinearLayer

    /// The attention's half has something that is trained; or the feed-forward half.
    package var isAttentionTrained: Bool {
        attentionNorm.weightGradient != nil || fused.isTrained || attentionOutput.isTrained
    }
    package var isTrained: Bool { isAttentionTrained || gateUp.isTrained || down.isTrained }
}

/// Finds the tensors of layers, and their gradients, in the arenas.
package struct LayerBuilder {
    package let model: ModelDescription
    package let weights: ParameterArena
    /// Of the weights, where those are trained.
    package let weightGradients: ParameterArena?
    package let adapter: (shape: AdapterShape, values: ParameterArena, gradients: ParameterArena)?
    package let precision: TrainingPrecision
    package let scratch: Activations
    package let pool: WorkerPool

    package func layer(_ index: Int) throws(TrainingError) -> DecoderLayer {
        let bias = model.hasQKVBias ? TensorName.queryBias(index) : nil
        return DecoderLayer(
            attentionNorm: try norm(.attentionNorm(index)),
            fused: try linear([.query, .key, .value], index, bias: bias),
            headNorm: try headNorm(index),
            attentionOutput: try linear([.attentionOutput], index),
            feedForwardNorm: try norm(.feedForwardNorm(index)),
            gateUp: try linear([.gate, .up], index),
            down: try linear([.down], index))
    }

    private func headNorm(_ index: Int) throws(TrainingError) -> HeadNormLayer? {
        guard model.hasHeadNorms else { return nil }
        return HeadNormLayer(
            query: try norm(.queryNorm(index)), key: try norm(.keyNorm(index)), heads: model.heads,
            kvHeads: model.kvHeads)
    }

    package func norm(_ name: TensorName) throws(TrainingError) -> NormLayer {
        NormLayer(
            width: model.shape(of: name)[0], epsilon: model.rmsEpsilon, weight: try pointer(name, weights),
            weightGradient: weightGradients?.pointer(.weight(name)), pool: pool)
    }

    /// - Parameter bias: the first of as many adjoining biases as there are matrices.
    private func linear(
        _ matrices: [AdaptedMatrix], _ layer: Int, bias: TensorName? = nil
    ) throws(TrainingError) -> LinearLayer {
        let first = matrices[0].weight(ofLayer: layer)
        var parts: [LinearLayer.Part] = [], outputs = 0
        for matrix in matrices {
            let rows = model.shape(of: matrix.weight(ofLayer: layer))[0]
            if let part = part(matrix, layer, outputs: outputs..<outputs + rows) { parts.append(part) }
            outputs += rows
        }
        let weight = try pointer(first, weights), inputs = model.shape(of: first)[1]
        return LinearLayer(
            inputs: inputs, outputs: outputs, weight: weight,
            bias: try bias.map { name throws(TrainingError) in UnsafePointer(try pointer(name, weights)) },
            weightGradient: weightGradients?.pointer(.weight(first)),
            biasGradient: bias.flatMap { weightGradients?.pointer(.weight($0)) }, parts: parts,
            packed: packed(weight, outputs: outputs, inputs: inputs), scratch: scratch, pool: pool)
    }

    /// nil where products are f32, or the weights change with every step.
    package func packed(_ weight: UnsafePointer<Float>, outputs: Int, inputs: Int) -> PackedLinear? {
        guard precision == .bf16, weightGradients == nil else { return nil }
        return PackedLinear(weight, outputs: outputs, inputs: inputs, on: pool)
    }

    private func part(_ matrix: AdaptedMatrix, _ layer: Int, outputs: Range<Int>) -> LinearLayer.Part? {
        let (keyA, keyB) = (ParameterKey.factorA(matrix, layer), ParameterKey.factorB(matrix, layer))
        guard let adapter, let a = adapter.values.pointer(keyA), let b = adapter.values.pointer(keyB),
            let aGradient = adapter.gradients.pointer(keyA), let bGradient = adapter.gradients.pointer(keyB)
        else { return nil }
        return LinearLayer.Part(
            rank: adapter.shape.rank, scale: adapter.shape.scale, outputs: outputs, a: a, b: b, aGradient: aGradient,
            bGradient: bGradient)
    }

    private func pointer(_ name: TensorName, _ arena: ParameterArena) throws(TrainingError) -> UnsafeMutablePointer<
        Float
    > {
        guard let pointer = arena.pointer(.weight(name)) else { throw .setting("the model has no \(name)") }
        return pointer
    }
}
