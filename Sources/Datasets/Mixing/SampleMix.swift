import Digests
import Documents
import Evaluation
import FunctionCalling
import Functions
import Judging

/// Samples of many sets in one, each with its functions beside it: what a caller of any functions is taught.
///
/// The same files and seed make the same samples, whatever order the files' lines stand in.
package struct SampleMix: Sendable {
    /// Parts of the samples that are changed, 0...1.
    package struct Parts: Sendable {
        /// Whose functions and parameters have names that say nothing.
        package var masked = 0.15
        /// Calls whose functions are taken out of the offer, so that nothing fits.
        package var refused = 0.06
        /// Single calls whose answer is a list all the same, as where a client allows several.
        package var listed = 0.1

        package init() {}
    }

    private let parts: Parts
    private let seed: UInt64
    private var offers = OfferPlan()
    package private(set) var samples: [MixedSample] = []
    /// Of those that were drawn: left out since no server could offer their functions or write their calls.
    package private(set) var unsound = 0

    package init(_ parts: Parts = .init(), seed: UInt64 = 0) { (self.parts, self.seed) = (parts, seed) }

    /// Adds the samples of a set, or so many of them.
    ///
    /// - Returns: how many came in.
    @discardableResult
    package mutating func add(_ file: DatasetFile, limit: Int? = nil) -> Int {
        let source = file.name.split(separator: "/").first.map(String.init) ?? file.name
        let rows = file.rows.filter { $0.sample.reference.answers != .any }.sorted {
            SampleOrder.key($0.sample.id, seed: seed) < SampleOrder.key($1.sample.id, seed: seed)
        }
        let known = samples.count
        for row in rows where limit.map({ samples.count - known < $0 }) ?? true {
            var random = SplitMix64(SampleOrder.key(row.sample.id, seed: seed &+ 1))
            let mixed = drawn(MixedSample(row, of: source), &random)
            if mixed.isSound { samples.append(mixed) } else { unsound += 1 }
        }
        return samples.count - known
    }

    private mutating func drawn(_ whole: MixedSample, _ random: inout SplitMix64) -> MixedSample {
        func happens(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &random) < part }
        let isRefused = happens(parts.refused), isListed = happens(parts.listed), isMasked = happens(parts.masked)
        var mixed = whole
        if isRefused, whole.outcome == .call, whole.functions.count > whole.needed.count {
            mixed.functions = offers.offer(whole, without: true, &random)
            (mixed.outcome, mixed.calls) = (.noAppropriateFunction, [])
        } else {
            mixed.functions = offers.offer(whole, &random)
        }
        if isListed { mixed.maxCalls = MixedSample.listLength }
        return isMasked ? MaskedNames.masked(mixed, &random) : mixed
    }

    /// In an order that the seed alone gives, and apart from them those that are held back by their dialogue's id.
    ///
    /// - Parameter share: part that is held back, 0...1.
    package func split(holding share: Double) -> (training: [MixedSample], validation: [MixedSample]) {
        let ordered = samples.sorted {
            SampleOrder.key($0.source + $0.sample.id, seed: seed &+ 2)
                < SampleOrder.key($1.source + $1.sample.id, seed: seed &+ 2)
        }
        let least = UInt64(share * 10_000)
        var turns: [String: Int] = [:]
        for mixed in samples { turns[Self.dialogue(mixed), default: 0] += 1 }
        func isHeld(_ mixed: MixedSample) -> Bool {
            let dialogue = Self.dialogue(mixed)
            let isDialogue = turns[dialogue, default: 0] <= Self.longestDialogue
            return SampleOrder.key(isDialogue ? dialogue : mixed.sample.id, seed: 78) % 10_000 < least
        }
        return (ordered.filter { !isHeld($0) }, ordered.filter(isHeld))
    }

    /// Turns; ids of more samples that begin alike are those of a set which counts its samples.
    private static let longestDialogue = 40

    /// The set and the id without the turn's number that it ends in: turns of one dialogue stay together.
    private static func dialogue(_ mixed: MixedSample) -> String {
        let id = mixed.sample.id
        guard let cut = id.lastIndex(where: { $0 == "-" || $0 == "_" }), id[cut...].dropFirst().allSatisfy(\.isNumber)
        else { return "\(mixed.source) \(id)" }
        return "\(mixed.source) \(id[..<cut])"
    }
}
