import Kernels
import TestSupport
import Testing

@Suite struct ByteRowsTests {
    @Test("property: every instruction set gives the same bits, within the stated bound", arguments: UInt64(0)..<20)
    func agree(seed: UInt64) {
        var random = SeededGenerator(seed)
        let width = Int.random(in: 1...700, using: &random), count = Int.random(in: 1...70, using: &random)
        // Some elements at the ends of the range, where products of bytes are largest.
        func value(_ random: inout SeededGenerator) -> Float {
            Bool.random(using: &random)
                ? Float.random(in: -1...1, using: &random) : Bool.random(using: &random) ? 1 : -1
        }
        let rows = (0..<width * count).map { _ in value(&random) }, query = (0..<width).map { _ in value(&random) }
        let bytes = ByteRows(rows, width: width)
        let quantized = query.withUnsafeBufferPointer { ByteQuery($0) }
        let bound = bytes.errorBound(of: quantized)
        var results: [[Float]] = []
        for set in InstructionSet.available {
            var scores = [Float](repeating: .nan, count: count)
            scores.withUnsafeMutableBufferPointer { scores in
                if let base = scores.baseAddress {
                    bytes.scores(of: quantized, rows: 0..<count, into: base, instructions: set)
                }
            }
            results.append(scores)
        }
        for result in results { #expect(result == results[0]) }
        for row in 0..<count {
            let exact = (0..<width).reduce(0.0) { $0 + Double(rows[row * width + $1]) * Double(query[$1]) }
            #expect(abs(exact - Double(results[0][row])) <= Double(bound))
        }
    }

    @Test func zeroRowsScoreZero() {
        let bytes = ByteRows([Float](repeating: 0, count: 130), width: 65)
        var scores: [Float] = [9, 9]
        let query = [Float](repeating: 1, count: 65).withUnsafeBufferPointer { ByteQuery($0) }
        scores.withUnsafeMutableBufferPointer { scores in
            if let base = scores.baseAddress { bytes.scores(of: query, rows: 0..<2, into: base) }
        }
        #expect(scores == [0, 0])
    }
}
