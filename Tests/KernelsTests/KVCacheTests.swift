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
