import ArgumentParser
import ModelFiles
import Training

/// How a model is trained.
struct TrainingMethodOptions: ParsableArguments {
    @Flag(help: "Train all weights instead of an adapter. Takes 16 bytes a weight.")
    var full = false

    @Flag(help: "An adapter that acts from the last user turn on: what stands before is computed once for all samples.")
    var activated = false

    @Option(help: "Layers with an adapter: all, or FIRST-LAST. The lower ones cost a forward pass only.")
    var layers = "all"

    @OptionGroup var descent: DescentOptions

    @Flag(help: "Compute what prompts have in common for each sample anew; to compare.")
    var unshared = false

    var seed: UInt64 { descent.seed }

    func validate() throws {
        guard !(full && activated) else { throw ValidationError("--full and --activated exclude each other") }
    }

    /// - Parameter known: the shape of an adapter that is taught further; nil: these options say it.
    /// - Throws: `TrainingError` for what cannot be with this model.
    func plan(
        for model: ModelDescription, invocation: [Int32], goingOn known: AdapterShape? = nil
    ) throws -> TrainingPlan {
        if known != nil, full { throw ValidationError("--from is an adapter to go on with; --full trains all weights") }
        if let known, let tokens = known.invocation, tokens != invocation {
            throw ValidationError("the adapter of --from acts from other tokens on than this pool's prompts have")
        }
        var usual = TrainingPlan(adapter: known)
        if !full, known == nil {
            usual.adapter = try descent.shape(
                for: model, layers: try chosenLayers(model.layers), rank: 16, invocation: activated ? invocation : nil)
        }
        usual.sharesPrefixes = !unshared
        if full { usual.peakRate = 2e-5 }
        var plan = descent.plan(usual)
        if full { plan.precision = .f32 }
        try plan.check()
        return plan
    }

    private func chosenLayers(_ count: Int) throws -> [Int] {
        if layers == "all" { return Array(0..<count) }
        let ends = layers.split(separator: "-").map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last < count else {
            throw ValidationError("--layers must be all, or FIRST-LAST within 0-\(count - 1)")
        }
        return Array(first...last)
    }
}
