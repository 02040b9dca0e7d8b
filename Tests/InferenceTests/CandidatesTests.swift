import Foundation
import Inference
import TestSupport
import Testing

@Suite struct CandidatesTests {
    @Test("law: the cuts keep what sorting everything would keep", arguments: UInt64(0)..<40)
    func cuts(seed: UInt64) {
        var random = SeededGenerator(seed)
        // Few distinct values: ties decide often.
        var logits = (0..<2000).map { _ in
            seed % 2 == 0 ? Float.random(in: -20...5, using: &random) : Float(Int.random(in: -9...3, using: &random))
        }
        for place in 0..<20 { logits[place * 7] = place % 2 == 0 ? .nan : -.infinity }
        var sampling = Sampling()
        sampling.temperature = .random(in: 0.2...2, using: &random)
        sampling.minP = [0, 0.01, 0.2].randomElement(using: &random) ?? 0
        let topK: Int = [1, 5, 100, 1999, 5000].randomElement(using: &random) ?? 1
        let topP: Double = [0.0, 0.1, 0.9, 0.999].randomElement(using: &random) ?? 0
        let peak = logits.filter { !$0.isNaN }.max() ?? 0

        var kept: [Int] = logits.indices.filter { !logits[$0].isNaN && logits[$0] > -.infinity }
        func weight(_ place: Int) -> Double { Double(exp((logits[place] - peak) / sampling.temperature)) }
        kept.sort { weight($0) > weight($1) || weight($0) == weight($1) && $0 < $1 }
        kept = Array(kept.filter { weight($0) >= Double(sampling.minP) }.prefix(topK))
        let total = kept.map(weight).reduce(0, +)
        var reached = 0.0
        let last = kept.firstIndex { place in
            reached += weight(place)
            return reached >= topP * total
        }
        kept = Array(kept[...(last ?? kept.count - 1)])

        let drawn = logits.withUnsafeMutableBufferPointer { logits in
            var candidates = Candidates(logits, peak: peak, sampling)
            candidates.keepMostLikely(topK)
            candidates.keepMostLikely(reaching: topP)
            return Set((0..<20_000).map { candidates.place(at: Double($0) / 20_000) })
        }
        #expect(drawn.isSubset(of: kept))
        // Whoever has one twenty-thousandth of the weight is met.
        let sum = kept.map(weight).reduce(0, +)
        #expect(drawn.isSuperset(of: kept.filter { weight($0) / sum > 1.0 / 19_000 }))
    }
}
