import Kernels
import TestSupport
import Testing

@Suite struct KVCacheTests {
    static let refused: [(KVCacheError, Int, Int, Int)] = [
        (.blockSize(8), 2, 64, 8), (.blockSize(0), 2, 64, 0), (.headSize(24), 2, 24, 32), (.headSize(0), 2, 0, 32),
        (.headSize(2048), 2, 2048, 32), (.count("kvHeads", 0), 0, 64, 32), (.count("kvHeads", 65537), 65537, 64, 32),
    ]
    @Test(arguments: refused) func refuses(error: KVCacheError, kvHeads: Int, headSize: Int, blockSize: Int) {
        #expect(throws: error) {
            try KVCacheShape(layers: 2, kvHeads: kvHeads, headSize: headSize, blockSize: blockSize)
        }
    }

    @Test(arguments: [0, -1, Int.max, Int.max / 1000, Int(Int32.max) + 1]) func refusesBlocks(blocks: Int) throws {
        let shape = try KVCacheShape(layers: 2, kvHeads: 2, headSize: 64)
        #expect(throws: KVCacheError.blocks(blocks, bytesPerBlock: shape.bytesPerBlock)) {
            try KVCache(shape: shape, blocks: blocks)
        }
    }

    @Test func sizes() throws {
        let shape = try KVCacheShape(layers: 24, kvHeads: 2, headSize: 64)
        #expect(shape.bytesPerBlock == 24 * 2 * 2 * 32 * 64 * 2)
        #expect(shape.bytesPerToken == 12 << 10)
        let bytes = try KVCacheShape(layers: 24, kvHeads: 2, headSize: 64, element: .int8)
        #expect(bytes.bytesPerToken == 24 * 2 * (2 * 64 + 3 * 4))
        #expect(try KVCache(shape: shape, blocks: 10_000).bytes == 10_000 * shape.bytesPerBlock)
    }

    @Test(
        "stored rows are read back, rounded to nearest even", arguments: [KVCacheShape.Element.bf16, .f32], [16, 32])
    func roundTrip(element: KVCacheShape.Element, blockSize: Int) throws {
        let model = try AttentionModel(
            heads: 2, kvHeads: 2, headSize: 48, blockSize: blockSize, element: element, seed: 4)
        let sequence = model.makeSequence(tokens: 75)
        for (position, row) in sequence.rows.enumerated() {
            let stored = model.cache.read(
                layer: 1, block: Int(sequence.table[position / blockSize]), slot: position % blockSize)
            let rounded = element == .bf16 ? row.map(roundedToBF16) : row
            #expect(stored.keys == Array(rounded[96..<192]) && stored.values == Array(rounded[192..<288]))
        }
        // The last block is as full as it should be, and layer 0 untouched.
        let last = model.cache.read(layer: 1, block: Int(sequence.table[75 / blockSize]), slot: 75 % blockSize)
        #expect(last.keys.allSatisfy { $0 == 0 } && last.values.allSatisfy { $0 == 0 })
        #expect(model.cache.read(layer: 0, block: Int(sequence.table[0]), slot: 0).keys.allSatisfy { $0 == 0 })
    }

    @Test("int8: every element within half a level of the token's largest", arguments: [16, 32])
    func levels(blockSize: Int) throws {
        let model = try AttentionModel(
            heads: 2, kvHeads: 2, headSize: 48, blockSize: blockSize, element: .int8, seed: 4)
        var sequence = model.makeSequence(tokens: 75)
        // One token of zeros, one too small to count, one as large as can be, some far apart.
        for (position, scale) in [(3, 0), (20, 1e-38), (40, 1e38), (41, 1e-20), (74, 1e20)] as [(Int, Float)] {
            for index in sequence.rows[position].indices { sequence.rows[position][index] *= scale }
        }
        model.store(sequence, from: 0)
        for (position, row) in sequence.rows.enumerated() {
            let stored = model.cache.read(
                layer: 1, block: Int(sequence.table[position / blockSize]), slot: position % blockSize)
            for head in 0..<4 {
                let wanted = row[(2 + head) * 48..<(3 + head) * 48]
                let found =
                    head < 2
                    ? stored.keys[head * 48..<(head + 1) * 48] : stored.values[(head - 2) * 48..<(head - 1) * 48]
                let largest = wanted.map(\.magnitude).max() ?? 0
                let level = largest > 0x1p-100 ? largest / 127 : 2 * largest
                #expect(zip(wanted, found).allSatisfy { ($0 - $1).magnitude <= 0.501 * level }, "\(position) \(head)")
            }
        }
    }

    @Test("int8: what is not finite becomes finite") func levelsOfNoNumbers() throws {
        let model = try AttentionModel(heads: 1, kvHeads: 1, headSize: 16, element: .int8, seed: 4)
        var sequence = model.makeSequence(tokens: 1)
        let values: [Float] = [.infinity, -.infinity, .nan, 1] + Array(repeating: 0, count: 12)
        sequence.rows = [values + values + values]
        model.store(sequence, from: 0)
        let stored = model.cache.read(layer: 1, block: Int(sequence.table[0]), slot: 0)
        #expect((stored.keys + stored.values).allSatisfy { $0.isFinite })
        #expect(stored.keys[0] > 1e38 && stored.keys[1] < -1e38)
        #expect(stored.values[4...].allSatisfy { $0 == 0 })
    }

    @Test("ties, subnormals and what is not finite")
    func rounding() throws {
        let model = try AttentionModel(heads: 1, kvHeads: 1, headSize: 16, seed: 4)
        let values: [Float] = [
            1 + 0x1p-8, 1 + 3 * 0x1p-8, 1 + 0x1p-8 + 0x1p-20, -1 - 0x1p-8, 0x1p-149, -0.0, .infinity, -.infinity,
            .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .nan, 65504, 0x1p-126, 3, 0.1, -0.1,
        ]
        let largest = Float(bitPattern: 0x7F7F_0000)
        var sequence = model.makeSequence(tokens: 1)
        sequence.rows = [values + values + values]
        model.store(sequence, from: 0)
        let stored = model.cache.read(layer: 1, block: Int(sequence.table[0]), slot: 0)
        let expected: [Float] = [
            1, 1 + 4 * 0x1p-8, 1 + 2 * 0x1p-8, -1, 0, -0.0, largest, -largest, largest, -largest, largest, 65536,
            0x1p-126, 3, roundedToBF16(0.1), roundedToBF16(-0.1),
        ]
        #expect(stored.keys == expected && stored.values == expected)
    }

    @Test("a copied block is equal in every layer, and its owner may write it") func copies() throws {
        let model = try AttentionModel(heads: 14, kvHeads: 2, headSize: 64, seed: 6)
        let sequence = model.makeSequence(tokens: 40)
        let (source, target) = (Int(sequence.table[1]), Int(sequence.table[0]))
        let sum = model.cache.checksum(block: source)
        #expect(model.cache.checksum(block: target) != sum)
        model.cache.copyBlock(from: source, to: target)
        #expect(model.cache.checksum(block: target) == sum)
        model.cache.copyBlock(from: target, to: target)
        var fork = sequence
        fork.table = [Int32(source), Int32(target)]
        fork.rows[39][14 * 64] += 1
        model.store(fork, from: 39)
        #expect(model.cache.checksum(block: source) == sum)
        #expect(model.cache.checksum(block: target) != sum)
    }
}
