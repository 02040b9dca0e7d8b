import Foundation
import Kernels

/// InfoNCE (arXiv 1807.03748, eq. 4): a query's state is to be nearer, by cosine, to the function that it wants than to
/// the other functions of its step.
///
/// `loss = mean over queries, and what each wants, of -log(exp(s+ / t) / (exp(s+ / t) + Σ exp(s- / t)))`, `s` a cosine,
/// `s-` those with functions that the query does not want. With several widths it is the mean over them, each taken of the
/// first numbers of the states alone (arXiv 2205.13147), so that vectors can be cut.
public struct ContrastiveLoss: Sendable, Hashable {
    public var temperature: Float
    /// Numbers of a vector.
    public var widths: [Int]

    public init(temperature: Float, widths: [Int]) { (self.temperature, self.widths) = (temperature, widths) }

    /// What states come to, and which way they should go.
    package struct Result {
        /// Mean over queries, in nats.
        package var loss = 0.0
        /// Queries whose nearest function, in the widest vectors, is one that they want.
        package var right = 0
        /// `[queries, hidden]` and `[documents, hidden]`
        package var querySlopes: [Float], documentSlopes: [Float]
    }

    /// Rows of numbers, `hidden` each.
    package struct States {
        package var numbers: [Float]
        package let hidden: Int
        package var count: Int { numbers.count / hidden }

        package init(_ numbers: [Float], hidden: Int) { (self.numbers, self.hidden) = (numbers, hidden) }

        /// The first numbers of each row at length 1, and the lengths before.
        fileprivate func unit(_ width: Int) -> (rows: [Float], lengths: [Float]) {
            var rows: [Float] = [], lengths: [Float] = []
            rows.reserveCapacity(count * width)
            for row in 0..<count {
                let kept = numbers[row * hidden..<row * hidden + width]
                let length = max(kept.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
                lengths.append(length)
                for number in kept { rows.append(number / length) }
            }
            return (rows, lengths)
        }
    }

    /// - Parameter wanted: of each query the places of what it wants among the documents; at least one.
    package func callAsFunction(_ queries: States, _ documents: States, wanted: [[Int]]) -> Result {
        var result = Result(
            querySlopes: [Float](repeating: 0, count: queries.numbers.count),
            documentSlopes: [Float](repeating: 0, count: documents.numbers.count))
        guard queries.count > 0, documents.count > 0 else { return result }
        let widest = widths.max() ?? queries.hidden
        for width in widths {
            let (q, d) = (queries.unit(width), documents.unit(width))
            var scores = [Float](repeating: 0, count: queries.count * documents.count)
            Self.multiply(
                q.rows, [queries.count, width], d.rows, [documents.count, width], transposed: (false, true),
                scale: 1 / temperature, into: &scores)
            if width == widest { result.right = Self.right(scores, documents.count, wanted) }
            // The scores become their own gradients.
            result.loss += Self.loss(&scores, documents.count, wanted, share: 1 / Float(widths.count))
            let shapes = (scores: [queries.count, documents.count], q: [queries.count, width])
            var slopes = [Float](repeating: 0, count: queries.count * width)
            Self.multiply(
                scores, shapes.scores, d.rows, [documents.count, width], transposed: (false, false),
                scale: 1 / temperature, into: &slopes)
            Self.add(slopes, of: q, width: width, to: &result.querySlopes, hidden: queries.hidden)
            slopes = [Float](repeating: 0, count: documents.count * width)
            Self.multiply(
                scores, shapes.scores, q.rows, shapes.q, transposed: (true, false), scale: 1 / temperature,
                into: &slopes)
            Self.add(slopes, of: d, width: width, to: &result.documentSlopes, hidden: documents.hidden)
        }
        return result
    }

    private static func right(_ scores: [Float], _ columns: Int, _ wanted: [[Int]]) -> Int {
        wanted.enumerated().count { row, wanted in
            let scores = scores[row * columns..<(row + 1) * columns]
            guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { return false }
            return wanted.contains(best - row * columns)
        }
    }

    /// The mean loss times the share; the scores become their gradients.
    private static func loss(_ scores: inout [Float], _ columns: Int, _ wanted: [[Int]], share: Float) -> Double {
        var total = 0.0
        for (row, wanted) in wanted.enumerated() {
            let range = row * columns..<(row + 1) * columns
            let values = scores[range].map(Double.init)
            let top = values.max() ?? 0
            let exponentials = values.map { exp($0 - top) }
            let others = exponentials.indices.reduce(0.0) { $0 + (wanted.contains($1) ? 0 : exponentials[$1]) }
            var slopes = [Double](repeating: 0, count: columns)
            for place in wanted {
                let sum = others + exponentials[place]
                total += (log(sum) + top - values[place]) / Double(wanted.count)
                slopes[place] += (exponentials[place] / sum - 1) / Double(wanted.count)
                for other in slopes.indices where !wanted.contains(other) {
                    slopes[other] += exponentials[other] / sum / Double(wanted.count)
                }
            }
            let scale = Double(share) / Double(scores.count / columns)
            for (place, slope) in zip(range, slopes) { scores[place] = Float(slope * scale) }
        }
        return total * Double(share) / Double(max(wanted.count, 1))
    }

    /// From the gradient of unit rows to that of the states: `(g - u (u · g)) / length`.
    private static func add(
        _ slopes: [Float], of unit: (rows: [Float], lengths: [Float]), width: Int, to sum: inout [Float], hidden: Int
    ) {
        for (row, length) in unit.lengths.enumerated() {
            let first = row * width
            var along: Float = 0
            for place in first..<first + width { along += slopes[place] * unit.rows[place] }
            for column in 0..<width {
                sum[row * hidden + column] += (slopes[first + column] - unit.rows[first + column] * along) / length
            }
        }
    }

    /// Shapes are those in memory.
    private static func multiply(
        _ a: [Float], _ aShape: [Int], _ b: [Float], _ bShape: [Int], transposed: (a: Bool, b: Bool), scale: Float,
        into out: inout [Float]
    ) {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                out.withUnsafeMutableBufferPointer { out in
                    guard let a = a.baseAddress, let b = b.baseAddress, let out = out.baseAddress else { return }
                    let first = DenseMatrix(a, rows: aShape[0], columns: aShape[1])
                    let second = DenseMatrix(b, rows: bShape[0], columns: bShape[1])
                    DenseProduct(
                        transposed.a ? first.transposed : first, transposed.b ? second.transposed : second,
                        scale: scale
                    ).run(into: out)
                }
            }
        }
    }
}
