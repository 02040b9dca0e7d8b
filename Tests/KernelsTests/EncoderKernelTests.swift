import Foundation
import Kernels
import TestSupport
import Testing

/// The encoder's kernels against their formulas in double, on every instruction set of the machine.
@Suite struct EncoderKernelTests {
    private func random(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    private func pool(_ set: InstructionSet) -> WorkerPool { WorkerPool(threads: 2, instructionSet: set) }

    @Test(arguments: InstructionSet.available, [1, 2, 5, 12, 13, 31, 300]) func products(
        set: InstructionSet, rows: Int
    ) {
        var generator = SeededGenerator(UInt64(rows))
        for (outputs, inputs) in [(32, 16), (70, 33), (5, 100), (48, 7)] {
            let weights = random(outputs * inputs, &generator), bias = random(outputs, &generator)
            let (x, before) = (random(rows * inputs, &generator), random(rows * outputs, &generator))
            let pool = pool(set)
            let matrix = PackedFloats(outputs: outputs, inputs: inputs, on: pool) { range, into in
                for index in 0..<range.count * inputs { into[index] = weights[range.lowerBound * inputs + index] }
            }
            for epilogue in [FloatEpilogue.store, .add, .gelu] {
                var out = before
                multiply(x, rows: rows, by: matrix, bias: bias, epilogue, into: &out, on: pool)
                for row in 0..<rows {
                    for output in 0..<outputs {
                        var sum = Double(bias[output])
                        for input in 0..<inputs {
                            sum += Double(x[row * inputs + input]) * Double(weights[output * inputs + input])
                        }
                        if epilogue == .add { sum += Double(before[row * outputs + output]) }
                        if epilogue == .gelu { sum = sum * (1 + erf(sum / 2.0.squareRoot())) / 2 }
                        #expect(abs(Double(out[row * outputs + output]) - sum) < 1e-5, "\(outputs) x \(inputs)")
                    }
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available) func geluOverItsRange(set: InstructionSet) {
        let x = (-4000...4000).map { Float($0) / 300 } + [-100, 100, 1e30, -1e30]
        var out = x
        gelu(&out, count: out.count, on: pool(set))
        for (x, y) in zip(x, out) {
            let exact = Double(x) * (1 + erf(Double(x) / 2.0.squareRoot())) / 2
            #expect(abs(Double(y) - exact) <= 4e-7 * max(1, abs(Double(x))), "\(x)")
        }
    }

    @Test(arguments: InstructionSet.available, [1, 15, 16, 384, 1025]) func layerNorms(set: InstructionSet, width: Int)
    {
        var generator = SeededGenerator(UInt64(width))
        let x = random(3 * width, &generator).map { $0 * 10 + 3 }
        let (weight, bias) = (random(width, &generator), random(width, &generator))
        var out = x
        layerNorm(x, weight: weight, bias: bias, epsilon: 1e-5, rows: 3, width: width, into: &out, on: pool(set))
        for row in 0..<3 {
            let values = x[row * width..<(row + 1) * width].map(Double.init)
            let mean = values.reduce(0, +) / Double(width)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            for index in 0..<width {
                let exact = (values[index] - mean) / (variance + 1e-5).squareRoot() * Double(weight[index])
                #expect(abs(Double(out[row * width + index]) - exact - Double(bias[index])) < 1e-4)
            }
        }
    }

    @Test(arguments: InstructionSet.available, [false, true]) func attention(set: InstructionSet, isCausal: Bool) {
        var generator = SeededGenerator(5)
        for (heads, kvHeads, headSize, lengths) in [
            (2, 2, 32, [1, 3, 17, 70]), (6, 2, 16, [5, 130]), (1, 1, 64, [64]),
        ] {
            let attention = SequenceAttention(heads: heads, kvHeads: kvHeads, headSize: headSize, isCausal: isCausal)
            let rows = lengths.reduce(0, +), width = attention.fusedWidth
            let fused = random(rows * width, &generator).map { $0 * 3 }
            var out = [Float](repeating: .nan, count: rows * heads * headSize)
            attention(fused, lengths: lengths, into: &out, on: pool(set))
            var start = 0
            for length in lengths {
                for (token, head) in (0..<length).flatMap({ token in (0..<heads).map { (token, $0) } }) {
                    let exact = exact(
                        fused, width, start: start, seen: isCausal ? token + 1 : length, token: token,
                        query: head * headSize, key: (heads + head * kvHeads / heads) * headSize,
                        value: (heads + kvHeads + head * kvHeads / heads) * headSize, headSize)
                    for d in 0..<headSize {
                        let found = out[((start + token) * heads + head) * headSize + d]
                        #expect(abs(Double(found) - exact[d]) < 1e-4, "token \(token) of \(length), head \(head)")
                    }
                }
                start += length
            }
        }
    }

    private func exact(
        _ fused: [Float], _ width: Int, start: Int, seen: Int, token: Int, query: Int, key: Int, value: Int,
        _ headSize: Int
    ) -> [Double] {
        let scores = (0..<seen).map { other in
            (0..<headSize).reduce(0.0) { sum, d in
                sum + Double(fused[(start + token) * width + query + d])
                    * Double(fused[(start + other) * width + key + d])
            } / Double(headSize).squareRoot()
        }
        let most = scores.max() ?? 0
        let weights = scores.map { exp($0 - most) }
        let sum = weights.reduce(0, +)
        return (0..<headSize).map { d in
            (0..<seen).reduce(0.0) { $0 + weights[$1] / sum * Double(fused[(start + $1) * width + value + d]) }
        }
    }
}
