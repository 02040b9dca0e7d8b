import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct RotaryEmbeddingTests {
    @Test("both pairings against the formula in double", arguments: InstructionSet.available)
    func matches(instructions: InstructionSet) {
        var random = SeededGenerator(2)
        let pool = WorkerPool(threads: 2, instructionSet: instructions)
        for pairing in [RotaryEmbedding.Pairing.halves, .adjacent] {
            for (headSize, heads, extra) in [(64, 16, 128), (128, 3, 0), (16, 1, 5), (80, 4, 7)] {
                let rotary = RotaryEmbedding(
                    headSize: headSize, base: 1_000_000, pairing: pairing, maximumPosition: 2000)
                let stride = heads * headSize + extra
                let positions: [Int32] = [0, 1, 511, 512, 1999, 77], rows: [Int32] = [5, 0, 3, 1, 2, 6]
                let x = (0..<7 * stride).map { _ in Float.random(in: -4...4, using: &random) }
                var turned = x
                turned.withUnsafeMutableBufferPointer { turned in
                    guard let base = turned.baseAddress else { return }
                    rotary.apply(
                        base, stride: stride, heads: heads, rows: rows, positions: positions, on: pool)
                }
                var expected = x.map(Double.init)
                for (row, position) in zip(rows, positions) {
                    for head in 0..<heads {
                        for pair in 0..<headSize / 2 {
                            let angle = Double(position) * pow(1e6, -2 * Double(pair) / Double(headSize))
                            let start = Int(row) * stride + head * headSize
                            let (first, second) =
                                pairing == .halves
                                ? (start + pair, start + pair + headSize / 2)
                                : (start + 2 * pair, start + 2 * pair + 1)
                            let (a, b) = (Double(x[first]), Double(x[second]))
                            expected[first] = a * cos(angle) - b * sin(angle)
                            expected[second] = b * cos(angle) + a * sin(angle)
                        }
                    }
                }
                let worst = zip(turned, expected).map { abs(Double($0) - $1) }.max() ?? 0
                #expect(worst < 2e-6, "\(pairing) \(headSize): \(worst)")
                #expect(Array(turned[4 * stride..<5 * stride]) == Array(x[4 * stride..<5 * stride]))
            }
        }
    }

    @Test("factors multiply what was turned", arguments: InstructionSet.available)
    func factors(instructions: InstructionSet) throws {
        let shape = try KVCacheShape(layers: 1, kvHeads: 1, headSize: 32)
        let plan = AttentionPlan(
            segments: [AttentionSegment(firstRow: 0, rows: 5, position: 30, blockTable: [4, 5])], heads: 2,
            shape: shape,
            threads: 2)
        let pool = WorkerPool(threads: 1, instructionSet: instructions)
        let factors = (0..<96).map { Float($0 % 7) - 3 }
        for pairing in [RotaryEmbedding.Pairing.halves, .adjacent] {
            let rotary = RotaryEmbedding(headSize: 32, base: 10_000, pairing: pairing, maximumPosition: 64)
            func turned(_ factors: [Float]?) -> [Float] {
                var x = (0..<5 * 100).map { Float($0 % 17) }
                x.withUnsafeMutableBufferPointer {
                    guard let base = $0.baseAddress else { return }
                    rotary.apply(base, stride: 100, heads: 3, plan: plan, factors: factors, on: pool)
                }
                return x
            }
            let expected = turned(nil).enumerated().map { $1 * ($0 % 100 < 96 ? factors[$0 % 100] : 1) }
            #expect(turned(factors) == expected)
        }
    }

    @Test("segments and plan turn alike") func segments() throws {
        let shape = try KVCacheShape(layers: 1, kvHeads: 1, headSize: 32)
        let segments = [
            AttentionSegment(firstRow: 2, rows: 3, position: 30, blockTable: [4, 5]),
            AttentionSegment(firstRow: 0, rows: 2, position: 0, blockTable: [1]),
        ]
        let plan = AttentionPlan(segments: segments, heads: 2, shape: shape, threads: 2)
        let rotary = RotaryEmbedding(headSize: 32, base: 10_000, pairing: .halves, maximumPosition: 64)
        let pool = WorkerPool(threads: 1)
        var a = (0..<5 * 96).map { Float($0 % 17) }, b = a
        a.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { rotary.apply(base, stride: 96, heads: 3, plan: plan, on: pool) }
        }
        b.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { rotary.apply(base, stride: 96, heads: 3, segments: segments, on: pool) }
        }
        #expect(a == b && a != (0..<5 * 96).map { Float($0 % 17) })
    }
}
