import Kernels
import ModelFiles

/// How large each channel gets on a text, as the root of its sum of squares over tokens.
///
/// Embedding: outputs of the norms before attention and feed-forward, each norm's channels scaled to length 1 and summed,
/// so that no layer outweighs the others. Intermediate: gate and up before the activation, for each layer on its own.
public struct ChannelImportance: Sendable, Hashable {
    /// `[hidden]`
    public let embedding: [Double]
    /// `[layers][intermediate]`
    public let inner: [[Double]]

    public init(embedding: [Double], inner: [[Double]]) { (self.embedding, self.inner) = (embedding, inner) }

    /// The most important channels, as many as a shape has.
    public func cut(_ shape: WidthShape, of model: ModelDescription) -> Cut {
        var cut = Cut(whole: model)
        cut.channels = Self.most(important: shape.hidden, embedding)
        cut.inner = inner.map { Self.most(important: shape.intermediate, $0) }
        return cut
    }

    /// Ascending; of equals the lower ones.
    static func most(important count: Int, _ values: [Double]) -> [Int] {
        values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }.prefix(count).sorted()
    }

    /// Sums of squares by column.
    package struct Squares {
        private(set) var values: [Double]

        package init(width: Int) { values = [Double](repeating: 0, count: width) }

        /// `x`: rows of `stride` numbers, of which the first count, as many as there are columns.
        package mutating func add(_ x: UnsafePointer<Float>, rows: Int, stride: Int) {
            let width = values.count
            var part = [Float](repeating: 0, count: width)
            part.withUnsafeMutableBufferPointer { part in
                guard let part = part.baseAddress else { return }
                for row in 0..<rows {
                    let x = x + row * stride
                    for column in 0..<width { part[column] += x[column] * x[column] }
                }
            }
            for column in 0..<width { values[column] += Double(part[column]) }
        }

        /// Roots, scaled to length 1; zeros stay.
        package var unitRoots: [Double] {
            let length = values.reduce(0, +).squareRoot()
            return values.map { length > 0 ? $0.squareRoot() / length : 0 }
        }
    }
}
