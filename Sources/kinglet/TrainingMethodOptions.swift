import ArgumentParser
import Kernels
import ModelFiles
import Training

/// How a model is trained.
struct TrainingMethodOptions: ParsableArguments {
    @Flag(help: "Train all weights instead of an adapter. Takes 16 bytes a weight.")
    var full = false

    @Flag(help: "An adapter that acts from the last user turn on: what stands before is computed once for all samples.")
    var activated = false

    @Option(help: "Rank of the adapter.")
    var rank = 16

    @Option(help: "What the adapter's product is multiplied by, times the rank. Default: twice the rank.")
    var alpha: Float?

    @Option(help: "Matrices with an adapter: all, or some of q, k, v, o, gate, up, down.")
    var matrices = "all"

    @Option(help: "Layers with an adapter: all, or FIRST-LAST. The lower ones cost a forward pass only.")
    var layers = "all"

    @Option(help: "Learning rate at its peak. Default: 2e-4, with --full 2e-5.")
    var lr: Float?

    @Option(help: "How it falls: cosine, linear or constant.")
    var schedule = LearningRate.Fall.cosine.rawValue

    @Option(help: "Part of the steps in which it rises.")
    var warmUp = 0.03

    @Option(help: "Samples of a step.")
    var batch = 16

    @Option(help: "How often every sample is seen.")
    var epochs = 1

    @Option(help: "Weight decay.")
    var decay: Float = 1e-4

    @Option(help: "The largest norm of the gradients.")
    var clip: Float = 1

    @Option(help: "Of the adapter's first numbers, the order and the draw of samples.")
    var seed: UInt64 = 0

    @Option(help: "Tokens that are computed at a time; 2,048 take some 3 GB.")
    var rows = 2048

    @Option(help: "Products with frozen weights: f32, bf16, or auto, which is bf16 where the machine multiplies it.")
    var precision = "auto"

    @Flag(help: "Compute what prompts have in common for each sample anew; to compare.")
    var unshared = false

    func validate() throws {
        guard LearningRate.Fall(rawValue: schedule) != nil else {
            throw ValidationError("--schedule must be cosine, linear or constant, not \(schedule)")
        }
        guard precision == "auto" || TrainingPrecision(rawValue: precision) != nil else {
            throw ValidationError("--precision must be auto, f32 or bf16, not \(precision)")
        }
        guard !(full && activated) else { throw ValidationError("--full and --activated exclude each other") }
        _ = try chosenMatrices()
    }

    /// - Parameter known: the shape of an adapter that is taught further; nil: these options say it.
    /// - Throws: `TrainingError` for what cannot be with this model.
    func plan(
        for model: ModelDescription, invocation: [Int32], goingOn known: AdapterShape? = nil
    ) throws -> TrainingPlan {
        var plan = TrainingPlan(adapter: known)
        if known != nil, full { throw ValidationError("--from is an adapter to go on with; --full trains all weights") }
        if let known, let tokens = known.invocation, tokens != invocation {
            throw ValidationError("the adapter of --from acts from other tokens on than this pool's prompts have")
        }
        if !full, known == nil {
            let shape = AdapterShape(
                rank: rank, alpha: alpha ?? 2 * Float(rank), matrices: try chosenMatrices(),
                layers: try chosenLayers(model.layers), invocation: activated ? invocation : nil)
            try shape.check(for: model)
            plan.adapter = shape
        }
        plan.sharesPrefixes = !unshared
        let usual: TrainingPrecision = InstructionSet.current == .avx512 ? .bf16 : .f32
        plan.precision = full ? .f32 : TrainingPrecision(rawValue: precision) ?? usual
        (plan.batchSize, plan.epochs, plan.warmUp, plan.weightDecay) = (batch, epochs, warmUp, decay)
        (plan.peakRate, plan.clip, plan.seed, plan.maximumRows) = (lr ?? (full ? 2e-5 : 2e-4), clip, seed, rows)
        plan.fall = LearningRate.Fall(rawValue: schedule) ?? .cosine
        try plan.check()
        return plan
    }

    private func chosenMatrices() throws -> [AdaptedMatrix] { try AdaptedMatrix.list(matrices) }

    private func chosenLayers(_ count: Int) throws -> [Int] {
        if layers == "all" { return Array(0..<count) }
        let ends = layers.split(separator: "-").map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last < count else {
            throw ValidationError("--layers must be all, or FIRST-LAST within 0-\(count - 1)")
        }
        return Array(first...last)
    }
}

extension AdaptedMatrix {
    /// What `--matrices` says.
    static func list(_ text: String) throws -> [AdaptedMatrix] {
        if text == "all" { return AdaptedMatrix.allCases }
        return try text.split(separator: ",").map { name in
            guard let matrix = AdaptedMatrix(rawValue: "\(name)_proj") else {
                throw ValidationError("--matrices: \(name) is none of q, k, v, o, gate, up, down")
            }
            return matrix
        }
    }
}
