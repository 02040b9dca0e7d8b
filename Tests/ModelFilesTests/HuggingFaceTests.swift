import Documents
import Foundation
import ModelFiles
import OrderedCollections
import TestSupport
import Testing

@Suite struct HuggingFaceTests {
    let folder: TemporaryFolder
    init() throws {
        folder = try TemporaryFolder()
        let source = TestFiles.fixture("tiny-qwen2")
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path) {
            let to = URL(fileURLWithPath: folder.path + "/" + name)
            try FileManager.default.copyItem(at: source.appendingPathComponent(name), to: to)
        }
    }

    @Test("parity: a folder that transformers wrote, in shards, BF16") func describesAFolder() throws {
        let file = try ModelFile.open(path: folder.path)
        let model = file.description, tokenizer = file.tokenizer
        #expect(model.architecture == .qwen2 && model.rotaryPairing == .halves && model.hasQKVBias)
        #expect((model.layers, model.hiddenSize, model.intermediateSize) == (2, 32, 48))
        #expect((model.heads, model.kvHeads, model.headSize) == (4, 2, 8))
        #expect((model.vocabularySize, model.contextLength, model.ropeBase) == (320, 128, 50_000))
        #expect(!model.tiesEmbeddings)
        #expect(tokenizer.tokens.count == 320 && tokenizer.tokens[288] == "<|im_end|>" && tokenizer.tokens[290].isEmpty)
        #expect(tokenizer.merges.count == 286 - 256 && tokenizer.merges[0] == ("h", "e"))
        #expect(
            tokenizer.specialTokens
                == ["<|endoftext|>": 286, "<|im_start|>": 287, "<|im_end|>": 288, "<tool_call>": 289])
        #expect(tokenizer.endOfText == [288, 286] && tokenizer.preTokenizer == .qwen2 && tokenizer.normalizesNFC)
        #expect(tokenizer.chatTemplate == "{{ messages }}")
    }

    @Test("parity: every number of every tensor") func readsTheWeights() throws {
        let file = try ModelFile.open(path: folder.path)
        let expected = try JSONValue(parsing: Data(contentsOf: TestFiles.fixture("tiny-qwen2/expected.json")))
        for name in file.description.tensorNames {
            let tensor = try file.tensor(name)
            let entry = try #require(expected[name.huggingFace])
            #expect(tensor.shape == entry["shape"]?.arrayValue?.compactMap(\.intValue))
            let sum = tensor.dequantized().reduce(UInt64(0)) { $0 &+ UInt64($1.bitPattern) }
            #expect(Int(sum) == entry["sum"]?.intValue, "\(name)")
        }
        #expect(expected.objectValue?.count == file.tensors.count)
    }

    /// File, text in it, its replacement, and a part of the message that must come of it.
    static let refused: [(String, String, String, String)] = [
        ("config.json", "\"qwen2\"", "\"mistral\"", "the architecture is 'mistral'"),
        ("config.json", "\"rope_scaling\": null", "\"rope_scaling\": {\"rope_type\": \"yarn\"}", "rope scaling"),
        ("config.json", "\"rope_scaling\": null", "\"rope_parameters\": {\"rope_type\": \"linear\"}", "rope scaling"),
        ("config.json", "\"silu\"", "\"gelu\"", "activation 'gelu'"),
        ("config.json", "\"use_sliding_window\": false", "\"use_sliding_window\": true", "sliding window"),
        ("config.json", "\"rope_scaling\": null", "\"quantization_config\": {\"quant_method\": \"awq\"}", "by awq"),
        ("config.json", "\"vocab_size\": 320", "\"vocab_size\": 321", "not [321, 32]"),
        ("config.json", "\"hidden_size\": 32", "\"hidden_size\": \"32\"", "hidden_size is not a whole number"),
        ("config.json", "\"hidden_size\": 32", "\"hidden_size\": -32", "hidden size is -32"),
        ("config.json", "\"hidden_size\": 32", "\"hidden_sizes\": 32", "hidden_size is missing"),
        ("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "model.layers.2.input_layernorm"),
        ("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1", "knows no tensor model.layers.1."),
        ("config.json", "}", "", "config.json: invalid JSON"),
        ("tokenizer.json", "\"type\": \"BPE\"", "\"type\": \"Unigram\"", "the tokenizer is 'Unigram'"),
        ("tokenizer.json", "\"type\": \"NFC\"", "\"type\": \"Lowercase\"", "the normalizer"),
        ("tokenizer.json", "\"behavior\": \"Isolated\"", "\"behavior\": \"Removed\"", "the pre-tokenizer"),
        ("tokenizer.json", "\"id\": 286", "\"id\": 287", "token id 287 stands there twice"),
        ("tokenizer.json", "\"id\": 289", "\"id\": 319000", "the id of token '<tool_call>'"),
        ("tokenizer.json", "\"id\": 289", "\"id\": 320", "321 tokens; at most 320"),
        ("tokenizer.json", "\"!\": 0", "\"!\": -1", "the id of token '!'"),
        ("tokenizer.json", "\"h\",\n        \"e\"", "\"h\"", "model.merges[0] is not a pair"),
        ("generation_config.json", "288", "[288, 400]", "there is no such token"),
        ("generation_config.json", "288", "\"<|im_end|>\"", "eos_token_id is not"),
        ("model.safetensors.index.json", "model-00001-of", "../model-00001-of", "a safetensors file in this folder"),
        ("model.safetensors.index.json", "\"weight_map\"", "\"map\"", "weight_map is not"),
    ]

    @Test(arguments: refused.indices) func refuses(_ index: Int) throws {
        let (name, text, replacement, message) = Self.refused[index]
        let path = folder.path + "/" + name
        let old = try String(contentsOfFile: path, encoding: .utf8)
        let place = try #require(
            name == "config.json" && text == "}" ? old.range(of: text, options: .backwards) : old.range(of: text),
            "\(text)")
        _ = try folder.write(old.replacingCharacters(in: place, with: replacement).utf8, as: name)
        do {
            _ = try ModelFile.open(path: folder.path)
            Issue.record("\(replacement): opened")
        } catch {
            #expect(error.description.contains(message), "\(replacement): \(error)")
        }
    }

    @Test("floats of 8 bits need scales", arguments: [true, false]) func refusesEightBitWeights(inShards: Bool) throws {
        let name = "model.layers.1.mlp.up_proj.weight"
        var all: [SafetensorsWriter.Entry] = []
        for shard in 1...2 {
            let path = "\(folder.path)/model-0000\(shard)-of-00002.safetensors"
            let tensors = try Safetensors.tensors(of: MappedFile(path: path))
            let entries = tensors.map { tensor in
                SafetensorsWriter.Entry(
                    name: tensor.name, type: tensor.name == name ? .f8e4m3 : .f32, shape: tensor.shape
                ) { tensor.dequantized() }
            }
            try SafetensorsWriter(entries).write(to: path)
            all += entries
        }
        if !inShards { try SafetensorsWriter(all).write(to: folder.path + "/model.safetensors") }
        let error = #expect(throws: ModelFileError.self) { try ModelFile.open(path: folder.path) }
        #expect(error?.description.contains("tensor \(name) is of type F8_E4M3, which is not supported") == true)
    }

    @Test("a qwen3 that does not say its heads' width has 128, as transformers takes it") func usualHeads() throws {
        let path = folder.path + "/config.json"
        let config = try String(contentsOfFile: path, encoding: .utf8)
        _ = try folder.write(config.replacing("\"qwen2\"", with: "\"qwen3\"").utf8, as: "config.json")
        do {
            _ = try ModelFile.open(path: folder.path)
            Issue.record("opened")
        } catch {
            #expect(error.description.contains("q_proj.weight is [32, 32], not [512, 32]"), "\(error)")
        }
    }

    @Test func refusesAMissingShard() throws {
        try FileManager.default.removeItem(atPath: folder.path + "/model-00002-of-00002.safetensors")
        #expect(throws: ModelFileError.self) { try ModelFile.open(path: folder.path) }
        try FileManager.default.removeItem(atPath: folder.path + "/model.safetensors.index.json")
        #expect(throws: ModelFileError.self) { try ModelFile.open(path: folder.path) }
    }
}

