import ModelFiles

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
    /// Of whole texts the rows whose mean is a text's state.
    package private(set) var asked: [Range<Int>] = []

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

    /// Whole texts, for their states. What those of a group begin with in common is computed once: all of it where the last
    /// token is asked, the first token where the mean of the others is. No text is empty.
    package init(texts groups: [[[Int32]]], _ pooling: StatePooling) {
        for texts in groups {
            let common = Self.commonPrefix(texts), first = segments.count
            let shared = pooling == .mean ? min(1, common) : common
            var prefix = Prefix.none
            if shared > 0, let text = texts.first { prefix = .rows(append(text[..<shared], after: .none)) }
            for text in texts {
                let rows = append(text[shared...], after: prefix)
                asked.append(pooling.rows(rows, isWhole: shared == 0))
            }
            self.groups.append(first..<segments.count)
        }
    }

    /// Tokens that all texts begin with, but for the last of each; none of a single text.
    private static func commonPrefix(_ texts: [[Int32]]) -> Int {
        guard texts.count > 1, let first = texts.first else { return 0 }
        return texts.reduce(first.count - 1) { shared, text in
            zip(first.prefix(shared), text.dropLast()).prefix { $0 == $1 }.count
        }
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
