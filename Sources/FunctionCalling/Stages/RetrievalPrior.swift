import Foundation
import Inference
import Retrieval
import Tokenization

/// What retrieval says for each function that is offered, to be weighed against what the model says: a small model takes
/// the function whose name sounds right where retrieval has read the whole description.
package struct RetrievalPrior: Sendable {
    /// Who is chosen in the place of the model's own choice.
    package struct Overruling: Sendable, Hashable {
        package let name: String
        /// Logarithm of the name's probability among those offered, by the model alone.
        package let logprob: Double
        /// The name's probability with what retrieval says.
        package let probability: Double
    }

    /// Natural logarithms, up to a constant.
    private let advantages: [(name: String, value: Double)]

    package var names: [String] { advantages.map(\.name) }

    /// nil where nothing is to be weighed.
    ///
    /// - Parameters:
    ///   - found: with scores of the scale of cosines.
    ///   - weight: what a difference of 1 in the score counts.
    package init?(_ found: [Candidate], weight: Double) {
        guard weight > 0, found.count > 1 else { return nil }
        advantages = found.map { ($0.name, weight * $0.score) }
    }

    /// Whether a model is so sure of a name that retrieval need not be asked: another would have to be ahead by more than 0.3 in
    /// its scores, which is rare, and rarely right.
    package static func cannotChange(_ probability: Double, weight: Double) -> Bool {
        1 - probability < exp(-0.3 * weight)
    }

    /// Who could come out ahead of the function that the model chose.
    ///
    /// - Parameters:
    ///   - probability: of the chosen name; all the others share the rest.
    ///   - bounds: what the logarithm of a name's probability is at most, as far as it is known.
    package func contenders(
        for chosen: String, probability: Double, bounds: [String: Double]
    ) -> [String] {
        guard let own = advantages.first(where: { $0.name == chosen })?.value else { return [] }
        let (logprob, rest) = (log(probability), log(max(1e-9, 1 - probability)))
        return advantages.filter { item in
            item.name != chosen && item.value + min(rest, bounds[item.name] ?? 0) > own + logprob
        }.map(\.name)
    }

    /// - Parameters:
    ///   - probability: of the chosen name, by the model alone.
    ///   - logprobs: of names as a whole, up to a constant; the chosen one's among them.
    /// - Returns: nil if the function that the model chose stays ahead.
    package func overruling(_ chosen: String, probability: Double, logprobs: [String: Double]) -> Overruling? {
        guard let own = logprobs[chosen] else { return nil }
        let weighed = advantages.compactMap { item in logprobs[item.name].map { (item.name, $0 + item.value) } }
        guard let first = weighed.max(by: { $0.1 < $1.1 }), first.0 != chosen, let logprob = logprobs[first.0] else {
            return nil
        }
        return Overruling(
            name: first.0, logprob: min(0, logprob - own + log(probability)),
            probability: exp(first.1 - Self.logSum(weighed.map(\.1))))
    }

    private static func logSum(_ values: [Double]) -> Double {
        let most = values.max() ?? 0
        return most + log(values.reduce(0) { $0 + exp($1 - most) })
    }
}
