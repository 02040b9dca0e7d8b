import Documents
import Foundation
import ModelFiles
import OrderedCollections
import TestSupport
import Testing

@Suite struct CompressedTensorsTests {
    private static func fixture(_ name: String) throws -> [String: Tensor] {
        let file = try MappedFile(path: TestFiles.fixture("compressed-tensors.safetensors").path)
        let tensors = try Safetensors.tensors(of: file) { $0.hasPrefix(name + ".") && !$0.contains("\(name).asym") }
        return Dictionary(
            tensors.filter { $0.name.split(separator: ".").count == name.split(separator: ".").count + 1 }
                .map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    static let cases: [(name: String, CompressedTensors, TensorType)] = [
        ("w4.group16", .init(bits: 4, layout: .packed), .int4), ("w4.channel", .init(bits: 4, layout: .packed), .int4),
        ("w8.channel", .init(bits: 8, layout: .packed), .int8), ("w8.group32", .init(bits: 8, layout: .packed), .int8),
        ("w4.asymmetric", .init(bits: 4, layout: .packed, isSymmetric: false), .int4),
        ("w8.asymmetric", .init(bits: 8, layout: .packed, isSymmetric: false), .int8),
        ("w8.plain", .init(bits: 8, layout: .plain), .i8), ("w4.plain", .init(bits: 4, layout: .plain), .i8),
        ("w8.tensor", .init(bits: 8, layout: .plain), .i8),
        ("w8.plain.asymmetric", .init(bits: 8, layout: .plain, isSymmetric: false), .i8),
        ("f8.channel", .init(bits: 8, layout: .floats), .f8e4m3),
        ("f8.tensor", .init(bits: 8, layout: .floats), .f8e4m3),
    ]

    @Test("parity: the numbers that compressed-tensors itself makes of what it wrote", arguments: cases)
    func equalsTheLibrary(name: String, layout: CompressedTensors, type: TensorType) throws {
        let tensors = try Self.fixture(name)
        let expected = try #require(tensors["\(name).expected"]).dequantized()
        let joined = try layout.joined(Array(tensors.values), path: "a")
        let weight = try #require(joined.first { $0.name == "\(name).weight" })
        #expect(weight.shape == [13, 64] && weight.type == type)
        #expect(weight.dequantized() == expected)
        #expect(Set(joined.map(\.name)) == ["\(name).weight", "\(name).expected"])
        var row = [Float](repeating: .nan, count: 65)
        row.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { weight.dequantize(rows: 3..<4, into: base) }
        }
        #expect(Array(row.prefix(64)) == Array(expected[3 * 64..<4 * 64]) && row[64].isNaN)
    }

    /// One of the fixture's matrices in a file of its own, as `change` leaves it.
    private static func matrix(
        _ name: String = "w4.group16", _ layout: CompressedTensors = .init(bits: 4, layout: .packed),
        _ change: (inout [SafetensorsWriter.Entry]) -> Void
    ) throws -> Tensor? {
        let folder = try TemporaryFolder()
        var entries = try fixture(name).values.filter { !$0.name.hasSuffix("expected") }.map { tensor in
            SafetensorsWriter.Entry(name: tensor.name, raw: tensor.type, shape: tensor.shape) {
                tensor.withBytes(ofRows: 0..<tensor.rows) { Data($0) }
            }
        }
        change(&entries)
        let path = folder.path + "/a.safetensors"
        try SafetensorsWriter(entries).write(to: path)
        return try layout.joined(Safetensors.tensors(of: MappedFile(path: path)), path: path).first
    }

    private static func integers(
        _ part: String, _ values: [Int32], shape: [Int]? = nil
    ) -> SafetensorsWriter.Entry {
        .init(name: "w4.group16.\(part)", raw: .i32, shape: shape ?? [values.count]) {
            values.withUnsafeBytes { Data($0) }
        }
    }

    @Test("columns of a group need not adjoin") func order() throws {
        let plain = try #require(try Self.matrix { _ in }).dequantized()
        let same = try #require(
            try Self.matrix { $0.append(Self.integers("weight_g_idx", (0..<64).map { $0 / 16 })) })
        #expect(same.dequantized() == plain)
        let turned = try #require(
            try Self.matrix { $0.append(Self.integers("weight_g_idx", (0..<64).map { 3 - $0 / 16 })) })
        let scales = try #require(try Self.fixture("w4.group16")["w4.group16.weight_scale"]).dequantized()
        for column in 0..<64 {
            let group = column / 16
            #expect(abs(turned.dequantized()[column] - plain[column] / scales[group] * scales[3 - group]) < 1e-5)
        }
    }

    @Test("zeros beside symmetric weights, as older files have them, change nothing") func zeros() throws {
        let zeros = SafetensorsWriter.Entry(name: "w4.group16.weight_zero_point", raw: .i8, shape: [13, 4]) {
            Data(repeating: 0, count: 52)
        }
        let plain = try Self.matrix { _ in }?.dequantized()
        #expect(try Self.matrix { $0.append(zeros) }?.dequantized() == plain)
    }

    private static func scales(_ shape: [Int], _ value: Float) -> @Sendable (inout [SafetensorsWriter.Entry]) -> Void {
        { entries in
            entries.removeAll { $0.name.hasSuffix("_scale") }
            entries.append(
                .init(name: "w4.group16.weight_scale", type: .f32, shape: shape) {
                    [Float](repeating: value, count: shape.reduce(1, *))
                })
        }
    }

    /// What is done to the file's tensors, and what the error names.
    static let damaged: [(String, @Sendable (inout [SafetensorsWriter.Entry]) -> Void)] = [
        ("weight_scale is missing", { $0.removeAll { $0.name.hasSuffix("_scale") } }),
        ("names a group beyond", { $0.append(integers("weight_g_idx", [Int32](repeating: 4, count: 64))) }),
        ("names a group beyond", { $0.append(integers("weight_g_idx", [Int32](repeating: -1, count: 64))) }),
        ("g_idx is [2], not [64]", { $0.append(integers("weight_g_idx", [0, 1])) }),
        ("weight_scale is [13, 3]", scales([13, 3], 1)), ("weight_scale is [12, 4]", scales([12, 4], 1)),
        ("weight_scale is [52]", scales([52], 1)), ("no number", scales([13, 4], .infinity)),
        ("no number", scales([13, 4], .nan)), ("no number", scales([13, 4], -0x1p121)),
        (
            "not 13 rows of 64",
            { entries in
                entries.removeAll { $0.name.hasSuffix("_shape") }
                entries.append(integers("weight_shape", [13, 63]))
            }
        ),
        (
            "not of type i32",
            { entries in
                entries.removeAll { $0.name.hasSuffix("_packed") }
                entries.append(
                    .init(name: "w4.group16.weight_packed", type: .f32, shape: [13, 8]) {
                        [Float](repeating: 1, count: 104)
                    })
            }
        ),
        ("is not 0, but", { $0.append(integers("weight_zero_point", [1], shape: [1, 1])) }),
    ]

    @Test(arguments: damaged)
    func refusesDamage(_ message: String, change: @Sendable (inout [SafetensorsWriter.Entry]) -> Void) {
        #expect { _ = try Self.matrix { change(&$0) } } throws: { "\($0)".contains(message) }
    }

    @Test("zeros that are missing or of another shape") func refusesZeros() {
        let asymmetric = CompressedTensors(bits: 4, layout: .packed, isSymmetric: false)
        #expect { _ = try Self.matrix("w4.group16", asymmetric) { _ in } } throws: {
            "\($0)".contains("weight_zero_point is missing")
        }
        #expect {
            _ = try Self.matrix("w4.group16", asymmetric) {
                $0.append(Self.integers("weight_zero_point", [0, 0, 0, 0], shape: [1, 4]))
            }
        } throws: { "\($0)".contains("weight_zero_point is [1, 4], not [2, 4]") }
    }

    private static let sound = """
        {"quant_method": "compressed-tensors", "format": "pack-quantized", "quantization_status": "compressed",
         "config_groups": {"group_0": {"targets": ["Linear"], "weights": {"num_bits": 4, "type": "int", "symmetric": true,
         "strategy": "group", "group_size": 128, "dynamic": false}, "input_activations": null}}, "ignore": ["lm_head"],
         "sparsity_config": {}, "transform_config": {}}
        """

    /// Text, its replacement, and what is read then.
    static let read: [(String, String, CompressedTensors)] = [
        ("\"num_bits\": 4", "\"num_bits\": 4", .init(bits: 4, layout: .packed)),
        ("\"num_bits\": 4", "\"num_bits\": 8", .init(bits: 8, layout: .packed)),
        ("\"symmetric\": true", "\"symmetric\": false", .init(bits: 4, layout: .packed, isSymmetric: false)),
        ("pack-quantized", "int-quantized", .init(bits: 4, layout: .plain)),
        ("\"quantization_status\": \"compressed\",", "", .init(bits: 4, layout: .packed)),
    ]

    @Test(arguments: read) func reads(_ text: String, with other: String, expected: CompressedTensors) throws {
        let changed = Self.sound.replacing(text, with: other)
        #expect(try CompressedTensors(JSONValue(parsing: changed), path: "a") == expected)
    }

    static let refused: [(String, String, String)] = [
        ("\"pack-quantized\"", "\"nvfp4-pack-quantized\"", "nvfp4"),
        ("\"pack-quantized\"", "\"float-quantized\"", "not floats of 8 bits"),
        ("\"compressed\"", "\"frozen\"", "not compressed"), ("\"num_bits\": 4", "\"num_bits\": 3", "4 or 8 bits"),
        ("\"int\"", "\"float\"", "not integers"), ("\"dynamic\": false", "\"dynamic\": true", "not integers"),
        ("config_groups", "groups", "0 ways"),
        ("\"transform_config\": {}", "\"transform_config\": {\"a\": 1}", "transform"),
        ("\"sparsity_config\": {}", "\"sparsity_config\": {\"format\": \"marlin\"}", "sparsity_config"),
        ("\"targets\"", "\"format\": \"int-quantized\", \"targets\"", "another layout"),
        (
            "\"group_0\"", "\"group_1\": {\"weights\": {\"num_bits\": 8}}, \"group_0\"", "2 ways"
        ),
    ]

    @Test(arguments: refused) func refuses(_ text: String, with other: String, message: String) {
        let changed = Self.sound.replacing(text, with: other)
        #expect(changed != Self.sound)
        #expect { _ = try CompressedTensors(JSONValue(parsing: changed), path: "a") } throws: {
            "\($0)".contains(message)
        }
    }
}
