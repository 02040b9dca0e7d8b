import Foundation
import ModelFiles
import TestSupport
import Testing

@Suite struct GGUFWriterTests {
    typealias Value = GGUFWriter.Value

    static func metadata(_ change: (inout TokenizerDescription) -> Void = { _ in }) throws -> [String: Value] {
        let file = try ModelFile.open(path: TestFiles.fixture("tiny-qwen2").path)
        var tokenizer = file.tokenizer
        change(&tokenizer)
        return Dictionary(
            uniqueKeysWithValues: GGUFModelMetadata(file.description, tokenizer, fileType: 7).pairs.map {
                ($0.key, $0.value)
            })
    }

    static let said: [(String, Value)] = [
        ("general.architecture", .string("qwen2")), ("general.file_type", .uint32(7)),
        ("general.quantization_version", .uint32(2)), ("qwen2.block_count", .uint32(2)),
        ("qwen2.embedding_length", .uint32(32)), ("qwen2.attention.head_count_kv", .uint32(2)),
        ("qwen2.attention.key_length", .uint32(8)), ("qwen2.rope.freq_base", .float(50_000)),
        ("qwen2.attention.layer_norm_rms_epsilon", .float(1e-6)), ("qwen2.vocab_size", .uint32(320)),
        ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.pre", .string("qwen2")),
        ("tokenizer.ggml.eos_token_id", .uint32(288)), ("tokenizer.ggml.padding_token_id", .uint32(286)),
        ("tokenizer.ggml.add_bos_token", .bool(false)), ("tokenizer.chat_template", .string("{{ messages }}")),
    ]

    @Test(arguments: said) func says(key: String, value: Value) throws {
        #expect(try Self.metadata()[key] == value)
    }

    @Test("kinds of tokens, and names for ids without one") func tokens() throws {
        let pairs = try Self.metadata()
        guard case .strings(let tokens)? = pairs["tokenizer.ggml.tokens"],
            case .int32s(let kinds)? = pairs["tokenizer.ggml.token_type"],
            case .strings(let merges)? = pairs["tokenizer.ggml.merges"]
        else {
            Issue.record("no tokens")
            return
        }
        #expect(tokens.count == 320 && tokens[288] == "<|im_end|>" && tokens[290] == "[PAD290]")
        #expect(kinds.count == 320 && kinds[0] == 1 && kinds[288] == 3 && kinds[290] == 5)
        // An added token that is no marker is shown to users.
        #expect(tokens[289] == "<tool_call>" && kinds[289] == 4)
        #expect(merges.count == 30 && merges[0] == "h e")
    }

    @Test("ends that no reader knows by name are said; those that all know are not") func ends() throws {
        #expect(try Self.metadata()["tokenizer.ggml.eot_token_id"] == nil)
        let other = try Self.metadata { $0.endOfText = [288, 289, 286, 5] }
        #expect(other["tokenizer.ggml.eot_token_id"] == .uint32(289))
        #expect(other["tokenizer.ggml.eom_token_id"] == .uint32(5))
        guard case .int32s(let kinds)? = other["tokenizer.ggml.token_type"] else {
            Issue.record("no kinds")
            return
        }
        #expect(kinds[289] == 3)
    }

    @Test("values of every kind are read back, tensors where the table says") func reads() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/a.gguf"
        let entries = [
            GGUFWriter.Entry(name: "odd", type: .f16, shape: [3]) { take in
                try take(Data([0, 0x3C]))
                try take(Data([0, 0xC0, 0, 0x38]))
            }, .init(name: "even", type: .bf16, shape: [2, 1]) { try $0(Data([0x80, 0x3F, 0, 0x40])) },
        ]
        let values: [(key: String, value: Value)] = [
            ("a", .uint32(.max)), ("b", .float(-0.5)), ("c", .bool(true)), ("d", .string("ü")),
            ("e", .strings(["x", "", "y z"])), ("f", .int32s([-1, 2])),
        ]
        try GGUFWriter(metadata: values, entries: entries).write(to: path)
        let tensors = try GGUFFile(file: MappedFile(path: path)).tensors
        #expect(tensors.map(\.name) == ["odd", "even"] && tensors.map(\.shape) == [[3], [2, 1]])
        #expect(tensors.map { $0.dequantized() } == [[1, -2, 0.5], [1, 2]])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.gguf"])
    }
}
