/// How fast the engine computes, learnt from the steps it has done, newer ones counting more.
///
/// Two figures are kept apart, since one does not follow from the other: a step of many tokens takes the time of its
/// arithmetic, one of few the time in which the weights are read.
package struct StepRate: Sendable, Hashable {
    /// Of a step with many tokens.
    package private(set) var secondsPerToken = 0.002
    /// Of a step with few.
    package private(set) var secondsPerStep = 0.03
    private var manySteps = 0, fewSteps = 0

    /// Steps with at least this many tokens are bound by arithmetic.
    private static let many = 64
    /// How much a new step counts.
    private static let weight = 0.125

    package init() {}

    /// - Parameter seconds: that the step took, from the first token to the last choice.
    package mutating func note(tokens: Int, seconds: Double) {
        guard tokens > 0, seconds > 0, seconds.isFinite else { return }
        if tokens >= Self.many {
            // What was assumed before the first step counts for nothing.
            secondsPerToken += (seconds / Double(tokens) - secondsPerToken) * (manySteps == 0 ? 1 : Self.weight)
            manySteps += 1
        } else {
            secondsPerStep += (seconds - secondsPerStep) * (fewSteps == 0 ? 1 : Self.weight)
            fewSteps += 1
        }
    }

    /// Seconds of a step with so many tokens.
    package func seconds(tokens: Int) -> Double { max(secondsPerStep, Double(tokens) * secondsPerToken) }
}
