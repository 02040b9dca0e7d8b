import Documents

/// How far a confidence can be relied on: what it promises beside what came, and how many answers a threshold leaves.
public struct Calibration: Sendable {
    /// Answers whose confidence lies in one tenth of 0...1.
    public struct Bin: Sendable, Hashable {
        public fileprivate(set) var right = Share()
        fileprivate var sum = 0.0
        /// Mean of their confidence; 0 of none.
        public var confidence: Double { right.total == 0 ? 0 : sum / Double(right.total) }
    }

    /// What is left if answers below a confidence are put aside.
    public struct Coverage: Sendable, Hashable {
        /// Of all answers those that are kept.
        public var kept: Share
        /// Of those the right ones.
        public var right: Share
        /// The least confidence that is kept.
        public var threshold: Double
    }

    /// Ten bins of equal width.
    public private(set) var bins = [Bin](repeating: Bin(), count: 10)
    private var answers: [(confidence: Double, isRight: Bool)] = []

    /// Nothing counted.
    public init() {}

    /// Counts an answer in the bin of its confidence.
    public mutating func add(_ confidence: Double, isRight: Bool) {
        let confidence = confidence.isFinite ? min(1, max(0, confidence)) : 0
        let bin = min(bins.count - 1, Int(confidence * Double(bins.count)))
        bins[bin].sum += confidence
        bins[bin].right.add(isRight)
        answers.append((confidence, isRight))
    }

    /// Expected calibration error (Naeini et al. 2015): what confidence and share of right answers differ by, weighted by
    /// the bins' counts.
    public var error: Double {
        guard !answers.isEmpty else { return 0 }
        return bins.reduce(0) { $0 + abs($1.sum - Double($1.right.count)) } / Double(answers.count)
    }

    /// What is kept at each threshold, the strictest first. Answers of equal confidence go together.
    public var coverages: [Coverage] {
        var list: [Coverage] = [], right = 0
        let sorted = answers.sorted { $0.confidence > $1.confidence }
        for (index, answer) in sorted.enumerated() {
            right += answer.isRight ? 1 : 0
            let isLast = index + 1 == sorted.count || sorted[index + 1].confidence < answer.confidence
            guard isLast else { continue }
            list.append(
                Coverage(
                    kept: Share(index + 1, of: sorted.count), right: Share(right, of: index + 1),
                    threshold: answer.confidence))
        }
        return list
    }

    /// The most answers that can be kept with such a share of right ones; nil: no threshold reaches it.
    public func coverage(atPrecision precision: Double) -> Coverage? {
        coverages.last { $0.right.value >= precision }
    }

    /// Error, bins and the coverage at 95 % precision.
    public var json: JSONValue {
        [
            "error": .rounded(error, 4),
            "bins": .array(
                bins.enumerated().filter { $0.element.right.total > 0 }.map { index, bin in
                    [
                        "from": .rounded(Double(index) / 10, 1), "to": .rounded(Double(index + 1) / 10, 1),
                        "confidence": .rounded(bin.confidence, 4), "right": bin.right.json,
                    ]
                }),
            "coverage_at_95": coverage(atPrecision: 0.95).map {
                ["kept": $0.kept.json, "right": $0.right.json, "threshold": .rounded($0.threshold, 4)]
            } ?? .null,
        ]
    }
}
