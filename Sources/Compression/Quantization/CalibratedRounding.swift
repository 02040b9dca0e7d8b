import Documents
import Kernels
import ModelFiles
import Training

/// GPTQ through a model: each layer on inputs that the layers before it give as they are quantised.
struct CalibratedRounding {
    private let job: CompressionJob
    private let plan: QuantizationPlan
    private let file: (Int) -> LayerFile

    /// - Parameter file: where a layer's matrices are kept; what is there already stays.
    init(_ job: CompressionJob, _ plan: QuantizationPlan, file: @escaping (Int) -> LayerFile) {
        (self.job, self.plan, self.file) = (job, plan, file)
    }

    func run() throws {
        let weights = try ParameterArena.weights(of: job.source.file)
        let stream = try job.stream(weights)
        for index in 0..<job.model.layers {
            if !file(index).exists { try quantize(index, stream, weights) }
            let quantised = try file(index).weights()
            for matrix in AdaptedMatrix.allCases {
                let name = matrix.weight(ofLayer: index)
                if let tensor = quantised[name.huggingFace] { weights.set(.weight(name), to: tensor.dequantized()) }
            }
            stream.pass(through: index)
        }
    }

    /// The Hessians of what a layer's matrices read.
    private struct Inputs {
        let attention: Hessian, output: Hessian, feedForward: Hessian, down: Hessian

        init(_ model: ModelDescription) {
            (attention, feedForward) = (Hessian(size: model.hiddenSize), Hessian(size: model.hiddenSize))
            (output, down) = (Hessian(size: model.heads * model.headSize), Hessian(size: model.intermediateSize))
        }

        func of(_ matrix: AdaptedMatrix) -> Hessian {
            switch matrix {
            case .query, .key, .value: attention
            case .attentionOutput: output
            case .gate, .up: feedForward
            case .down: down
            }
        }
    }

    private func quantize(_ index: Int, _ stream: ActivationStream, _ weights: ParameterArena) throws {
        let model = job.model, pool = job.pool, inputs = Inputs(model)
        stream.pass(through: index, advances: false) { layer in
            inputs.attention.add(layer.attentionInput, rows: layer.rows, on: pool)
            inputs.output.add(layer.attended, rows: layer.rows, on: pool)
            inputs.feedForward.add(layer.feedForwardInput, rows: layer.rows, on: pool)
            inputs.down.add(layer.inner, rows: layer.rows, on: pool)
        }
        var gptq = GPTQ()
        (gptq.damping, gptq.ordersByActivation, gptq.choice) = (plan.damping, plan.ordersByActivation, plan.choice)
        gptq.sweeps = plan.sweeps
        var lost = 0.0, energy = 0.0
        var matrices: [(name: TensorName, matrix: QuantizedMatrix)] = []
        for matrix in AdaptedMatrix.allCases {
            let name = matrix.weight(ofLayer: index)
            guard let numbers = weights.values(.weight(name)) else {
                throw CompressionError.setting("the model has no \(name)")
            }
            let result = try gptq.quantize(
                numbers, rows: model.shape(of: name)[0], inputs.of(matrix), plan.grid, on: pool)
            lost += result.lost.reduce(0, +)
            energy += result.energy.reduce(0, +)
            matrices.append((name, result.matrix))
        }
        try file(index).write(matrices)
        let share = energy > 0 ? 100 * (max(lost, 0) / energy).squareRoot() : 0
        job.tell("layer \(index) of \(model.layers): outputs off by \(JSONValue.rounded(share, 2).text()) %")
    }
}
