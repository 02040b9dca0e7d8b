/// How much better than others the answers of a step are.
///
/// As OpenRLHF's `reinforce_baseline`: a reward less the mean of its prompt's, then all of them less their mean and divided
/// by their deviation over the tokens of all answers.
package struct Advantages: Sendable, Hashable {
    /// An answer: which prompt it is of, what it is worth, and its tokens.
    package struct Answer: Sendable, Hashable {
        package var prompt: Int
        package var reward: Double
        package var tokens: Int

        package init(prompt: Int, reward: Double, tokens: Int) {
            (self.prompt, self.reward, self.tokens) = (prompt, reward, tokens)
        }
    }

    /// In the order of the answers.
    package let values: [Double]

    /// The smallest variance that is divided by.
    private static let leastVariance = 1e-8

    package init(_ answers: [Answer]) {
        var sums: [Int: (sum: Double, count: Int)] = [:]
        for answer in answers {
            let known = sums[answer.prompt] ?? (0, 0)
            sums[answer.prompt] = (known.sum + answer.reward, known.count + 1)
        }
        let centred = answers.map { answer -> Double in
            let (sum, count) = sums[answer.prompt] ?? (0, 1)
            return answer.reward - sum / Double(count)
        }
        let tokens = Double(max(1, answers.reduce(0) { $0 + $1.tokens }))
        let mean = zip(centred, answers).reduce(0) { $0 + $1.0 * Double($1.1.tokens) } / tokens
        let variance =
            zip(centred, answers).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * Double($1.1.tokens) } / tokens
        let deviation = max(variance, Self.leastVariance).squareRoot()
        values = centred.map { ($0 - mean) / deviation }
    }
}
