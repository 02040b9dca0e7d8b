import Documents
import Foundation
import ModelFiles
import TestSupport
import Testing

/// E4M3 weights in the layout float-quantized: what is read, what is asked for, what is refused.
@Suite struct EightBitFolderTests {
    private static let dynamic = """
        {"quant_method": "compressed-tensors", "format": "float-quantized", "quantization_status": "compressed",
         "config_groups": {"group_0": {"targets": ["Linear"], "weights": {"num_bits": 8, "type": "float", "symmetric": true,
         "strategy": "channel", "dynamic": false}, "input_activations": {"num_bits": 8, "type": "float",
         "strategy": "token", "dynamic": true}}}, "ignore": ["lm_head"]}
        """

    /// Text, its replacement, and what inputs become then.
    static let read: [(String, String, EightBitFloatInputs)] = [
        ("channel", "channel", .rounded), ("\"channel\"", "\"tensor\"", .rounded),
        // LLM Compressor's FP8: one scale for all inputs, known beforehand.
        ("\"token\", \"dynamic\": true", "\"tensor\", \"dynamic\": false", .rounded),
        ("\"input_activations\"", "\"output_activations\": null, \"comment\"", .asTheyAre),
    ]

    @Test(arguments: read) func reads(_ text: String, with other: String, inputs: EightBitFloatInputs) throws {
        let layout = try CompressedTensors(JSONValue(parsing: Self.dynamic.replacing(text, with: other)), path: "a")
        #expect(layout == .init(bits: 8, layout: .floats, roundsInputs: inputs == .rounded))
        #expect(layout.eightBitFloatInputs == inputs)
        #expect(CompressedTensors(bits: 8, layout: .plain).eightBitFloatInputs == nil)
    }

    static let refused: [(String, String, String)] = [
        ("\"channel\"", "\"block\"", "strategy block"), ("\"channel\"", "\"group\"", "strategy group"),
        ("\"symmetric\": true", "\"symmetric\": false", "strategy channel"),
        (
            "\"num_bits\": 8, \"type\": \"float\", \"symmetric\"",
            "\"num_bits\": 4, \"type\": \"float\", \"symmetric\"", "not floats"
        ),
        ("\"type\": \"float\", \"symmetric\"", "\"type\": \"int\", \"symmetric\"", "not floats"),
        ("\"type\": \"float\",\n", "\"type\": \"int\",\n", "inputs of floats"),
        ("\"dynamic\": false", "\"dynamic\": true", "not floats"),
    ]

    @Test(arguments: refused) func refuses(_ text: String, with other: String, message: String) {
        let changed = Self.dynamic.replacing(text, with: other)
        #expect(changed != Self.dynamic)
        #expect { _ = try CompressedTensors(JSONValue(parsing: changed), path: "a") } throws: {
            "\($0)".contains(message)
        }
    }

    private static func entries(
        scale: [Float] = [0.5, -2], shape: [Int] = [2, 1], more: [SafetensorsWriter.Entry] = []
    ) -> [SafetensorsWriter.Entry] {
        [
            .init(name: "a.weight", raw: .f8e4m3, shape: [2, 3]) { Data([0x38, 0xBC, 0x7E, 0, 1, 0xFE]) },
            .init(name: "a.weight_scale", type: .f32, shape: shape) { scale },
            .init(name: "b.weight", type: .f32, shape: [1]) { [7] },
        ] + more
    }

    private static func joined(_ entries: [SafetensorsWriter.Entry]) throws -> [Tensor] {
        let folder = try TemporaryFolder(), path = folder.path + "/a.safetensors"
        try SafetensorsWriter(entries).write(to: path)
        let layout = try CompressedTensors(JSONValue(parsing: dynamic), path: path)
        return try layout.joined(Safetensors.tensors(of: MappedFile(path: path)), path: path)
    }

    @Test("codes times the scale of their row; a scale of inputs is passed over") func numbers() throws {
        let input = SafetensorsWriter.Entry(name: "a.input_scale", type: .f32, shape: [1]) { [3] }
        for more in [[], [input]] {
            let tensors = try Self.joined(Self.entries(more: more))
            #expect(tensors.map(\.name).sorted() == ["a.weight", "b.weight"])
            let weight = try #require(tensors.first { $0.name == "a.weight" })
            #expect(weight.dequantized() == [0.5, -0.75, 224, 0, -0x1p-8, 896])
            #expect(weight.eightBitFloatScales == [0.5, -2])
            #expect(tensors.first { $0.name == "b.weight" }?.eightBitFloatScales == nil)
        }
    }

    @Test("one scale for the matrix is that of each row") func tensorScale() throws {
        let weight = try #require(try Self.joined(Self.entries(scale: [4], shape: [1])).first { $0.name == "a.weight" })
        #expect(weight.eightBitFloatScales == [4, 4] && weight.dequantized() == [4, -6, 1792, 0, 0x1p-7, -1792])
    }

    static let damaged: [([Float], [Int], String)] = [
        ([1, 1, 1, 1, 1, 1], [2, 3], "weight_scale is [2, 3], not [2, 1]"), ([1, 1, 1], [3, 1], "[3, 1], not [2, 1]"),
        ([1, .infinity], [2, 1], "no number"), ([1, 0x1p120], [2, 1], "no number"),
    ]

    @Test(arguments: damaged) func refusesScales(_ scale: [Float], shape: [Int], message: String) {
        #expect { _ = try Self.joined(Self.entries(scale: scale, shape: shape)) } throws: { "\($0)".contains(message) }
    }

    @Test("weights of another type than the layout's") func refusesOthers() {
        var entries = Self.entries()
        entries[0] = .init(name: "a.weight", type: .bf16, shape: [2, 3]) { [1, 2, 3, 4, 5, 6] }
        #expect { _ = try Self.joined(entries) } throws: { "\($0)".contains("of type f8e4m3") }
    }
}
