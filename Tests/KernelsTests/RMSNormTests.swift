import Kernels
import TestSupport
import Testing

@Suite struct RMSNormTests {
    @Test("against double, any width, also in place", arguments: InstructionSet.available)
    func matches(instructions: InstructionSet) {
        var random = SeededGenerator(7)
        let pool = WorkerPool(threads: 2, instructionSet: instructions)
        for width in [1, 15, 16, 17, 64, 896, 1000] {
            let rows = 40
            let x = (0..<rows * width).map { _ in Float.random(in: -9...9, using: &random) }
            let weight = (0..<width).map { _ in Float.random(in: -2...2, using: &random) }
            var out = [Float](repeating: 0, count: x.count), inPlace = x
            out.withUnsafeMutableBufferPointer { out in
                guard let out = out.baseAddress else { return }
                rmsNorm(
                    x, weight: weight, epsilon: 1e-6, rows: rows, width: width, into: out, on: pool)
            }
            inPlace.withUnsafeMutableBufferPointer { x in
                guard let x = x.baseAddress else { return }
                rmsNorm(
                    x, weight: weight, epsilon: 1e-6, rows: rows, width: width, into: x, on: pool)
            }
            #expect(out == inPlace)
            for row in 0..<rows {
                let values = x[row * width..<(row + 1) * width].map(Double.init)
                let mean = values.reduce(0) { $0 + $1 * $1 } / Double(width)
                for (index, value) in values.enumerated() {
                    let expected = value / (mean + 1e-6).squareRoot() * Double(weight[index])
                    #expect(abs(Double(out[row * width + index]) - expected) <= 2e-6 * abs(expected) + 1e-12)
                }
            }
        }
    }

    @Test("each head by itself, queries and keys by weights of their own; what follows them stays")
    func heads() {
        var random = SeededGenerator(8)
        let (pool, rows, heads, kvHeads, size) = (WorkerPool(threads: 2), 9, 4, 2, 32), stride = 8 * 32
        let weights = (0..<2).map { _ in (0..<size).map { _ in Float.random(in: -2...2, using: &random) } }
        let x = (0..<rows * stride).map { _ in Float.random(in: -9...9, using: &random) }
        let norm = HeadNorm(query: weights[0], key: weights[1], heads: heads, kvHeads: kvHeads, epsilon: 1e-6)
        var normed = x
        normed.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { norm.apply(base, rows: rows, stride: stride, on: pool) }
        }
        for row in 0..<rows {
            for head in 0..<heads + kvHeads {
                let first = row * stride + head * size, weight = weights[head < heads ? 0 : 1]
                let mean = x[first..<first + size].reduce(0.0) { $0 + Double($1) * Double($1) } / Double(size)
                for place in 0..<size {
                    let expected = Double(x[first + place]) / (mean + 1e-6).squareRoot() * Double(weight[place])
                    #expect(abs(Double(normed[first + place]) - expected) <= 2e-6 * abs(expected) + 1e-12)
                }
            }
            let values = row * stride + (heads + kvHeads) * size..<(row + 1) * stride
            #expect(normed[values] == x[values])
        }
    }
}
