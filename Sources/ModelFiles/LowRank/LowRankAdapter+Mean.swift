extension LowRankAdapter {
    /// The weighted mean of adapters that went on from one another, or that were trained alike from the same start.
    ///
    /// Such a mean generalises better than each of them (arXiv 1803.05407, 2203.05482): what a single training ends with
    /// lies at the rim of the valley that it wanders about in.
    ///
    /// - Parameter parts: adapters of one shape with their shares, which need not add up to 1.
    /// - Throws: `.none` without parts, `.share` for a share that is no number above 0, `.shape` where shapes differ.
    package static func mean(
        of parts: [(adapter: LowRankAdapter, share: Double)]
    ) throws(AdapterMeanError) -> LowRankAdapter {
        guard let first = parts.first else { throw .none }
        let total = parts.reduce(0) { $0 + $1.share }
        for (index, part) in parts.enumerated() {
            guard part.share.isFinite, part.share > 0, total.isFinite else { throw .share(part.share) }
            guard part.adapter.shape == first.adapter.shape else { throw .shape(index) }
        }
        var mean = LowRankAdapter(shape: first.adapter.shape)
        for layer in mean.shape.layers {
            for matrix in mean.shape.matrices {
                for factor in Factor.allCases {
                    let weighted = parts.map {
                        (numbers: $0.adapter[factor, matrix, layer] ?? [], share: $0.share / total)
                    }
                    if let other = weighted.firstIndex(where: { $0.numbers.count != weighted[0].numbers.count }) {
                        throw .shape(other)
                    }
                    mean[factor, matrix, layer] = weighted[0].numbers.indices.map { index in
                        Float(weighted.reduce(0) { $0 + Double($1.numbers[index]) * $1.share })
                    }
                }
            }
        }
        return mean
    }
}

/// Why adapters have no mean.
package enum AdapterMeanError: Error, Equatable, CustomStringConvertible {
    case none
    case share(Double)
    /// The adapter of this index differs from the first.
    case shape(Int)

    package var description: String {
        switch self {
        case .none: "there is no adapter: name at least two"
        case .share(let share): "the share \(share) is no number above 0"
        case .shape(let index):
            "adapter \(index + 1) has another rank, alpha, layers, matrices or invocation than the first: only adapters of one training, or of one start, have a mean"
        }
    }
}
