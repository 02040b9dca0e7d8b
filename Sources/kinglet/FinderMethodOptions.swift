import ArgumentParser
import Evaluation
import Kernels
import ModelFiles
import Training

typealias RetrieverSplit = RetrievalEvaluation.Task.Split

/// How a finder is trained.
struct FinderMethodOptions: ParsableArguments {
    @Option(help: "The lowest layers, which a text passes and the adapter changes: fewer are faster.")
    var layers = 6

    @Option(help: "Rank of the adapter.")
    var rank = 3

    @Option(help: "What the adapter's product is multiplied by, times the rank. Default: twice the rank.")
    var alpha: Float?

    @Option(help: "Matrices with an adapter: all, or some of q, k, v, o, gate, up, down.")
    var matrices = "all"

    @Option(
        help: "Numbers of a vector; several by comma teach vectors that can be cut, the first are served. Default: all."
    )
    var widths: String?

    @Option(help: "What of a text's states is its vector: mean (of all tokens) or last (of the last one).")
    var pooling = StatePooling.mean

    @Option(
        help:
            "With --pooling last: what comes before queries, as `Instruct: …`; empty: nothing. Example: Find the function."
    )
    var instruction = ""

    @Option(help: "Longer texts are cut.")
    var maxTokens = 128

    @Option(help: "Of the cosines; the lower, the more the nearest wrong functions count.")
    var temperature: Float = 0.05

    @Option(
        help: "Functions of its pool that each query is told from besides those of its step: those with the same words."
    )
    var others = 1

    @Option(help: "Queries of a step.")
    var batch = 64

    @Option(help: "How often every sample is seen.")
    var epochs = 1

    @Option(help: "Learning rate at its peak.")
    var lr: Float = 1e-3

    @Option(help: "How it falls: cosine, linear or constant.")
    var schedule = LearningRate.Fall.cosine.rawValue

    @Option(help: "Part of the steps in which it rises.")
    var warmUp = 0.06

    @Option(help: "Weight decay.")
    var decay: Float = 1e-4

    @Option(help: "The largest norm of the gradients.")
    var clip: Float = 1

    @Option(help: "Of the adapter's first numbers, the order and the draw of samples.")
    var seed: UInt64 = 0

    @Option(help: "Tokens that are computed at a time; steps of more are computed twice.")
    var rows = 8192

    @Option(help: "Products with frozen weights: f32, bf16, or auto, which is bf16 where the machine multiplies it.")
    var precision = "auto"

    func validate() throws {
        guard LearningRate.Fall(rawValue: schedule) != nil else {
            throw ValidationError("--schedule must be cosine, linear or constant, not \(schedule)")
        }
        guard precision == "auto" || TrainingPrecision(rawValue: precision) != nil else {
            throw ValidationError("--precision must be auto, f32 or bf16, not \(precision)")
        }
        guard (0...64).contains(others) else { throw ValidationError("--others must be in 0...64") }
        _ = try (AdaptedMatrix.list(matrices), numbers())
    }

    /// - Throws: for what this model cannot follow.
    func recipe(for model: ModelDescription) throws -> FinderRecipe {
        let recipe = FinderRecipe(
            layers: layers, dimensions: try numbers().first ?? model.hiddenSize, pooling: pooling,
            instruction: instruction, maximumTokens: maxTokens)
        if let fault = recipe.fault(for: model) { throw TrainingError.setting(fault) }
        return recipe
    }

    /// - Parameter model: its lower layers.
    /// - Throws: `TrainingError` for what cannot be.
    func plan(for model: ModelDescription) throws -> FinderPlan {
        let shape = AdapterShape(
            rank: rank, alpha: alpha ?? 2 * Float(rank), matrices: try AdaptedMatrix.list(matrices),
            layers: Array(0..<model.layers))
        try shape.check(for: model)
        var plan = TrainingPlan(adapter: shape)
        plan.precision =
            TrainingPrecision(rawValue: precision) ?? (InstructionSet.current == .avx512 ? .bf16 : .f32)
        (plan.batchSize, plan.epochs, plan.warmUp, plan.weightDecay) = (batch, epochs, warmUp, decay)
        (plan.peakRate, plan.clip, plan.seed, plan.maximumRows) = (lr, clip, seed, rows)
        plan.fall = LearningRate.Fall(rawValue: schedule) ?? .cosine
        let widths = try numbers()
        let contrast = ContrastiveLoss(
            temperature: temperature, widths: widths.isEmpty ? [model.hiddenSize] : widths)
        let whole = FinderPlan(plan, contrast, pooling)
        try whole.check(hidden: model.hiddenSize)
        return whole
    }

    /// Those of `--widths`.
    private func numbers() throws -> [Int] {
        try (widths ?? "").split(separator: ",").map { text in
            guard let number = Int(text), number > 0 else {
                throw ValidationError("--widths: \(text) is no number above 0")
            }
            return number
        }
    }
}

extension StatePooling: ExpressibleByArgument {}
