import Foundation
import TestSupport
import Testing

import Training

@Suite struct VectorMathTests {
    @Test("within 3e-7 of exp from -87 to 88") func exponential() {
        for step in 0...35_000 {
            let x = -87 + Float(step) * 0.005
            let value = VectorMath.exponential(.init(repeating: x))[3]
            #expect(abs(Double(value) / exp(Double(x)) - 1) < 3e-7, "exp(\(x))")
        }
        #expect(VectorMath.exponential(.zero)[0] == 1)
        #expect(VectorMath.exponential(.init(repeating: -1e30))[0] < 1e-37)
    }

    @Test("property: a softmax sums to one and has its log-sum, whatever its length", arguments: 1..<40)
    func softmax(count: Int) {
        var random = SeededGenerator(UInt64(count))
        let x = (0..<count).map { _ in Float.random(in: -30...30, using: &random) }
        var row = x + [99]
        let logSum = row.withUnsafeMutableBufferPointer { row in
            row.baseAddress.map { VectorMath.softmax($0, count: count) } ?? .nan
        }
        let expected = log(x.reduce(0) { $0 + exp(Double($1)) })
        #expect(abs(Double(logSum) - expected) < 1e-5)
        for (value, x) in zip(row, x) { #expect(abs(Double(value) - exp(Double(x) - expected)) < 1e-6) }
        #expect(row[count] == 99)
    }
}
