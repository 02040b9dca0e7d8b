import ModelFiles

/// How much each layer changes the residual stream: `LI = 1 - E[cos(x, x')]` over tokens, `x` before the layer and `x'`
/// behind it. A layer that changes little can go.
public struct LayerImportance: Sendable, Hashable {
    public let values: [Double]

    public init(_ values: [Double]) { self.values = values }

    /// The mean over all rows of a layer's `1 - cos`.
    package struct Sum {
        private(set) var total = 0.0, rows = 0

        package init() {}

        /// `before`, `after`: `[rows, width]`.
        package mutating func add(
            _ before: UnsafePointer<Float>, _ after: UnsafePointer<Float>, rows: Int, width: Int
        ) {
            for row in 0..<rows {
                var (product, first, second) = (0.0, 0.0, 0.0)
                for place in row * width..<(row + 1) * width {
                    let (x, y) = (Double(before[place]), Double(after[place]))
                    product += x * y
                    first += x * x
                    second += y * y
                }
                let norms = (first * second).squareRoot()
                // A row of zeros has no direction that could be kept.
                total += norms > 0 ? 1 - product / norms : (first == second ? 0 : 1)
            }
            self.rows += rows
        }

        package var mean: Double { rows > 0 ? total / Double(rows) : 0 }
    }

    /// The `count` least important layers, ascending; of equals the lower ones.
    public func leastImportant(_ count: Int) -> [Int] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        return order.prefix(count).sorted()
    }

    /// Layers whose numbers come next to a share of the model's; at least one goes and one stays.
    public static func count(ratio: Double, of model: ModelDescription) -> Int {
        let wanted = ratio * Double(model.parameterCount) / Double(model.layerParameterCount)
        return max(1, min(model.layers - 1, Int(wanted.rounded())))
    }
}
