/// Agreement of verdicts with labels: accuracy and Cohen's kappa over counts.
public struct Agreement: Sendable, Hashable {
    /// Verdict and label: right/right, wrong/wrong, and the two mistakes.
    public private(set) var bothRight = 0, bothWrong = 0
    /// Verdict 1 on label 0, and verdict 0 on label 1.
    public private(set) var tooKind = 0, tooStrict = 0

    /// Nothing counted.
    public init() {}

    /// Counts one verdict beside its label.
    public mutating func add(verdict: Bool, label: Bool) {
        switch (verdict, label) {
        case (true, true): bothRight += 1
        case (false, false): bothWrong += 1
        case (true, false): tooKind += 1
        case (false, true): tooStrict += 1
        }
    }

    /// Verdicts in all.
    public var count: Int { bothRight + bothWrong + tooKind + tooStrict }

    /// The share of verdicts equal to their labels; nil without any.
    public var agreement: Double? { count > 0 ? Double(bothRight + bothWrong) / Double(count) : nil }

    /// Cohen's kappa (1960): agreement beyond chance, over what chance leaves open. nil where chance alone explains
    /// everything: all verdicts and labels are the same.
    public var kappa: Double? {
        guard let observed = agreement else { return nil }
        let total = Double(count)
        let right = Double(bothRight + tooKind) / total * (Double(bothRight + tooStrict) / total)
        let wrong = Double(bothWrong + tooStrict) / total * (Double(bothWrong + tooKind) / total)
        return right + wrong < 1 ? (observed - right - wrong) / (1 - right - wrong) : nil
    }
}
