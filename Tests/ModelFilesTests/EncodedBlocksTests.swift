import Foundation
import ModelFiles
import TestSupport
import Testing

/// Blocks that are written, against those of the gguf package and of ggml (`Fixtures/make_encoded.py`).
@Suite struct EncodedBlocksTests {
    private static func tensor(_ name: String) throws -> Tensor {
        let file = try GGUFFile(file: MappedFile(path: TestFiles.fixture("encoded.gguf").path))
        return try #require(file.tensors.first { $0.name == name })
    }

    private static func encoded(_ type: TensorType, _ numbers: [Float]) -> [UInt8] {
        let blocks = numbers.count / type.blockSize
        return [UInt8](unsafeUninitializedCapacity: blocks * type.bytesPerBlock) { buffer, initialized in
            initialized = blocks * type.bytesPerBlock
            guard let output = buffer.baseAddress else { return }
            EncodedBlocks.encode(type, numbers, count: blocks, into: UnsafeMutableRawPointer(output))
        }
    }

    /// What a file with these blocks is read as.
    private static func decoded(_ type: TensorType, _ bytes: [UInt8], columns: Int) throws -> [Float] {
        let folder = try TemporaryFolder(), path = folder.path + "/one.gguf"
        let rows = bytes.count / (columns / type.blockSize * type.bytesPerBlock)
        let entry = GGUFWriter.Entry(name: "one", type: type, shape: [rows, columns]) { try $0(.init(bytes)) }
        try GGUFWriter(metadata: [], entries: [entry]).write(to: path)
        return try #require(try GGUFFile(file: MappedFile(path: path)).tensors.first).dequantized()
    }

    private static func squaredError(_ a: some Sequence<Float>, _ b: some Sequence<Float>) -> Double {
        zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    }

    @Test("parity: bit for bit as the gguf package", arguments: [TensorType.f16, .bf16, .q4_0, .q5_0, .q8_0])
    func equalsTheReference(type: TensorType) throws {
        let numbers = try Self.tensor("numbers").dequantized(), expected = try Self.tensor(type.rawValue)
        #expect(numbers.count == 12 * 256 && expected.type == type)
        #expect(Self.encoded(type, numbers) == expected.withBytes(ofRows: 0..<12) { Array($0) })
    }

    @Test("parity: no farther from the numbers than ggml's own blocks", arguments: [TensorType.q4_K, .q6_K])
    func isAsNearAsGGML(type: TensorType) throws {
        let numbers = try Self.tensor("numbers").dequantized()
        let theirs = try Self.tensor(type.rawValue.lowercased()).dequantized()
        let ours = try Self.decoded(type, Self.encoded(type, numbers), columns: 256)
        for row in 0..<12 {
            let range = row * 256..<(row + 1) * 256
            let (own, other) = (
                Self.squaredError(ours[range], numbers[range]), Self.squaredError(theirs[range], numbers[range])
            )
            #expect(own <= 1.03 * other + 1e-20, "row \(row): \(own) and \(other)")
        }
    }

    /// How far a number may be off, as a share of its block's largest.
    static let bounds: [(TensorType, Float)] = [
        (.f32, 0), (.f16, 0.0005), (.bf16, 0.004), (.q8_0, 0.0045), (.q5_0, 0.0635), (.q4_0, 0.1255), (.q6_K, 0.045),
        (.q4_K, 0.2),
    ]

    @Test("law: random matrices come back as near as their type allows", arguments: bounds)
    func comesBack(type: TensorType, bound: Float) throws {
        for seed in UInt64(0)..<20 {
            var random = SeededGenerator(seed)
            let size = Int.random(in: 0...12, using: &random), columns = 256 * Int.random(in: 1...3, using: &random)
            let numbers = (0..<5 * columns).map { _ -> Float in
                let number = Float.random(in: -1...1, using: &random)
                return number * number * number * Float(sign: .plus, exponent: size, significand: 1)
            }
            let back = try Self.decoded(type, Self.encoded(type, numbers), columns: columns)
            let width = max(32, type.blockSize)
            for start in stride(from: 0, to: numbers.count, by: width) {
                let block = start..<start + width
                let largest = numbers[block].reduce(0) { max($0, abs($1)) }
                let worst = zip(numbers[block], back[block]).reduce(0) { max($0, abs($1.0 - $1.1)) }
                #expect(worst <= bound * largest, "seed \(seed)")
            }
        }
    }

    @Test("law: numbers that a type can hold stay as they are") func exact() throws {
        var random = SeededGenerator(4)
        for (type, levels) in [(TensorType.q8_0, -127...127), (.q5_0, -16...15), (.q4_0, -8...7)] {
            var numbers = (0..<512).map { _ in Float(Int.random(in: levels, using: &random)) * 0.125 }
            for block in stride(from: 0, to: 512, by: 32) { numbers[block] = Float(levels.lowerBound) * 0.125 }
            #expect(try Self.decoded(type, Self.encoded(type, numbers), columns: 256) == numbers)
        }
    }

    @Test("law: every half comes back from its number; what lies between goes to the even one") func halves() throws {
        let patterns = (UInt16(0)..<0x7C00).flatMap { [$0, $0 | 0x8000] }
        let bytes = patterns.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let numbers = try Self.decoded(.f16, bytes, columns: 256)
        #expect(Self.encoded(.f16, numbers) == bytes)
        for place in stride(from: 0, to: 2 * 0x7BFF, by: 62) {
            let middle = (numbers[place] + numbers[place + 2]) / 2, half = patterns[place]
            let even = half % 2 == 0 ? half : half + 1
            #expect(Self.encoded(.f16, [middle]) == [UInt8(truncatingIfNeeded: even), UInt8(even >> 8)])
        }
    }

    @Test("what is no number of a type is seen before it is written") func infinities() {
        for (number, isFine) in [(Float(65519), true), (65520, false), (1e30, false), (-1e30, false)] {
            #expect(EncodedBlocks.areFinite(.f16, .init(Self.encoded(.f16, [number]))) == isFine)
        }
        for type in [TensorType.q4_0, .q5_0, .q8_0, .q4_K, .q6_K] {
            let huge = [Float](repeating: 3e38, count: 256),
                tiny = [Float](repeating: .leastNonzeroMagnitude, count: 256)
            #expect(!EncodedBlocks.areFinite(type, .init(Self.encoded(type, huge))), "\(type)")
            #expect(EncodedBlocks.areFinite(type, .init(Self.encoded(type, tiny))), "\(type)")
        }
    }
}
