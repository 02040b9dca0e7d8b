import Testing

import Training

@Suite struct LearningRateTests {
    /// fall, step, rate over the peak: 10 steps, the first 2 rising.
    static let rates: [(LearningRate.Fall, Int, Float)] = [
        (.cosine, 0, 0.5), (.cosine, 1, 1), (.cosine, 2, 1), (.cosine, 4, 0.853_553_4), (.cosine, 6, 0.5),
        (.cosine, 9, 0.038_060_24), (.cosine, 10, 0), (.cosine, 99, 0),
        (.linear, 0, 0.5), (.linear, 2, 1), (.linear, 6, 0.5), (.linear, 9, 0.125), (.linear, 10, 0),
        (.constant, 0, 0.5), (.constant, 2, 1), (.constant, 9, 1), (.constant, 99, 1),
    ]

    @Test(arguments: rates) func rateOfAStep(fall: LearningRate.Fall, step: Int, expected: Float) {
        let rate = LearningRate(peak: 3e-4, fall: fall, warmUp: 2, steps: 10).rate(at: step)
        #expect(abs(rate - 3e-4 * expected) < 1e-9)
    }

    @Test("without a rise the first step has the peak; where all steps rise, none falls")
    func edges() {
        #expect(LearningRate(peak: 1, fall: .linear, warmUp: 0, steps: 4).rate(at: 0) == 1)
        #expect(LearningRate(peak: 1, fall: .linear, warmUp: 4, steps: 4).rate(at: 3) == 1)
        #expect(LearningRate(peak: 1, fall: .cosine, warmUp: 4, steps: 4).rate(at: 4) == 1)
    }
}
