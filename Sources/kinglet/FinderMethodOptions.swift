import ArgumentParser
import Evaluation
import ModelFiles
import Training

typealias RetrieverSplit = RetrievalEvaluation.Task.Split

/// How a finder is trained.
struct FinderMethodOptions: ParsableArguments {
    @Option(help: "The lowest layers, which a text passes and the adapter changes: fewer are faster.")
    var layers = 6

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

    @OptionGroup var descent: DescentOptions

    func validate() throws {
        guard (0...64).contains(others) else { throw ValidationError("--others must be in 0...64") }
        _ = try numbers()
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
        var usual = TrainingPlan(adapter: try descent.shape(for: model, layers: Array(0..<model.layers), rank: 3))
        (usual.peakRate, usual.warmUp, usual.batchSize, usual.maximumRows) = (1e-3, 0.06, 64, 8192)
        let widths = try numbers()
        let contrast = ContrastiveLoss(
            temperature: temperature, widths: widths.isEmpty ? [model.hiddenSize] : widths)
        let whole = FinderPlan(descent.plan(usual), contrast, pooling)
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
