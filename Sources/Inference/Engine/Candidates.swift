import Foundation

/// The tokens that a draw chooses among, with their weights relative to the most likely one.
///
/// A vocabulary has 150,000 tokens and a cut leaves few: only the part of the order that decides is sorted.
package struct Candidates {
    private var places: [Int] = []
    /// `exp((logit - peak) / temperature)`, 0 to 1.
    private var weights: [Double] = []

    /// - Parameter peak: the greatest logit, finite.
    package init(_ logits: UnsafeMutableBufferPointer<Float>, peak: Float, _ sampling: Sampling) {
        // Below e^-30 a token cannot be drawn in the life of a server.
        let floor = peak - 30 * sampling.temperature
        for place in logits.indices where logits[place] >= floor {
            let weight = Double(exp((logits[place] - peak) / sampling.temperature))
            guard weight >= Double(sampling.minP) else { continue }
            places.append(place)
            weights.append(weight)
        }
    }

    /// Keeps `count` tokens; of equal ones those with the lower id.
    package mutating func keepMostLikely(_ count: Int) {
        guard places.count > count else { return }
        narrow { kept, _ in kept >= count }
        sort()
        places.removeLast(places.count - count)
        weights.removeLast(weights.count - count)
    }

    /// Keeps the fewest tokens that together reach `share` of the weight.
    package mutating func keepMostLikely(reaching share: Double) {
        let target = share * weights.reduce(0, +)
        narrow { _, reached in reached >= target }
        sort()
        var reached = 0.0
        let last = weights.firstIndex { weight in
            reached += weight
            return reached >= target
        }
        guard let last else { return }
        places.removeLast(places.count - last - 1)
        weights.removeLast(weights.count - last - 1)
    }

    /// The token at `point`, 0 to 1, of the weights laid side by side.
    package func place(at point: Double) -> Int {
        var left = point * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            left -= weight
            if left < 0 { return places[index] }
        }
        return places[places.count - 1]
    }

    /// Drops what is less likely than the weight down to which `isEnough(count, weight)` holds: counted by powers of two,
    /// so that one pass finds it.
    private mutating func narrow(_ isEnough: (Int, Double) -> Bool) {
        var counts = [Int](repeating: 0, count: 64), sums = [Double](repeating: 0, count: 64)
        func bucket(_ weight: Double) -> Int { weight > 0 ? min(63, max(0, -Int(weight.exponent))) : 63 }
        for weight in weights {
            counts[bucket(weight)] += 1
            sums[bucket(weight)] += weight
        }
        var (kept, reached) = (0, 0.0)
        // A little more than enough, since sums in another order differ in their last bits.
        guard
            let last = counts.indices.first(where: { index in
                kept += counts[index]
                reached += sums[index]
                return isEnough(kept, reached * (1 - 1e-9))
            })
        else { return }
        let chosen = weights.indices.filter { bucket(weights[$0]) <= last }
        places = chosen.map { places[$0] }
        weights = chosen.map { weights[$0] }
    }

    private mutating func sort() {
        let order = weights.indices.sorted { (weights[$1], places[$0]) < (weights[$0], places[$1]) }
        places = order.map { places[$0] }
        weights = order.map { weights[$0] }
    }
}
