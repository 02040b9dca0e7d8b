import Compression
import Documents
import Foundation
import ModelFiles
import Models
import OrderedCollections
import TestSupport
import Testing
import Tokenization

/// A model as one GGUF file, read back by the reader of such files.
@Suite struct GGUFExportTests {
    /// Wide enough for blocks of 256.
    static let model = SmallModel.description(layers: 4, hidden: 256, intermediate: 512)
    static let tokens: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6, 53, 58]

    /// The folder's model as `FILE.gguf`.
    @discardableResult
    private static func export(
        _ folder: TemporaryFolder, _ source: some WeightSource, _ scheme: GGUFScheme, as name: String = "small.gguf",
        notes: GGUFExport.Notes = .init(command: "kinglet quantize")
    ) throws -> (source: ModelFile, result: ModelFile) {
        let path = folder.path + "/source"
        if !FileManager.default.fileExists(atPath: path) { try SmallModel.write(source, to: path) }
        let opened = try SourceModel(path: path)
        try GGUFExport(opened, to: folder.path + "/" + name, scheme, on: SmallModel.pool).run(notes)
        return (opened.file, try ModelFile.open(path: folder.path + "/" + name))
    }

    private static func error(_ a: [Float], _ b: [Float]) -> Float {
        let difference = zip(a, b).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (difference / b.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }

    /// Scheme, types of embedding (the head too), down and gate, and how far logits may be off.
    static let schemes: [(GGUFScheme, [TensorType], Float)] = [
        (.bf16, [.bf16, .bf16, .bf16], 0), (.f16, [.f16, .f16, .f16], 0.003), (.q8_0, [.q8_0, .q8_0, .q8_0], 0.03),
        (.q4_0, [.q6_K, .q4_0, .q4_0], 0.5), (.q4_k_m, [.q6_K, .q6_K, .q4_K], 0.4),
    ]

    @Test("what is written is read: sizes, tokenizer, numbers, a card", arguments: schemes)
    func roundTrip(scheme: GGUFScheme, types: [TensorType], bound: Float) throws {
        let folder = try TemporaryFolder()
        var lines: [String] = []
        let notes = GGUFExport.Notes(command: "kinglet quantize", test: try SmallModel.text()) { lines.append($0) }
        let (source, result) = try Self.export(folder, RandomWeights(Self.model), scheme, notes: notes)
        #expect(result.description == source.description)
        #expect(try [.tokenEmbedding, .down(3), .gate(0)].map { try result.tensor($0).type } == types)
        #expect(try result.tensor(.queryBias(1)).type == .f32 && result.tensor(.outputNorm).type == .f32)
        let (whole, left) = (try SmallModel.logits(source, Self.tokens), try SmallModel.logits(result, Self.tokens))
        #expect(Self.error(left, whole) <= bound)
        #expect(bound == 0 || left != whole)
        let card = try JSONValue(
            parsing: Data(contentsOf: URL(fileURLWithPath: folder.path + "/small.gguf.json")))
        #expect(card["scheme"]?.stringValue == scheme.rawValue && card["command"] == "kinglet quantize")
        #expect(card["source"]?["sha256"]?["model.safetensors"]?.stringValue?.count == 64)
        #expect(card["sha256"]?["small.gguf"]?.stringValue?.count == 64)
        #expect(card["bytes"]?["result"]?.intValue == result.sizeInBytes)
        #expect(card["tensors"]?.arrayValue?.first == ["type": "f32", "count": 21])
        let text = try String(contentsOfFile: folder.path + "/small.gguf.md", encoding: .utf8)
        #expect(text.contains("| f32 | 21 |") && text.contains("- scheme: \(scheme.rawValue)"))
        #expect((card["perplexity"]?["result"]?.doubleValue ?? 0) > 1 && lines.contains { $0.hasPrefix("perplexity") })
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "small.gguf", "small.gguf.json", "small.gguf.md", "source",
            ])
    }

    @Test("the tokenizer is the same: tokens, merges, markers, ends, template") func tokenizer() throws {
        let folder = try TemporaryFolder()
        let (source, result) = try Self.export(folder, RandomWeights(Self.model), .q8_0)
        let (old, new) = (source.tokenizer, result.tokenizer)
        #expect(new.tokens == old.tokens && new.specialTokens == old.specialTokens)
        #expect(new.merges.map(\.0) == old.merges.map(\.0) && new.merges.map(\.1) == old.merges.map(\.1))
        #expect(new.preTokenizer == old.preTokenizer && new.chatTemplate == old.chatTemplate)
        #expect(new.endOfText == old.endOfText && new.beginOfText == old.beginOfText)
        #expect(new.addsBeginOfText == old.addsBeginOfText)
        let text = "Turn the lights off, 42 times. 今天\n"
        #expect(try Tokenizer(new).encode(text) == Tokenizer(old).encode(text))
    }

    @Test("every architecture: Qwen3's norms, an untied head, llama's heads in the order of such files")
    func architectures() throws {
        var qwen3 = SmallModel.description(layers: 2, hidden: 64, intermediate: 96, ties: false, bias: false)
        (qwen3.architecture, qwen3.hasHeadNorms, qwen3.headSize) = (.qwen3, true, 32)
        let llama = SmallModel.description(layers: 2, hidden: 64, intermediate: 96, bias: false)
        var biased = llama
        biased.hasQKVBias = true
        for (model, bound) in [(qwen3, Float(0)), (llama, 1e-5), (biased, 1e-5)] {
            let folder = try TemporaryFolder()
            let (source, result) = try Self.export(folder, RandomWeights(model), .bf16)
            var expected = source.description
            if model.architecture == .llama { expected.rotaryPairing = .adjacent }
            #expect(result.description == expected)
            let whole = try SmallModel.logits(source, Self.tokens)
            #expect(Self.error(try SmallModel.logits(result, Self.tokens), whole) <= bound, "\(model.architecture)")
            // And once more, from the file itself.
            let again = folder.path + "/again.gguf"
            try GGUFExport(SourceModel(path: folder.path + "/small.gguf"), to: again, .bf16, on: SmallModel.pool)
                .run(.init(command: ""))
            #expect(
                try SmallModel.logits(ModelFile.open(path: again), Self.tokens)
                    == SmallModel.logits(result, Self.tokens))
        }
    }

    @Test("rows that are no whole number of blocks are of the type next to it") func narrow() throws {
        let folder = try TemporaryFolder()
        // 48 columns of the hidden size, 80 of the intermediate: neither has blocks of 32.
        let odd = try Self.export(folder, RandomWeights(SmallModel.description()), .q4_k_m).result
        #expect(try odd.tensor(.gate(0)).type == .f16 && odd.tensor(.down(0)).type == .f16)
        let other = try TemporaryFolder()
        let even = SmallModel.description(layers: 8, hidden: 96, intermediate: 256)
        let file = try Self.export(other, RandomWeights(even), .q4_k_m).result
        #expect(try file.tensor(.gate(0)).type == .q5_0 && file.tensor(.tokenEmbedding).type == .q8_0)
        let down = try (0..<8).map { try file.tensor(.down($0)).type == .q6_K }
        #expect(down == [true, false, false, true, false, false, true, true])
        #expect(try file.tensor(.value(0)).type == .q8_0 && file.tensor(.value(1)).type == .q5_0)
    }

    @Test("a number that f16 cannot hold ends the run; nothing is left of it") func tooLarge() throws {
        let folder = try TemporaryFolder()
        let model = PatchedWeights(base: RandomWeights(Self.model)) { name, numbers in
            if name == .down(2) { numbers[7] = 1e6 }
        }
        #expect(throws: CompressionError.self) { try Self.export(folder, model, .f16) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["source"])
        #expect(try Self.export(folder, model, .bf16).result.description.layers == 4)
    }

    @Test("what stands there is not overwritten, and a file's name says what it is") func refuses() throws {
        let folder = try TemporaryFolder()
        try SmallModel.write(RandomWeights(Self.model), to: folder.path + "/source")
        let source = try SourceModel(path: folder.path + "/source")
        #expect(throws: CompressionError.self) {
            try GGUFExport(source, to: folder.path + "/small", .q8_0, on: SmallModel.pool)
        }
        for name in ["a.gguf", "b.gguf.json", "c.gguf.md"] {
            let path = try folder.write([1], as: name)
            let output = String(path.prefix { $0 != "." }) + ".gguf"
            #expect(throws: CompressionError.occupied(path: path)) {
                try GGUFExport(source, to: output, .q8_0, on: SmallModel.pool)
            }
        }
    }

    @Test(
        "types of q4_k_m are as many as in the file that its publisher made with llama-quantize",
        .enabled(if: TestFiles.model != nil, "the model is missing: make model"))
    func asPublished() throws {
        let file = try ModelFile.open(path: try #require(TestFiles.model))
        // Its layers stand in the order of their names as text, and which are careful was counted by place.
        func counts(_ type: (TensorName) throws -> TensorType) rethrows -> [String: Int] {
            try file.description.tensorNames.reduce(into: [:]) { counts, name in
                let kind = name.description.split(separator: ".").dropFirst(2).joined(separator: ".")
                counts["\(kind.isEmpty ? name.description : kind) \(try type(name))", default: 0] += 1
            }
        }
        let ours = counts { GGUFScheme.q4_k_m.type(of: $0, in: file.description) }
        #expect(try ours == counts { try file.tensor($0).type })
        #expect(ours["ffn_down.weight q6_K"] == 12 && ours["attn_v.weight q8_0"] == 12)
    }
}
