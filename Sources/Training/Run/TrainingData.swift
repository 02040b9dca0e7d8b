/// What a run learns from, and what it makes small.
package struct TrainingData: Sendable {
    /// Numbered in their order.
    package let samples: [TrainingSample]
    /// Samples whose cross entropy is watched, and that are not trained on.
    package let validation: [TrainingSample]
    package let loss: any TokenLoss

    package init(
        _ samples: [TrainingSample], validation: [TrainingSample] = [], loss: any TokenLoss = CrossEntropy()
    ) {
        self.samples = samples.enumerated().map { number, sample in
            var sample = sample
            sample.number = number
            return sample
        }
        (self.validation, self.loss) = (validation, loss)
    }
}
