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

    /// The same with its interval.
    public var share: Share { Share(bothRight + bothWrong, of: count) }

    /// The 95 % interval of kappa by its large-sample variance (Fleiss, Cohen and Everitt 1969); nil where kappa is.
    public var kappaInterval: ClosedRange<Double>? {
        guard let kappa else { return nil }
        let total = Double(count)
        let cells = [[bothRight, tooKind], [tooStrict, bothWrong]].map { $0.map { Double($0) / total } }
        let rows = cells.map { $0[0] + $0[1] }, columns = [0, 1].map { cells[0][$0] + cells[1][$0] }
        let chance = rows[0] * columns[0] + rows[1] * columns[1], rest = 1 - kappa
        func square(_ value: Double) -> Double { value * value }
        let agreed = [0, 1].reduce(0) { $0 + cells[$1][$1] * square(1 - (rows[$1] + columns[$1]) * rest) }
        let others = cells[0][1] * square(columns[0] + rows[1]) + cells[1][0] * square(columns[1] + rows[0])
        let variance = agreed + square(rest) * others - square(kappa - chance * rest)
        let half = 1.959964 * (max(0, variance) / total).squareRoot() / (1 - chance)
        return max(-1, kappa - half)...min(1, kappa + half)
    }

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
