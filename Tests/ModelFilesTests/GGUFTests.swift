import ModelFiles
import TestSupport
import Testing

@Suite struct GGUFTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    func open(_ file: TinyGGUF) throws -> ModelFile {
        try ModelFile.open(path: try folder.write(file.bytes, as: "model.gguf"))
    }

    @Test func describesAQwen2Model() throws {
        let file = try open(.qwen2())
        let expected = ModelDescription(
            name: "tiny", architecture: .qwen2, layers: 1, hiddenSize: 32, intermediateSize: 256, heads: 2, kvHeads: 1,
            headSize: 16, vocabularySize: 40, contextLength: 64, ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: true,
            tiesEmbeddings: false, rotaryPairing: .halves)
        #expect(file.description == expected)
        #expect(file.tensors.count == 15)
        #expect(try file.tensor(.down(0)).shape == [32, 256])
        #expect(try file.tensor(.query(0)).type == .q4_0)
        #expect(file.hasTensor(.output) && !file.hasTensor(.gate(1)))
    }

    @Test func describesItsTokenizer() throws {
        let tokenizer = try open(.qwen2()).tokenizer
        #expect(tokenizer.tokens.count == 40)  // two more than the file names: as many as embedding rows
        #expect(tokenizer.tokens[37] == "<|im_end|>" && tokenizer.tokens[39].isEmpty)
        #expect(tokenizer.merges.map { "\($0.0)+\($0.1)" } == ["t+1", "t+2", "t1+2"])
        #expect(tokenizer.specialTokens == ["<|im_start|>": 36, "<|im_end|>": 37])
        #expect(tokenizer.endOfText == [37] && tokenizer.beginOfText == nil && !tokenizer.addsBeginOfText)
        #expect(tokenizer.preTokenizer == .qwen2 && tokenizer.normalizesNFC)
        #expect(tokenizer.chatTemplate == "{{ messages }}")
    }

    /// The tiny model as a Qwen3: no biases, norms of heads, whose width the file says.
    static func qwen3() -> TinyGGUF {
        var file = TinyGGUF.qwen2(), random = SeededGenerator(5)
        file.pairs = file.pairs.map { ($0.key.replacing("qwen2.", with: "qwen3."), $0.value) }
        file.set("general.architecture", .string("qwen3"))
        file.set("qwen3.attention.key_length", .u32(16))
        file.set("qwen3.attention.value_length", .u32(16))
        file.unlist { $0.hasSuffix(".bias") }
        for name in ["blk.0.attn_q_norm.weight", "blk.0.attn_k_norm.weight"] { file.add(name, [16], 0, &random) }
        return file
    }

    @Test func qwen3HasNormsOfHeads() throws {
        let file = try open(Self.qwen3()), model = file.description
        #expect(model.architecture == .qwen3 && model.hasHeadNorms && !model.hasQKVBias && model.headSize == 16)
        #expect(model.rotaryPairing == .halves && !model.tiesEmbeddings)
        #expect(try file.tensor(.queryNorm(0)).shape == [16] && file.tensor(.keyNorm(0)).type == .f32)
        #expect(model.tensorNames.count == 14)
        #expect(ModelReport(file).text().contains("without QKV bias, queries and keys normalised"))
    }

    @Test("a Qwen3 without a norm, or with one of another width, is refused")
    func refusesOtherHeadNorms() throws {
        var file = Self.qwen3()
        file.unlist { $0 == "blk.0.attn_k_norm.weight" }
        let missing = try folder.write(file.bytes, as: "missing.gguf")
        #expect(throws: ModelFileError.damaged(path: missing, .missingTensor("blk.0.attn_k_norm.weight"))) {
            try ModelFile.open(path: missing)
        }
        file = Self.qwen3()
        file.edit("blk.0.attn_q_norm.weight") { $0.dimensions = [8] }
        let narrow = try folder.write(file.bytes, as: "narrow.gguf")
        let damage = ModelFileError.Damage.wrongShape(tensor: "blk.0.attn_q_norm.weight", shape: [8], expected: [16])
        #expect(throws: ModelFileError.damaged(path: narrow, damage)) { try ModelFile.open(path: narrow) }
    }

    @Test func llamaTiesEmbeddingsAndPairsAdjacent() throws {
        var file = TinyGGUF.qwen2()
        file.pairs = file.pairs.map { ($0.key.replacing("qwen2.", with: "llama."), $0.value) }
        file.set("general.architecture", .string("llama"))
        file.set("tokenizer.ggml.pre", .string("smollm"))
        file.unlist { $0.hasSuffix(".bias") || $0 == "output.weight" }
        let model = try open(file).description
        #expect(model.architecture == .llama && model.rotaryPairing == .adjacent)
        #expect(model.tiesEmbeddings && !model.hasQKVBias)
    }

    /// What is bent, and a part of the message that must come of it.
    static let refused: [(String, String, @Sendable (inout TinyGGUF) -> Void)] = [
        ("magic", "does not start with 'GGUF'", { $0.magic = Array("GGUX".utf8) }),
        ("version", "GGUF version 4", { $0.version = 4 }),
        ("big-endian", "big-endian", { $0.version = UInt32(3).byteSwapped }),
        ("tensor count near 2^63", "tensors; at most", { $0.tensorCount = 1 << 63 - 1 }),
        ("pair count near 2^64", "metadata pairs; at most", { $0.pairCount = .max }),
        ("empty key", "is no metadata key", { $0.pairs.append(("", .u32(1))) }),
        ("long key", "is no metadata key", { $0.pairs.append((String(repeating: "k", count: 65_536), .u32(1))) }),
        ("duplicate key", "stands there twice", { $0.pairs.append(("general.name", .string("x"))) }),
        ("alignment of the wrong type", "general.alignment is not", { $0.set("general.alignment", .string("32")) }),
        ("alignment 0", "is no power of two", { $0.set("general.alignment", .u32(0)) }),
        ("alignment 24", "is no power of two", { $0.set("general.alignment", .u32(24)) }),
        ("alignment negative", "general.alignment is not", { $0.set("general.alignment", .i32(-32)) }),
        ("unknown value type", "of any GGUF type", { $0.pairs.append(("x", .raw(type: 13, [0]))) }),
        ("bool of 2", "true or false", { $0.pairs.append(("x", .bool(2))) }),
        ("string of 2^63 bytes", "ends at byte", { $0.pairs.append(("x", .raw(type: 8, huge))) }),
        ("array of 2^63 numbers", "elements in x", { $0.pairs.append(("x", .raw(type: 9, [4, 0, 0, 0] + huge))) }),
        ("array of arrays", "array of arrays", { $0.pairs.append(("x", .raw(type: 9, [9, 0, 0, 0] + huge))) }),
        ("not UTF-8", "not UTF-8", { $0.pairs.append(("x", .raw(type: 8, [1, 0, 0, 0, 0, 0, 0, 0, 0xFF]))) }),
        ("architecture", "'gemma'", { $0.set("general.architecture", .string("gemma")) }),
        ("no architecture", "general.architecture is missing", { $0.set("general.architecture", nil) }),
        ("layers as text", "qwen2.block_count is not", { $0.set("qwen2.block_count", .string("1")) }),
        ("layers 0", "layers is 0", { $0.set("qwen2.block_count", .u32(0)) }),
        ("layers 2^28", "blk.1.attn_norm.weight is missing", { $0.set("qwen2.block_count", .u32(1 << 28)) }),
        ("layers 2^63", "qwen2.block_count is not", { $0.set("qwen2.block_count", .u64(1 << 63)) }),
        ("heads 0", "no multiple of 0 heads", { $0.set("qwen2.attention.head_count", .u32(0)) }),
        ("heads of 3", "multiple", { $0.set("qwen2.attention.head_count", .u32(3)) }),
        ("kv heads 0", "key-value heads is 0", { $0.set("qwen2.attention.head_count_kv", .u32(0)) }),
        ("epsilon NaN", "a finite number", { $0.set("qwen2.attention.layer_norm_rms_epsilon", .f32(.nan)) }),
        ("rope base 0", "rope base", { $0.set("qwen2.rope.freq_base", .f32(0)) }),
        ("rope scaling", "rope scaling 'yarn'", { $0.set("qwen2.rope.scaling.type", .string("yarn")) }),
        ("experts", "expert_count is 8", { $0.set("qwen2.expert_count", .u32(8)) }),
        ("tokenizer", "the tokenizer is 'llama'", { $0.set("tokenizer.ggml.model", .string("llama")) }),
        ("pre-tokenizer", "the pre-tokenizer is 'tekken'", { $0.set("tokenizer.ggml.pre", .string("tekken")) }),
        (
            "more tokens than rows", "41 tokens; at most 40",
            {
                $0.set("tokenizer.ggml.token_type", nil)
                $0.set("tokenizer.ggml.tokens", .strings((0..<41).map { "t\($0)" }))
            }
        ),
        ("too few token types", "token types", { $0.set("tokenizer.ggml.token_type", .i32s([1, 1])) }),
        ("end token beyond the vocabulary", "no such token", { $0.set("tokenizer.ggml.eos_token_id", .u32(40)) }),
        ("end token -1", "eos_token_id is not", { $0.set("tokenizer.ggml.eos_token_id", .i32(-1)) }),
        ("merge of one", "a pair of tokens", { $0.set("tokenizer.ggml.merges", .strings(["ab"])) }),
        ("no dimensions", "dimensions of", { $0.edit(query) { $0.dimensions = [] } }),
        ("five dimensions", "dimensions of", { $0.edit(query) { $0.dimensions = [32, 32, 1, 1, 1] } }),
        ("dimension 0", "impossible dimensions", { $0.edit(query) { $0.dimensions = [32, 0] } }),
        ("dimension 2^63", "impossible dimensions", { $0.edit(query) { $0.dimensions = [32, 1 << 63] } }),
        ("wrapping product", "impossible dimensions", { $0.edit(query) { $0.dimensions = [32, 1 << 31, 1 << 31] } }),
        ("half a block", "impossible dimensions", { $0.edit(query) { $0.dimensions = [16, 64] } }),
        ("unknown tensor type", "unknown type 99", { $0.edit(query) { $0.type = 99 } }),
        ("removed tensor type", "unknown type 4", { $0.edit(query) { $0.type = 4 } }),
        ("offset near 2^64", "ends at byte", { $0.edit(query) { $0.offset = .max - 31 } }),
        ("offset past the end", "ends at byte", { $0.edit(query) { $0.offset = 1 << 20 } }),
        ("misaligned", "no multiple of 32", { $0.edit(query) { $0.offset += 8 } }),
        ("overlapping", "overlap", { $0.edit(query) { $0.offset -= 32 } }),
        ("tensor twice", "stands there twice", { file in file.edit("output.weight") { $0.name = query } }),
        ("unnamed tensor", "is no metadata key", { $0.edit(query) { $0.name = "" } }),
        ("missing tensor", "blk.0.ffn_up.weight is missing", { $0.unlist { $0 == "blk.0.ffn_up.weight" } }),
        ("missing bias", "blk.0.attn_k.bias is missing", { $0.unlist { $0 == "blk.0.attn_k.bias" } }),
        ("wrong shape", "is [16], not [32]", { $0.edit("output_norm.weight") { $0.dimensions = [16] } }),
        ("unknown tensor", "knows no tensor rope_freqs", { $0.add("rope_freqs.weight", [8], 0, &random) }),
    ]
    private static let query = "blk.0.attn_q.weight"
    private static let huge: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0x80]
    private static var random: SeededGenerator {
        get { SeededGenerator(3) }
        set {}
    }

    @Test(arguments: refused.indices) func refuses(_ index: Int) throws {
        let (what, message, bend) = Self.refused[index]
        var file = TinyGGUF.qwen2()
        bend(&file)
        // Data that a bent shape asks for is there; only the bend itself is wrong.
        let path = try folder.write(file.bytes + [UInt8](repeating: 0, count: 4096), as: "model.gguf")
        do {
            _ = try ModelFile.open(path: path)
            Issue.record("\(what): opened")
        } catch {
            #expect(error.description.contains(message), "\(what): \(error)")
            #expect(error.description.hasPrefix(path), "\(what): \(error)")
        }
    }

    @Test("a NaN or infinite scale or weight is found when the tensor is asked for") func notFinite() throws {
        let places: [(TensorName, String, Int, [UInt8])] = [
            (.query(0), "blk.0.attn_q.weight", 18 * 3, [0, 0x7C]),  // Q4_0 scale of row 3: infinity
            (.key(0), "blk.0.attn_k.weight", 20 * 3 + 2, [1, 0xFC]),  // Q4_1 minimum: NaN
            (.down(0), "blk.0.ffn_down.weight", 144 * 3 + 2, [0, 0x7E]),  // Q4_K scale of minima: NaN
            (.output, "output.weight", 64 * 3 + 2, [0xC0, 0x7F]),  // BF16: NaN
            (.outputNorm, "output_norm.weight", 4, [0, 0, 0x80, 0xFF]),  // F32: minus infinity
        ]
        for (name, text, offset, bytes) in places {
            var file = TinyGGUF.qwen2()
            file.edit(text) { $0.data.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
            let opened = try open(file)
            let row = name == .outputNorm ? 0 : 3
            #expect(throws: ModelFileError.damaged(path: opened.path, .notFinite(tensor: text, row: row))) {
                try opened.tensor(name)
            }
        }
    }

    @Test func refusesWhatIsNoFile() throws {
        #expect(throws: ModelFileError.self) { try ModelFile.open(path: folder.path + "/absent.gguf") }
        #expect(throws: ModelFileError.self) { try ModelFile.open(path: "/dev/null") }
        #expect(throws: ModelFileError.self) { try ModelFile.open(path: try folder.write([], as: "empty.gguf")) }
        #expect(throws: ModelFileError.self) { try ModelFile.open(path: folder.path) }  // no config.json
    }
}
