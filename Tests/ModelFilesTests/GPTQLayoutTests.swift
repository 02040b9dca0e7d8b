import Documents
import Foundation
import ModelFiles
import OrderedCollections
import TestSupport
import Testing

@Suite struct GPTQLayoutTests {
    private static func layout(bits: Int = 4, _ more: String = "") throws -> GPTQLayout {
        try GPTQLayout(
            JSONValue(parsing: "{\"quant_method\": \"gptq\", \"bits\": \(bits), \"group_size\": 16\(more)}"), path: "a")
    }

    private static func fixture(_ name: String) throws -> [Tensor] {
        let file = try MappedFile(path: TestFiles.fixture("gptq-layout.safetensors").path)
        return try Safetensors.tensors(of: file).filter { tensor in
            tensor.name.hasPrefix(name + ".")
                && tensor.name.split(separator: ".").count == name.split(separator: ".").count + 1
        }
    }

    @Test(
        "parity: the weights that an exporter packed, zeros and order too",
        arguments: [("w4", 4), ("w4.asymmetric", 4), ("w8", 8), ("turned", 4)])
    func equalsTheExporter(name: String, bits: Int) throws {
        let tensors = try Self.fixture(name)
        let expected = try #require(tensors.first { $0.name == "\(name).expected" }).dequantized()
        let joined = try Self.layout(bits: bits).joined(tensors, path: "a")
        let weight = try #require(joined.first { $0.name == "\(name).weight" })
        #expect(weight.shape == [32, 64] && joined.count == 2)
        #expect(weight.dequantized() == expected)
    }

    private static func copies(_ tensors: [Tensor]) -> [SafetensorsWriter.Entry] {
        tensors.map { tensor in
            .init(name: tensor.name, raw: tensor.type, shape: tensor.shape) {
                tensor.withBytes(ofRows: 0..<tensor.rows) { Data($0) }
            }
        }
    }

    private static func joined(
        _ layout: GPTQLayout, _ change: (inout [SafetensorsWriter.Entry]) -> Void
    ) throws -> [Tensor] {
        let folder = try TemporaryFolder()
        var entries = copies(try fixture("w4").filter { !$0.name.hasSuffix("expected") })
        change(&entries)
        let path = folder.path + "/a.safetensors"
        try SafetensorsWriter(entries).write(to: path)
        return try layout.joined(Safetensors.tensors(of: MappedFile(path: path)), path: path)
    }

    @Test("the second version stores zeros as they are") func secondVersion() throws {
        let first = try #require(try Self.joined(Self.layout()) { _ in }.first).dequantized()
        let second = try #require(
            try Self.joined(Self.layout(", \"checkpoint_format\": \"gptq_v2\"")) { _ in }.first
        ).dequantized()
        let scales = try #require(try Self.fixture("w4").first { $0.name == "w4.scales" }).dequantized()
        // Stored is 7; read as it is, it lies one step lower than 8.
        for column in 0..<64 { #expect(abs(second[column] - first[column] - scales[column / 16 * 32]) < 1e-6) }
    }

    @Test("a bias of zeros that an exporter added goes, others stay") func biases() throws {
        func bias(_ name: String, _ value: Float) -> SafetensorsWriter.Entry {
            .init(name: name, type: .f32, shape: [32]) { [Float](repeating: value, count: 32) }
        }
        let none = try Self.joined(Self.layout()) { $0.append(bias("w4.bias", 0)) }
        #expect(none.map(\.name) == ["w4.weight"])
        let kept = try Self.joined(Self.layout()) { $0.append(bias("w4.bias", 1)) }
        #expect(Set(kept.map(\.name)) == ["w4.weight", "w4.bias"])
        let other = try Self.joined(Self.layout()) { $0.append(bias("norm.bias", 0)) }
        #expect(Set(other.map(\.name)) == ["w4.weight", "norm.bias"])
    }

    private static func without(_ suffix: String) -> @Sendable (inout [SafetensorsWriter.Entry]) -> Void {
        { $0.removeAll { $0.name.hasSuffix(suffix) } }
    }

    private static func replaced(
        _ part: String, _ type: TensorType, _ shape: [Int]
    ) -> @Sendable (inout [SafetensorsWriter.Entry]) -> Void {
        { entries in
            entries.removeAll { $0.name == "w4.\(part)" }
            entries.append(
                .init(name: "w4.\(part)", raw: type, shape: shape) {
                    Data(repeating: 0x55, count: shape.reduce(1, *) * type.bytesPerBlock)
                })
        }
    }

    static let damaged: [(String, @Sendable (inout [SafetensorsWriter.Entry]) -> Void)] = [
        ("w4.scales is missing", without("scales")), ("w4.qzeros is missing", without("qzeros")),
        ("w4.scales is [4, 31]", replaced("scales", .f16, [4, 31])),
        ("w4.scales is [3, 32]", replaced("scales", .f16, [3, 32])),
        ("w4.qzeros is [4, 3], not [4, 4]", replaced("qzeros", .i32, [4, 3])),
        ("w4.qzeros is not of type i32", replaced("qzeros", .f32, [4, 4])),
        ("w4.qweight is not of type i32", replaced("qweight", .f32, [8, 32])),
        ("names a group beyond", replaced("g_idx", .i32, [64])), ("g_idx is [63]", replaced("g_idx", .i32, [63])),
    ]

    @Test(arguments: damaged)
    func refusesDamage(_ message: String, change: @Sendable (inout [SafetensorsWriter.Entry]) -> Void) throws {
        let layout = try Self.layout()
        #expect { _ = try Self.joined(layout, change) } throws: { "\($0)".contains(message) }
    }

    @Test("columns adjoin where no order is given") func noOrder() throws {
        let given = try #require(try Self.joined(Self.layout()) { _ in }.first).dequantized()
        let none = try #require(try Self.joined(Self.layout(), Self.without("g_idx")).first).dequantized()
        #expect(given == none)
    }

    static let refused: [(Int, String, String)] = [
        (3, "", "4 or 8 bits"), (4, ", \"checkpoint_format\": \"marlin\"", "layout marlin"),
        (4, ", \"dynamic\": {\"a\": {}}", "several ways"),
    ]

    @Test(arguments: refused) func refuses(bits: Int, _ more: String, message: String) {
        #expect { _ = try Self.layout(bits: bits, more) } throws: { "\($0)".contains(message) }
    }

    @Test("null where others write an object") func nulls() throws {
        let layout = try Self.layout(", \"dynamic\": null, \"checkpoint_format\": null, \"desc_act\": true")
        #expect(layout.bits == 4 && layout.zerosLackOne)
    }
}
