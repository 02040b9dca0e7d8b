import Foundation
import ModelFiles
import TestSupport
import Testing

/// Thousands of damaged files: each is an error, or a description whose every tensor can be read.
@Suite(.serialized) struct DamagedFileFuzzTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    /// Values that have broken readers: around the ends of the integer types, and small ones.
    static let numbers: [UInt64] = [
        0, 1, 2, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 62, 1 << 63 - 1, 1 << 63, .max - 31, .max,
    ]

    /// Opens `path` and reads all that it offers. Returns whether it opened.
    static func read(_ path: String) throws -> Bool {
        guard let file = try? ModelFile.open(path: path) else { return false }
        let model = file.description, tokenizer = file.tokenizer
        for name in model.tensorNames {
            guard let tensor = try? file.tensor(name) else { continue }
            let numbers = tensor.dequantized()
            #expect(tensor.shape == model.shape(of: name) && numbers.count == tensor.shape.reduce(1, *))
            #expect(numbers.allSatisfy { $0.isFinite }, "\(path): \(name)")
        }
        for tensor in file.tensors { #expect(tensor.dequantized().count == tensor.count) }
        #expect(tokenizer.tokens.count == model.vocabularySize)
        for id in tokenizer.endOfText + tokenizer.specialTokens.values {
            #expect(tokenizer.tokens.indices.contains(Int(id)))
        }
        return true
    }

    @Test func gguf() throws {
        let model = TinyGGUF.qwen2(), bytes = model.bytes, header = model.header.count
        var random = SeededGenerator(20_261_124), (files, opened) = (0, 0)
        func probe(_ bytes: some Collection<UInt8>) throws {
            files += 1
            if try Self.read(try folder.write(bytes, as: "model.gguf")) { opened += 1 }
        }
        let cost = try Cost.of {
            for length in 0..<header { try probe(bytes.prefix(length)) }
            #expect(opened == 0, "a file without all of its header opened")
            for length in stride(from: header, to: bytes.count, by: 97) { try probe(bytes.prefix(length)) }
            #expect(opened == 0, "a file without all of its weights opened")
            for index in 0..<header { try probe(bytes.flipped(index, bit: Int.random(in: 0..<8, using: &random))) }
            for _ in 0..<1000 {
                let index = Int.random(in: header..<bytes.count, using: &random)
                try probe(bytes.flipped(index, bit: Int.random(in: 0..<8, using: &random)))
            }
            for index in 4..<header - 8 {
                guard let number = Self.numbers.randomElement(using: &random) else { continue }
                try probe(bytes.replaced(index, by: number))
                try probe(bytes.replaced(index, by: UInt32(truncatingIfNeeded: number)))
            }
            for _ in 0..<500 {  // bytes cut out or put in: everything behind moves
                let index = Int.random(in: 0..<header, using: &random), count = Int.random(in: 1...64, using: &random)
                try probe(bytes.prefix(index) + bytes.dropFirst(index + count))
                try probe(bytes.prefix(index) + random.bytes(count) + bytes.dropFirst(index))
            }
        }
        #expect(files > 10_000 && opened > 500, "\(files) files, \(opened) opened")
        cost.expectBounded()
    }

    @Test func huggingFace() throws {
        var files = 0, opened = 0, random = SeededGenerator(7)
        let source = TestFiles.fixture("tiny-qwen2")
        let names = [
            "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
            "model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
        ]
        let whole = try names.map { [UInt8](try Data(contentsOf: source.appendingPathComponent($0))) }
        for (name, bytes) in zip(names, whole) { _ = try folder.write(bytes, as: name) }
        #expect(try Self.read(folder.path))
        let cost = try Cost.of {
            for (name, bytes) in zip(names, whole) {
                func probe(_ damaged: some Collection<UInt8>) throws {
                    files += 1
                    _ = try folder.write(damaged, as: name)
                    if try Self.read(folder.path) { opened += 1 }
                }
                // Of weights the header counts; of a long vocabulary every place is like another.
                let end = name.hasSuffix(".safetensors") ? 1500 : bytes.count, step = end / 600 + 1
                for index in stride(from: 0, to: end, by: step) {
                    try probe(bytes.prefix(index))
                    try probe(bytes.flipped(index, bit: Int.random(in: 0..<8, using: &random)))
                    try probe(bytes.withNumberReplaced(behind: index, using: &random))
                }
                if name.hasSuffix(".safetensors") {
                    for number in Self.numbers { try probe(bytes.replaced(0, by: number)) }
                    for _ in 0..<200 {
                        let index = Int.random(in: end..<bytes.count, using: &random)
                        try probe(bytes.flipped(index, bit: Int.random(in: 0..<8, using: &random)))
                    }
                }
                _ = try folder.write(bytes, as: name)
            }
        }
        #expect(files > 5_000 && opened > 500, "\(files) files, \(opened) opened")
        cost.expectBounded()
    }
}

/// Processor time in seconds and memory in bytes that work took.
private struct Cost {
    let seconds: Double, memory: Int

    static func of(_ work: () throws -> Void) rethrows -> Cost {
        let before = peakMemory()
        let seconds = try processorSeconds(work)
        return Cost(seconds: seconds, memory: peakMemory() - before)
    }

    func expectBounded() {
        #expect(seconds < 120, "damaged files took \(seconds) s")  // 2 to 4 s in a release build
        // Other tests run beside this one; a file that asks for gigabytes would show all the same.
        #expect(memory < 1 << 30, "damaged files took \(memory) bytes")
    }

    /// Bytes, the largest resident size so far.
    private static func peakMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}

extension [UInt8] {
    fileprivate func flipped(_ index: Int, bit: Int) -> [UInt8] {
        var copy = self
        copy[index] ^= 1 << UInt8(bit)
        return copy
    }

    fileprivate func replaced(_ index: Int, by number: some FixedWidthInteger) -> [UInt8] {
        var copy = self
        Swift.withUnsafeBytes(of: number.littleEndian) { copy.replaceSubrange(index..<index + $0.count, with: $0) }
        return copy
    }

    /// The first number in decimal digits from `index` on becomes another one, or something that is none.
    fileprivate func withNumberReplaced(behind index: Int, using random: inout SeededGenerator) -> [UInt8] {
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        guard let start = self[index...].firstIndex(where: isDigit) else { return Array(dropLast()) }
        let end = self[start...].firstIndex { !isDigit($0) } ?? endIndex
        let texts = [
            "0", "-1", "1e999", "1.5", "9223372036854775807", "18446744073709551616", "null", "[]", "{}", "\"x\"",
        ]
        return self[..<start] + Array((texts.randomElement(using: &random) ?? "").utf8) + self[end...]
    }
}
