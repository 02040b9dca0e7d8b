import Foundation
import Kernels
import Tokenization

/// Chooses tokens for one sequence. Its randomness is its own, so that the answer does not depend on the company.
struct Sampler {
    let sampling: Sampling
    private var random: SplitMix
    private let promptTokens: Set<TokenID>
    private var answerCounts: [TokenID: Int] = [:]

    /// - Parameters:
    ///   - prompt: for the penalties.
    ///   - fallbackSeed: where the request names none.
    init(_ sampling: Sampling, prompt: [TokenID], fallbackSeed: UInt64) {
        self.sampling = sampling
        random = SplitMix(state: sampling.seed ?? fallbackSeed)
        promptTokens = sampling.repetitionPenalty == 1 ? [] : Set(prompt)
    }

    /// A token that was chosen, with its probability and those of others.
    struct Choice {
        var id: TokenID
        var logprob: Float = 0
        var alternatives: [GeneratedToken.Alternative] = []
    }

    /// Notes a token of the answer, sampled or forced: penalties count it.
    mutating func note(_ id: TokenID) {
        if sampling.changesLogits { answerCounts[id, default: 0] += 1 }
    }

    /// Chooses among `candidates`.
    ///
    /// - Parameters:
    ///   - logits: one value a candidate; changed by penalties and bias.
    ///   - ids: the candidates' token ids, ascending; nil: the place is the id.
    ///   - topLogprobs: alternatives wanted; nil: not even the chosen token's log-probability.
    mutating func choose(
        _ logits: UnsafeMutableBufferPointer<Float>, ids: [TokenID]?, topLogprobs: Int?
    ) -> Choice? {
        guard let base = logits.baseAddress, !logits.isEmpty else { return nil }
        adjust(logits, ids: ids)
        let sums = LogitSums(base, count: logits.count)
        guard sums.maximum.isFinite else { return nil }
        let place = sampling.temperature > 0 ? drawn(logits, peak: sums.maximum) : sums.argmax
        var choice = Choice(id: ids?[place] ?? TokenID(place))
        if let topLogprobs {
            choice.logprob = sums.logProbability(of: logits[place])
            choice.alternatives = Self.largest(logits, count: topLogprobs).map {
                .init(id: ids?[$0] ?? TokenID($0), logprob: sums.logProbability(of: logits[$0]))
            }
        }
        return choice
    }

    /// Penalties and biases, in place.
    private func adjust(_ logits: UnsafeMutableBufferPointer<Float>, ids: [TokenID]?) {
        guard sampling.changesLogits else { return }
        func change(_ id: TokenID, _ body: (inout Float) -> Void) {
            if let ids {
                let place = ids.partitioningIndex { $0 >= id }
                if place < ids.count, ids[place] == id { body(&logits[place]) }
            } else if id >= 0, Int(id) < logits.count {
                body(&logits[Int(id)])
            }
        }
        if sampling.repetitionPenalty != 1 {
            let penalty = sampling.repetitionPenalty
            for id in promptTokens { change(id) { $0 = $0 > 0 ? $0 / penalty : $0 * penalty } }
            for id in answerCounts.keys where !promptTokens.contains(id) {
                change(id) { $0 = $0 > 0 ? $0 / penalty : $0 * penalty }
            }
        }
        for (id, count) in answerCounts {
            change(id) { $0 -= sampling.presencePenalty + sampling.frequencyPenalty * Float(count) }
        }
        for (id, bias) in sampling.logitBias { change(id) { $0 += bias } }
    }

    /// One draw from the tempered distribution, cut by top-k, min-p and top-p in that order.
    private mutating func drawn(_ logits: UnsafeMutableBufferPointer<Float>, peak: Float) -> Int {
        var candidates = Candidates(logits, peak: peak, sampling)
        if sampling.topK > 0 { candidates.keepMostLikely(sampling.topK) }
        if sampling.topP < 1 { candidates.keepMostLikely(reaching: Double(sampling.topP)) }
        return candidates.place(at: random.unit())
    }
}

extension Sampler {
    /// Indices of the largest values, largest first.
    static func largest(_ values: UnsafeMutableBufferPointer<Float>, count: Int) -> [Int] {
        guard count > 0 else { return [] }
        var best: [Int] = []
        for index in values.indices where values[index] > -.infinity {
            if best.count == count, let last = best.last, values[index] <= values[last] { continue }
            let place = best.firstIndex { values[index] > values[$0] } ?? best.count
            best.insert(index, at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): one word of state, the same on every machine.
struct SplitMix {
    var state: UInt64

    /// The next number (SplitMix64).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// In [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

extension [TokenID] {
    /// First index whose element satisfies a condition that holds for all later ones too.
    func partitioningIndex(where isBeyond: (TokenID) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