@Suite struct SafetensorsTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    func tensors(_ header: String, data: Int = 64, length: UInt64? = nil) throws -> [Tensor] {
        var writer = ByteWriter()
        writer.integer(length ?? UInt64(header.utf8.count))
        writer.bytes += Array(header.utf8) + [UInt8](repeating: 0, count: data)
        let path = try folder.write(writer.bytes, as: "model.safetensors")
        return try Safetensors.tensors(of: MappedFile(path: path))
    }

    @Test func readsTypesAndShapes() throws {
        let found = try tensors(
            #"{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,4],"data_offsets":[16,48]},"#
                + #""a":{"dtype":"BF16","shape":[8],"data_offsets":[0,16]}}"#)
        #expect(found.map(\.name) == ["b", "a"] && found.map(\.shape) == [[2, 4], [8]])
        #expect(found.map(\.type) == [.f32, .bf16] && found[0].rows == 2 && found[1].rows == 1)
    }

    static let refused: [(String, String)] = [
        (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,12]}}"#, "has 12 bytes; its shape needs 16"),
        (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[56,72]}}"#, "ends at byte 72 of 64"),
        (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}"#, "ends at byte 0 of 64"),
        (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}"#, "ends at byte 0 of 64"),
        (#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#, "impossible dimensions"),
        (#"{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}"#, "impossible dimensions"),
        (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, "impossible dimensions"),
        (#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, "impossible dimensions"),
        (#"{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}"#, "of type F64"),
        (#"{"a":{"dtype":"F32","shape":[4]}}"#, "the entry of tensor a"),
        (#"{"a":{"dtype":"F32","shape":["4"],"data_offsets":[0,16]}}"#, "impossible dimensions"),
        (
            #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F16","shape":[4],"data_offsets":[8,16]}}"#,
            "overlap"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}}"#,
            "stands twice"
        ),
        ("[]", "is not an object"), ("", "invalid JSON"),
    ]

    @Test(arguments: refused) func refuses(_ header: String, _ message: String) throws {
        do {
            _ = try tensors(header)
            Issue.record("\(header): read")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
        }
    }

    @Test(arguments: [1000, 1 << 40, 1 << 63, UInt64.max]) func refusesAHeaderLongerThanTheFile(length: UInt64) {
        #expect(throws: ModelFileError.self) { try tensors("{}", length: length) }
    }
}
