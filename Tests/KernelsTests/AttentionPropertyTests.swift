import Kernels
import TestSupport
import Testing

/// A row's result depends on its query and its context alone, bit for bit.
@Suite struct AttentionPropertyTests {
    /// Instruction set, heads, KV heads, head size, block size, element.
    static let cases: [(InstructionSet, Int, Int, Int, Int, KVCacheShape.Element)] =
        InstructionSet.available.flatMap { set in
            [
                (set, 14, 2, 64, 32, .bf16), (set, 6, 2, 128, 16, .bf16), (set, 4, 4, 48, 32, .f32),
                (set, 14, 2, 64, 32, .int8), (set, 6, 2, 80, 16, .int8),
            ]
        }

    @Test("any batch, any cut, shared or not, any threads", arguments: cases)
    func invariant(
        _ set: InstructionSet, heads: Int, kvHeads: Int, headSize: Int, block: Int, element: KVCacheShape.Element
    )
        throws
    {
        let model = try AttentionModel(
            heads: heads, kvHeads: kvHeads, headSize: headSize, blockSize: block, element: element, blocks: 160,
            instructions: set, seed: 5
        )
        var random = SeededGenerator(UInt64(heads))
        let prefix = model.makeSequence(tokens: 300)
        // Some share 256 tokens, some 128 of them, some nothing; the lengths lie around boundaries.
        let sequences = [257, 300, 310, 321, 129, 190, 64, 65, 1, 33].enumerated().map { index, length in
            model.makeSequence(tokens: length, prefix: prefix, prefixTokens: index < 4 ? 256 : index < 6 ? 128 : 0)
        }
        // One by one, alone: decode.
        let alone = sequences.map { sequence in
            sequence.rows.indices.map { model.attend([(sequence, $0..<$0 + 1)])[0] }
        }
        let single = WorkerPool(threads: 1, instructionSet: set)
        let triple = WorkerPool(threads: 3, instructionSet: set)
        for pool in [single, triple] {
            for _ in 0..<4 {
                var pieces: [(AttentionModel.Sequence, Range<Int>)] = [], expected: [[Float]] = []
                for (index, sequence) in sequences.enumerated() where Bool.random(using: &random) {
                    let count = sequence.rows.count
                    let begin = Bool.random(using: &random) ? count - 1 : Int.random(in: 0..<count, using: &random)
                    let end = Int.random(in: begin + 1...count, using: &random)
                    pieces.append((sequence, begin..<end))
                    expected += alone[index][begin..<end]
                }
                let result = model.attend(pieces, on: pool)
                #expect(result.count == expected.count && zip(result, expected).allSatisfy(sameBits))
            }
        }
    }

    @Test("the same tokens in other blocks give the same bits") func blocks() throws {
        let model = try AttentionModel(heads: 14, kvHeads: 2, headSize: 64, seed: 8)
        let first = model.makeSequence(tokens: 200)
        var second = model.makeSequence(tokens: 200)
        second.rows = first.rows
        model.store(second, from: 0)
        let (a, b) = (model.attend([(first, 150..<200)]), model.attend([(second, 150..<200), (first, 0..<10)]))
        #expect(zip(a, b).allSatisfy(sameBits))
    }

    @Test(
        "what a former owner left in a block does not show", arguments: InstructionSet.available,
        [KVCacheShape.Element.bf16, .int8])
    func stale(set: InstructionSet, element: KVCacheShape.Element) throws {
        let model = try AttentionModel(
            heads: 14, kvHeads: 2, headSize: 64, element: element, blocks: 8, instructions: set, seed: 9)
        let clean = model.makeSequence(tokens: 70)
        let expected = model.attend([(clean, 60..<70)])
        for garbage: Float in [3e38, .infinity, .nan, -1e30] {
            var former = clean
            former.rows = Array(repeating: Array(repeating: garbage, count: model.rowWidth), count: 96)
            model.store(former, from: 0)
            model.store(clean, from: 0)
            let result = model.attend([(clean, 60..<70)])
            #expect(zip(result, expected).allSatisfy(sameBits), "after \(garbage)")
        }
    }

    private func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern && $0.isFinite }
    }
}
