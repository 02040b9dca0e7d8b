import Kernels
import TestSupport
import Testing

/// Every kernel of this machine against attention in double.
@Suite struct AttentionParityTests {
    /// heads, KV heads, head size, block size
    static let shapes: [(Int, Int, Int, Int)] = [
        (14, 2, 64, 32), (12, 2, 128, 32), (9, 3, 64, 16), (4, 4, 32, 32), (5, 1, 16, 16), (6, 2, 80, 32),
        (8, 1, 96, 16), (2, 2, 112, 32), (32, 32, 64, 32),
    ]
    /// Context lengths around the boundaries of panels, blocks and chunks.
    static let lengths = [1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 200]

    @Test(arguments: InstructionSet.available, shapes)
    func matches(instructions: InstructionSet, shape: (Int, Int, Int, Int)) throws {
        for element in KVCacheShape.Element.allCases {
            let (heads, kvHeads, headSize, blockSize) = shape
            let model = try AttentionModel(
                heads: heads, kvHeads: kvHeads, headSize: headSize, blockSize: blockSize, element: element,
                blocks: 96, instructions: instructions, seed: 11)
            var random = SeededGenerator(UInt64(headSize))
            let pieces = Self.lengths.shuffled(using: &random).prefix(6).map { length in
                let rows = Int.random(in: 1...min(length, 20), using: &random)
                return (model.makeSequence(tokens: length), length - rows..<length)
            }
            let rounding = AttentionModel.Rounding(element, on: instructions)
            let worst = worstError(model, pieces, model.attend(pieces), rounding)
            #expect(worst < rounding.tolerance(1e-5), "\(instructions) \(element) \(shape): \(worst)")
        }
    }

    @Test(
        "large, equal and lopsided scores, even beyond what f32 holds", arguments: InstructionSet.available,
        [Float(0), 1e-20, 30, 1000, 1e18, 1e37])
    func extremes(instructions: InstructionSet, scale: Float) throws {
        for element in KVCacheShape.Element.allCases {
            let model = try AttentionModel(
                heads: 4, kvHeads: 2, headSize: 64, element: element, instructions: instructions, seed: 3)
            let pieces = [(model.makeSequence(tokens: 150, scale: scale), 120..<150)]
            let result = model.attend(pieces)
            #expect(result.allSatisfy { $0.allSatisfy(\.isFinite) })
            // A score of 1e6 has an f32 error of 0.1 and its weight is off by as much: compare only what is exact.
            let rounding = AttentionModel.Rounding(element, on: instructions)
            // With int8 a query that lies between two levels tips such scores too.
            guard scale < (rounding == .int8 ? 10 : 100) else { continue }
            let worst = worstError(model, pieces, result, rounding)
            #expect(worst < rounding.tolerance(1e-3), "\(instructions) \(element) \(scale): \(worst)")
        }
    }

    @Test("queries that are no numbers yield numbers", arguments: InstructionSet.available)
    func noNumbers(instructions: InstructionSet) throws {
        for element in KVCacheShape.Element.allCases {
            let model = try AttentionModel(
                heads: 4, kvHeads: 2, headSize: 64, element: element, instructions: instructions, seed: 5)
            var sequence = model.makeSequence(tokens: 70)
            for row in sequence.rows.indices { for index in 0..<4 * 64 { sequence.rows[row][index] = .nan } }
            let result = model.attend([(sequence, 0..<70)])
            #expect(result.allSatisfy { $0.allSatisfy(\.isFinite) }, "\(instructions) \(element)")
        }
    }

    @Test("the largest levels do not saturate", arguments: InstructionSet.available)
    func largestLevels(instructions: InstructionSet) throws {
        let model = try AttentionModel(
            heads: 4, kvHeads: 2, headSize: 128, element: .int8, instructions: instructions, seed: 6)
        var sequence = model.makeSequence(tokens: 150)
        // Queries, keys and values of one size each, signs by token: exact in levels, and scores within 2 of each other.
        for position in sequence.rows.indices {
            for index in sequence.rows[position].indices {
                let sign: Float = position % 3 == 0 ? -1 : 1
                sequence.rows[position][index] = index < 4 * 128 ? 0.25 : index < 6 * 128 ? sign * 0.25 : sign * 2
            }
        }
        model.store(sequence, from: 0)
        let pieces = [(sequence, 100..<150)]
        let worst = worstError(model, pieces, model.attend(pieces), .int8)
        #expect(worst < 0.01, "\(instructions): \(worst)")
    }

    @Test("int8: the same bits with AVX2 and AVX-512", arguments: shapes)
    func sameWithVectors(shape: (Int, Int, Int, Int)) throws {
        let results = try InstructionSet.available.filter { $0 == .avx2 || $0 == .avx512 }.map { instructions in
            let model = try AttentionModel(
                heads: shape.0, kvHeads: shape.1, headSize: shape.2, blockSize: shape.3, element: .int8, blocks: 96,
                instructions: instructions, seed: 21)
            return model.attend([(model.makeSequence(tokens: 150), 100..<150)])
        }
        for other in results.dropFirst() { #expect(other == results[0]) }
    }

    /// Largest error over the size of a result's terms.
    private func worstError(
        _ model: AttentionModel, _ pieces: [(AttentionModel.Sequence, Range<Int>)], _ result: [[Float]],
        _ rounding: AttentionModel.Rounding
    ) -> Double {
        var worst = 0.0, row = 0
        for (sequence, range) in pieces {
            for position in range {
                let (expected, size) = model.reference(sequence, at: position, rounding)
                for (index, value) in result[row].enumerated() {
                    let error = abs(Double(value) - expected[index]) / (size[index] + 1e-30)
                    worst = error.isNaN ? .infinity : max(worst, error)
                }
                row += 1
            }
        }
        return worst
    }
}
