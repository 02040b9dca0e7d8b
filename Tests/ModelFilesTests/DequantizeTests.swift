import Digests
import Documents
import Foundation
import ModelFiles
import TestSupport
import Testing

@Suite struct DequantizeTests {
    /// The others are of safetensors alone: `EightBitFloatTests`, and integers in `CompressedTensorsTests`.
    static let ofGGUF = TensorType.allCases.filter { ![.f8e4m3, .i8, .i32, .i64, .int4, .int8].contains($0) }

    @Test("parity: every type equals the reference bit for bit", arguments: ofGGUF)
    func equalsTheReference(type: TensorType) throws {
        guard type != .f32 else { return }
        let gguf = try GGUFFile(file: MappedFile(path: TestFiles.fixture("dequantize.gguf").path))
        let name = type.rawValue.lowercased()
        let stored = try #require(gguf.tensors.first { $0.name == name })
        let expected = try #require(gguf.tensors.first { $0.name == name + ".f32" }).dequantized()
        #expect(stored.type == type && stored.count == expected.count)
        #expect(stored.dequantized().map(\.bitPattern) == expected.map(\.bitPattern))
    }

    @Test("property: any range of rows is the same rows", arguments: ofGGUF)
    func rows(type: TensorType) throws {
        let gguf = try GGUFFile(file: MappedFile(path: TestFiles.fixture("dequantize.gguf").path))
        for tensor in gguf.tensors where tensor.type == type {
            let whole = tensor.dequantized()
            for row in 0..<tensor.rows {
                var buffer = [Float](repeating: .nan, count: tensor.columns + 1)
                buffer.withUnsafeMutableBufferPointer { buffer in
                    if let base = buffer.baseAddress { tensor.dequantize(rows: row..<row + 1, into: base) }
                }
                #expect(buffer.dropLast().elementsEqual(whole[row * tensor.columns..<(row + 1) * tensor.columns]))
                #expect(buffer.last?.isNaN == true)  // nothing is written behind the row
            }
        }
    }

    @Test(
        "parity: sampled rows of the real model hash alike",
        .enabled(if: TestFiles.model != nil, "the model is missing: make model"))
    func realRows() throws {
        let file = try ModelFile.open(path: try #require(TestFiles.model))
        let rows = try JSONValue(parsing: Data(contentsOf: TestFiles.fixture("model-rows.json"))).arrayValue ?? []
        #expect(rows.count > 30)
        for entry in rows {
            let tensor = try #require(file.tensors.first { $0.name == entry["tensor"]?.stringValue })
            let row = try #require(entry["row"]?.intValue)
            var numbers = [Float](repeating: 0, count: tensor.columns)
            numbers.withUnsafeMutableBufferPointer { buffer in
                if let base = buffer.baseAddress { tensor.dequantize(rows: row..<row + 1, into: base) }
            }
            var hash = SHA256()
            numbers.withUnsafeBytes { hash.update($0) }
            #expect(hash.hexadecimal() == entry["sha256"]?.stringValue, "\(tensor.name), row \(row)")
        }
    }
}
