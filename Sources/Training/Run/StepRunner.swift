/// What the samples of a step, or of a validation, cost the model.
public struct StepLoss: Sendable, Hashable {
    /// Mean over the completion tokens, in nats; of cross entropy their negative log-likelihood. Of a finder: over queries.
    public var loss: Double
    /// Completion tokens.
    public var tokens: Int
    /// Rows that were computed; those of kept prefixes only where they were made.
    public var rows: Int
    /// Share of a finder's queries whose nearest function, among those of the step, is one that they want.
    public var found: Double?
}

/// Losses and gradients of groups of samples. Owner: the training thread.
package final class StepRunner {
    package let decoder: TrainingDecoder
    package let planner: BatchPlanner
    package let kept: KeptPrefixes

    package init(decoder: TrainingDecoder, planner: BatchPlanner, kept: KeptPrefixes) {
        (self.decoder, self.planner, self.kept) = (decoder, planner, kept)
    }

    /// Adds to the decoder's gradients those of the mean loss over all completion tokens, in however many batches.
    package func addGradients(
        of samples: [TrainingSample], _ loss: any TokenLoss = CrossEntropy()
    ) throws(TrainingError) -> StepLoss {
        try run(samples, loss, trains: true)
    }

    package func loss(
        of samples: [TrainingSample], _ loss: any TokenLoss = CrossEntropy()
    ) throws(TrainingError) -> StepLoss {
        try run(samples, loss, trains: false)
    }

    private func run(
        _ samples: [TrainingSample], _ loss: any TokenLoss, trains: Bool
    ) throws(TrainingError) -> StepLoss {
        let tokens = samples.reduce(0) { $0 + $1.completionLength }
        var total = 0.0, rows = 0
        for groups in planner.batches(try planner.groups(samples)) {
            let prefixes = groups.map { group -> KeptPrefix? in
                guard group.isBase else { return nil }
                // Prompts with a history have their functions in common. Where it is cut follows from the tokens alone, not
                // from what is kept: other cuts round otherwise.
                let head = kept.prefix(group.prefix[..<group.headCount]) {
                    rows += group.headCount
                    return decoder.keep(group.prefix[..<group.headCount])
                }
                guard group.headCount < group.prefix.count else { return head }
                return kept.prefix(group.prefix) {
                    rows += group.prefix.count - group.headCount
                    return decoder.keep(group.prefix, after: head)
                }
            }
            let batch = TrainingBatch(groups, kept: prefixes)
            rows += batch.rows
            decoder.forward(batch)
            total += decoder.loss(batch, loss, weight: trains ? 1 / Float(tokens) : nil)
            if trains { decoder.backward(batch) }
        }
        return StepLoss(loss: total / Double(max(tokens, 1)), tokens: tokens, rows: rows)
    }
}
