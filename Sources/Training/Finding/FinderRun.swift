import Documents
import ModelFiles
import OrderedCollections

/// The training of a finder from its first step, or from its checkpoint, to its last. Owner: the thread that calls `run`.
///
/// Deterministic as a `TrainingRun` is.
public final class FinderRun {
    private let plan: FinderPlan
    private let data: FinderData, validation: FinderData?
    private let finder: FinderStep
    private let course: TrainingSteps
    /// Of the epoch under way.
    private var epoch: (number: Int, steps: [[FinderData.Query]]) = (-1, [])

    public var steps: Int { course.count }
    /// Steps that are done, or were when a checkpoint was written.
    public var done: Int { course.done }

    /// - Parameters:
    ///   - decoder: of the layers that texts pass.
    ///   - validation: queries whose loss is taken, and that are not trained on.
    public init(
        _ decoder: TrainingDecoder, _ plan: FinderPlan, _ data: FinderData, validation: FinderData? = nil,
        in place: TrainingRun.Place
    ) throws(TrainingError) {
        try plan.check(hidden: decoder.model.hiddenSize)
        for data in [data, validation].compactMap({ $0 }) {
            try data.check(vocabulary: decoder.model.vocabularySize, contextLength: decoder.model.contextLength)
        }
        (self.plan, self.data, self.validation) = (plan, data, validation)
        finder = FinderStep(
            decoder: decoder, contrast: plan.contrast, pooling: plan.pooling, maximumRows: plan.training.maximumRows)
        var identity = plan.record
        identity["data"] = .string(data.digest)
        course = try TrainingSteps(
            plan.training.epochs * plan.stepsOfEpoch(data), of: decoder, plan.training, identity: identity, in: place)
    }

    /// Runs the steps that are left, or those up to `last`. The checkpoint stays until `finish`.
    public func run(through last: Int? = nil, _ report: (StepReport) -> Void) throws(TrainingError) {
        while done < min(steps, last ?? steps) {
            let queries = queries(ofStep: done)
            report(
                try course.advance(samples: queries.count) { () throws(TrainingError) in
                    finder.addGradients(of: queries, in: data)
                } validation: { () throws(TrainingError) in
                    validationLoss()
                })
        }
    }

    /// Draws the log into `log.html` beside it.
    package func draw() throws(TrainingError) { try course.draw() }

    /// What was trained is kept elsewhere now.
    public func finish() { course.finish() }

    private func queries(ofStep step: Int) -> [FinderData.Query] {
        let perEpoch = plan.stepsOfEpoch(data), number = step / perEpoch
        if epoch.number != number { epoch = (number, plan.steps(ofEpoch: number, data)) }
        return epoch.steps[step % perEpoch]
    }

    /// The mean over the steps that the validation's queries come to, in an order that never changes.
    private func validationLoss() -> Double? {
        guard let validation, validation.count > 0 else { return nil }
        let total = plan.steps(ofEpoch: 0, validation).reduce(0.0) { sum, queries in
            sum + finder.loss(of: queries, in: validation).loss * Double(queries.count)
        }
        return total / Double(validation.count)
    }
}
