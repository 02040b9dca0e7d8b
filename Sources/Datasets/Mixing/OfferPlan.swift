import Digests
import Evaluation
import Functions
import Retrieval

/// Which functions stand beside a sample, and in which order: a caller of any functions must not learn places or numbers.
struct OfferPlan {
    /// Functions at least and at most, where a set has that many.
    var range = 2...10
    /// By the words of their descriptions.
    private var indexes: [[String]: LexicalIndex] = [:]

    init() {}

    /// The functions that are needed, as many like the request as chance says, and others, shuffled.
    ///
    /// - Parameter without: the needed ones are left out: then none of those that are like the request is offered either,
    ///   for it might serve.
    mutating func offer(
        _ mixed: MixedSample, without: Bool = false, _ random: inout SplitMix64
    ) -> [FunctionDefinition] {
        let needed = mixed.needed
        let others = mixed.functions.filter { !needed.contains($0.name) }
        // A tool list that a set itself made is near enough; a pool is cut.
        guard mixed.functions.count > range.upperBound else {
            return (without ? others : mixed.functions).shuffled(using: &random)
        }
        let count = Int.random(in: range, using: &random)
        let near = Set(nearest(mixed).filter { !needed.contains($0) }.prefix(without ? count : count / 2))
        let far = others.filter { !near.contains($0.name) }.shuffled(using: &random)
        let kept = without ? [] : mixed.functions.filter { needed.contains($0.name) || near.contains($0.name) }
        return (kept + far.prefix(max(0, count - kept.count))).shuffled(using: &random)
    }

    private mutating func nearest(_ mixed: MixedSample) -> [String] {
        let names = mixed.functions.map(\.name)
        let index = indexes[names] ?? LexicalIndex(mixed.functions.map(\.document))
        indexes[names] = index
        return index.search(mixed.sample.retrievalQuery, limit: range.upperBound).map(\.name)
    }
}
