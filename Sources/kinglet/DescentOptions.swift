import ArgumentParser
import Kernels
import ModelFiles
import Training

/// What every training of an adapter or of weights is asked for: size, rate, batches. What is not said is its method's.
struct DescentOptions: ParsableArguments {
    @Option(help: "Rank of the adapter. Default: 16, of a retriever 3.")
    var rank: Int?

    @Option(help: "What the adapter's product is multiplied by, times the rank. Default: twice the rank.")
    var alpha: Float?

    @Option(help: "Matrices with an adapter: all, or some of q, k, v, o, gate, up, down.")
    var matrices = "all"

    @Option(help: "Learning rate at its peak. Default: 2e-4, with --full 2e-5, of a retriever 1e-3.")
    var lr: Float?

    @Option(help: "How it falls: cosine, linear or constant.")
    var schedule = LearningRate.Fall.cosine

    @Option(help: "Part of the steps in which it rises. Default: 0.03, of a retriever 0.06.")
    var warmUp: Double?

    @Option(help: "Samples of a step. Default: 16, of a retriever 64.")
    var batch: Int?

    @Option(help: "How often every sample is seen.")
    var epochs = 1

    @Option(help: "Weight decay.")
    var decay: Float = 1e-4

    @Option(help: "The largest norm of the gradients.")
    var clip: Float = 1

    @Option(help: "Of the adapter's first numbers, the order and the draw of samples.")
    var seed: UInt64 = 0

    @Option(help: "Tokens that are computed at a time; 2,048 take some 3 GB. Default: 2048, of a retriever 8192.")
    var rows: Int?

    @Option(help: "Products with frozen weights: f32, bf16, or auto, which is bf16 where the machine multiplies it.")
    var precision = "auto"

    func validate() throws {
        guard precision == "auto" || TrainingPrecision(rawValue: precision) != nil else {
            throw ValidationError("--precision must be auto, f32 or bf16, not \(precision)")
        }
        _ = try chosenMatrices()
    }

    /// - Parameter usualRank: where none is said.
    /// - Throws: for what cannot be with this model.
    func shape(
        for model: ModelDescription, layers: [Int], rank usualRank: Int, invocation: [Int32]? = nil
    ) throws -> AdapterShape {
        let rank = rank ?? usualRank
        let shape = AdapterShape(
            rank: rank, alpha: alpha ?? 2 * Float(rank), matrices: try chosenMatrices(), layers: layers,
            invocation: invocation)
        try shape.check(for: model)
        return shape
    }

    /// - Parameter usual: what is meant where nothing is said.
    func plan(_ usual: TrainingPlan) -> TrainingPlan {
        var plan = usual
        plan.precision =
            TrainingPrecision(rawValue: precision) ?? (InstructionSet.current == .avx512 ? .bf16 : .f32)
        (plan.epochs, plan.weightDecay, plan.clip, plan.fall, plan.seed) = (epochs, decay, clip, schedule, seed)
        (plan.peakRate, plan.warmUp) = (lr ?? usual.peakRate, warmUp ?? usual.warmUp)
        (plan.batchSize, plan.maximumRows) = (batch ?? usual.batchSize, rows ?? usual.maximumRows)
        return plan
    }

    /// What `--matrices` says.
    private func chosenMatrices() throws -> [AdaptedMatrix] {
        if matrices == "all" { return AdaptedMatrix.allCases }
        return try matrices.split(separator: ",").map { name in
            guard let matrix = AdaptedMatrix(rawValue: "\(name)_proj") else {
                throw ValidationError("--matrices: \(name) is none of q, k, v, o, gate, up, down")
            }
            return matrix
        }
    }
}

extension LearningRate.Fall: ExpressibleByArgument {}
