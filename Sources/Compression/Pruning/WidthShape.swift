import ModelFiles

/// Sizes that a model may be narrowed to; heads stay.
public struct WidthShape: Sendable, Hashable, CustomStringConvertible {
    public let hidden: Int, intermediate: Int

    public init(hidden: Int, intermediate: Int) { (self.hidden, self.intermediate) = (hidden, intermediate) }

    public var description: String { "\(hidden)/\(intermediate)" }

    /// Numbers of a model of these sizes.
    public func parameters(of model: ModelDescription) -> Int {
        var left = model
        (left.hiddenSize, left.intermediateSize) = (hidden, intermediate)
        return left.parameterCount
    }

    /// Steps of the hidden and of the intermediate size.
    public struct Grain: Sendable, Hashable {
        public let hidden: Int, intermediate: Int
        public init(hidden: Int = 64, intermediate: Int = 256) {
            (self.hidden, self.intermediate) = (max(1, hidden), max(1, intermediate))
        }
    }

    /// Shapes with `1 - ratio` of a model's numbers, within 2.5 % of the whole: for each hidden size the intermediate size
    /// that comes nearest. Widest hidden size first.
    ///
    /// Of Qwen2.5-0.5B and 0.2 or 0.29 these are the configurations that the paper's Table 8 compares, and 832/3072.
    public static func all(ratio: Double, of model: ModelDescription, grain: Grain = Grain()) -> [WidthShape] {
        let whole = Double(model.parameterCount), wanted = (1 - ratio) * whole
        func steps(_ size: Int, _ grain: Int) -> [Int] {
            [size] + stride(from: (size - 1) / grain * grain, to: 0, by: -grain)
        }
        return steps(model.hiddenSize, grain.hidden).compactMap { hidden in
            let shapes = steps(model.intermediateSize, grain.intermediate).map {
                WidthShape(hidden: hidden, intermediate: $0)
            }
            func distance(_ shape: WidthShape) -> Double { abs(Double(shape.parameters(of: model)) - wanted) }
            let nearest = shapes.min { distance($0) < distance($1) }
            return nearest.flatMap { distance($0) <= 0.025 * whole ? $0 : nil }
        }
    }
}
