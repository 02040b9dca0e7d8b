/// Rows of several samples, packed without padding. A row attends to its segment up to itself and to the segment's prefix.
package struct TrainingBatch {
    /// What stands before a segment's rows.
    package enum Prefix {
        case none
        /// Rows of this batch.
        case rows(Range<Int>)
        /// Keys and values computed before.
        case kept(KeptPrefix)

        package var count: Int {
            switch self {
            case .none: 0
            case .rows(let rows): rows.count
            case .kept(let prefix): prefix.tokens.count
            }
        }
    }

    package struct Segment {
        package var rows: Range<Int>
        package var prefix: Prefix
    }

    package private(set) var tokens: [Int32] = []
    package private(set) var positions: [Int32] = []
    package private(set) var segments: [Segment] = []
    /// Ranges of `segments` that have a prefix in common, and so add to the same keys' gradients.
    package private(set) var groups: [Range<Int>] = []
    /// Rows whose next token the model should know, ascending, and that token.
    package private(set) var lossRows: [Int] = []
    package private(set) var targets: [TaughtToken] = []

    package var rows: Int { tokens.count }

    /// - Parameter kept: of each group whose prefix is the base model's.
    package init(_ groups: [SampleGroup], kept: [KeptPrefix?]) {
        for (group, kept) in zip(groups, kept) {
            let first = segments.count
            var prefix = Prefix.none
            if let kept {
                prefix = .kept(kept)
            } else if !group.prefix.isEmpty {
                prefix = .rows(append(group.prefix, after: .none))
            }
            for sample in group.samples {
                let start = group.prefix.count
                let rows = append(sample.tokens[start..<sample.tokens.count - 1], after: prefix)
                for place in sample.promptLength..<sample.tokens.count {
                    lossRows.append(rows.lowerBound + place - 1 - start)
                    targets.append(
                        TaughtToken(
                            id: sample.tokens[place], sample: sample.number, place: place - sample.promptLength))
                }
            }
            self.groups.append(first..<segments.count)
        }
    }

    /// Tokens alone, without a loss: for a prefix that goes on behind another.
    package init(tokens: ArraySlice<Int32>, after start: KeptPrefix?) {
        groups = [0..<1]
        _ = append(tokens, after: start.map { .kept($0) } ?? .none)
    }

    private mutating func append(_ new: ArraySlice<Int32>, after prefix: Prefix) -> Range<Int> {
        let rows = tokens.count..<tokens.count + new.count
        let position = Int32(prefix.count)
        tokens += new
        positions += (0..<Int32(new.count)).map { position + $0 }
        segments.append(Segment(rows: rows, prefix: prefix))
        return rows
    }
}
