/// Samples that begin with the same tokens.
package struct SampleGroup {
    /// May be empty.
    package var prefix: ArraySlice<Int32>
    /// The prefix lies before the adapter acts: its keys and values are the base model's, and no gradient flows into it.
    package var isBase: Bool
    package var samples: [TrainingSample]
    /// Tokens of a base prefix before its first user turn.
    package var headCount: Int

    package init(prefix: ArraySlice<Int32>, isBase: Bool, samples: [TrainingSample]) {
        (self.prefix, self.isBase, self.samples, headCount) = (prefix, isBase, samples, prefix.count)
    }

    /// Rows that a forward pass has for a sample: what comes behind the prefix, but for the last token, from which
    /// nothing is to be predicted.
    package func rows(of sample: TrainingSample) -> Int { sample.tokens.count - prefix.count - 1 }

    /// Rows of the prefix in the batch.
    package var prefixRows: Int { isBase ? 0 : prefix.count }
}

/// How the samples of a step are put into groups, and groups into batches.
public struct BatchPlanner: Sendable {
    /// How much of the samples' beginnings is computed once.
    public enum Sharing: Sendable, Hashable {
        case none
        /// The longest common beginning of similar prompts, forward and backward.
        case trained
        /// All tokens before the last occurrence of these: the base model's, kept.
        case base(invocation: [Int32])
    }

    public var sharing: Sharing
    /// Of a batch; a single sample may have more.
    public var maximumRows: Int

    public init(sharing: Sharing, maximumRows: Int) { (self.sharing, self.maximumRows) = (sharing, maximumRows) }

    /// - Parameter samples: with the places that errors name.
    /// - Throws: `.sample` for one without the invocation.
    package func groups(_ samples: [TrainingSample]) throws(TrainingError) -> [SampleGroup] {
        switch sharing {
        case .none: samples.map { SampleGroup(prefix: [], isBase: false, samples: [$0]) }
        case .trained: Self.sharing(samples)
        case .base(let invocation): try Self.keeping(samples, before: invocation)
        }
    }

    private static func keeping(
        _ samples: [TrainingSample], before invocation: [Int32]
    ) throws(TrainingError) -> [SampleGroup] {
        var groups: [SampleGroup] = [], places: [ArraySlice<Int32>: Int] = [:]
        for (index, sample) in samples.enumerated() {
            guard let position = sample.position(ofLast: invocation) else {
                throw .sample(place: "sample \(index + 1) of the step", reason: "its prompt has no invocation")
            }
            // The last token of the prompt predicts: it is never part of a prefix.
            let prefix = sample.tokens[..<min(position, sample.promptLength - 1)]
            if let place = places[prefix] {
                groups[place].samples.append(sample)
            } else {
                places[prefix] = groups.count
                var group = SampleGroup(prefix: prefix, isBase: true, samples: [sample])
                group.headCount = min(prefix.count, sample.position(ofFirst: invocation) ?? prefix.count)
                groups.append(group)
            }
        }
        return groups
    }

    /// In the order of their tokens, neighbours have most in common. One joins a group where more than half of its
    /// prompt is shared, and more is saved than the others lose by a shorter prefix.
    private static func sharing(_ samples: [TrainingSample]) -> [SampleGroup] {
        let sorted = samples.sorted { $0.tokens.lexicographicallyPrecedes($1.tokens) }
        var groups: [SampleGroup] = []
        for sample in sorted {
            let most = sample.promptLength - 1
            if let last = groups.last {
                let known = last.samples.count == 1 ? last.samples[0].promptLength - 1 : last.prefix.count
                let first = last.samples[0].tokens
                let shared = commonPrefix(first[..<min(known, most)], sample.tokens[..<most])
                let lost = last.samples.count == 1 ? 0 : (known - shared) * (last.samples.count - 1)
                if shared * 2 > most, shared > lost {
                    groups[groups.count - 1].prefix = first[..<shared]
                    groups[groups.count - 1].samples.append(sample)
                    continue
                }
            }
            groups.append(SampleGroup(prefix: [], isBase: false, samples: [sample]))
        }
        return groups
    }

    private static func commonPrefix(_ first: ArraySlice<Int32>, _ second: ArraySlice<Int32>) -> Int {
        zip(first, second).prefix { $0 == $1 }.count
    }

    /// Batches of at most `maximumRows` rows: a group that is too large is cut, and its prefix computed in each part.
    package func batches(_ groups: [SampleGroup]) -> [[SampleGroup]] {
        var batches: [[SampleGroup]] = [], rows = Int.max
        for group in groups {
            var isOpen = false
            for sample in group.samples {
                let own = group.rows(of: sample)
                let more = own + (isOpen ? 0 : group.prefixRows)
                if batches.isEmpty || rows > maximumRows - more {
                    batches.append([])
                    (rows, isOpen) = (0, false)
                }
                let last = batches.count - 1
                if isOpen {
                    batches[last][batches[last].count - 1].samples.append(sample)
                } else {
                    var part = group
                    part.samples = [sample]
                    batches[last].append(part)
                    rows += group.prefixRows
                    isOpen = true
                }
                rows += own
            }
        }
        return batches
    }
}
