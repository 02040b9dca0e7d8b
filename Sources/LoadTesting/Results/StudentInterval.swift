/// A mean with the half width of its 95 % interval, from independent runs (Student's t).
public struct StudentInterval: Sendable, Hashable {
    public let mean: Double
    /// nil of fewer than two values.
    public let halfWidth: Double?

    /// nil of no value.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        guard values.count > 1 else {
            halfWidth = nil
            return
        }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        halfWidth = Self.quantile(freedom: Double(values.count - 1)) * (variance / Double(values.count)).squareRoot()
    }

    private static let table: [Double] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ]

    /// The 97.5 % quantile of Student's t, degrees of freedom rounded down; beyond 30 by the first terms of Cornish and Fisher.
    package static func quantile(freedom: Double) -> Double {
        let whole = Int(max(1, freedom.rounded(.down)))
        if whole <= table.count { return table[whole - 1] }
        let normal = 1.959964
        let cube = normal * normal * normal
        return normal + (cube + normal) / (4 * Double(whole))
    }
}
