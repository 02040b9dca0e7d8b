import Compression
import Documents
import Foundation
import Kernels
import ModelFiles
import Models
import OrderedCollections
import TestSupport
import Testing
import Tokenization

@Suite struct VocabularyTests {
    /// Bytes, then random merges of what is there, then two special tokens.
    static func vocabulary(merges: Int, seed: UInt64, normalizes: Bool = false) -> TokenizerDescription {
        var description = TokenizerDescription.bytes(vocabularySize: 0)
        var random = SeededGenerator(seed)
        var tokens = Array(description.tokens.prefix(256))
        // Letters that come often, so that merges apply: a-f, space, and the bytes of é and 水.
        var common = ["a", "b", "c", "d", "e", "f", "Ġ", "Ã", "©", "æ", "°", "´"]
        var seen = Set(tokens)
        description.merges = []
        while description.merges.count < merges {
            guard let left = common.randomElement(using: &random), let right = common.randomElement(using: &random)
            else { break }
            guard (left + right).count <= 9, seen.insert(left + right).inserted else { continue }
            description.merges.append((left, right))
            tokens.append(left + right)
            common.append(left + right)
        }
        description.tokens = tokens + ["<|im_start|>", "<|im_end|>"]
        description.specialTokens = ["<|im_start|>": Int32(tokens.count), "<|im_end|>": Int32(tokens.count + 1)]
        description.endOfText = [Int32(tokens.count + 1)]
        description.normalizesNFC = normalizes
        return description
    }

    static func text(seed: UInt64) -> String {
        var random = SeededGenerator(seed)
        let parts = [
            "a", "b", "c", "d", "e", "f", " ", "é", "水", "abc", "fed", "\n", "7", "😀", "e\u{301}", "<|im_end|>", "\0",
        ]
        return (0..<Int.random(in: 0..<60, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
            .joined()
    }

    @Test(
        "law: every text comes back; one whose tokens all stay has the same tokens",
        arguments: UInt64(0)..<60)
    func everyText(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let whole = Self.vocabulary(merges: 60, seed: seed, normalizes: seed % 5 == 0)
        let wanted = whole.tokens.indices.filter { _ in UInt8.random(in: 0..<4, using: &random) == 0 }
        let cut = VocabularyCut(whole, wanted: wanted, first: Int(seed % 3) * 7)
        let (before, after) = (try Tokenizer(whole), try Tokenizer(cut.tokenizer))
        let place = Dictionary(
            uniqueKeysWithValues: cut.kept.enumerated().map { (Int32($0.element), Int32($0.offset)) })
        #expect(Set(wanted).isSubset(of: cut.kept) && cut.kept == cut.kept.sorted())
        var same = 0
        for number in 0..<60 {
            let text = Self.text(seed: seed * 1000 + UInt64(number))
            let (old, new) = (before.encode(text), after.encode(text))
            #expect(after.decode(new) == before.decode(old))
            #expect(new.allSatisfy { (0..<Int32(cut.kept.count)).contains($0) })
            if !whole.normalizesNFC { #expect(after.decode(new, skippingSpecial: false) == text) }
            let mapped = old.compactMap { place[$0] }
            guard mapped.count == old.count else { continue }
            #expect(new == mapped)
            same += 1
        }
        #expect(same > 0)
    }

    @Test("worked by hand: a token stays with what it is merged of, and nothing else does") func byHand() {
        var whole = TokenizerDescription.bytes(vocabularySize: 0)
        whole.tokens = Array(whole.tokens.prefix(256)) + ["ab", "cd", "abcd", "cde", "", "<|im_start|>", "<|im_end|>"]
        whole.merges = [("a", "b"), ("c", "d"), ("ab", "cd"), ("cd", "e"), ("x", "nowhere")]
        whole.specialTokens = ["<|im_start|>": 261, "<|im_end|>": 262]
        (whole.endOfText, whole.beginOfText) = ([262], 261)
        let cut = VocabularyCut(whole, wanted: [258, 260, -1, 999])
        #expect(cut.kept == Array(0..<256) + [256, 257, 258, 261, 262])
        #expect(cut.tokenizer.tokens.suffix(5) == ["ab", "cd", "abcd", "<|im_start|>", "<|im_end|>"])
        #expect(cut.tokenizer.merges.map { $0.0 + " " + $0.1 } == ["a b", "c d", "ab cd"])
        #expect(cut.tokenizer.specialTokens == ["<|im_start|>": 259, "<|im_end|>": 260])
        #expect(cut.tokenizer.endOfText == [260] && cut.tokenizer.beginOfText == 259)
        var marked = whole
        marked.tokens[260] = "\"}}"
        marked.tokens[259] = "\"}a"
        #expect(VocabularyCut(marked, wanted: []).kept == Array(0..<256) + [260, 261, 262])
        let none = VocabularyCut(whole, wanted: [])
        #expect(none.kept == Array(0..<256) + [261, 262] && none.tokenizer.merges.isEmpty)
        let first = VocabularyCut(whole, wanted: [], first: 1)
        #expect(first.kept == Array(0..<257) + [261, 262])
        #expect(VocabularyCut(whole, wanted: [], first: 99).kept.count == 256 + 4 + 2)
    }

    @Test("the real tokenizer: texts of many scripts and the shipped requests", .enabled(if: TestFiles.model != nil))
    func realTokenizer() throws {
        let whole = try ModelFile.open(path: try #require(TestFiles.model)).tokenizer
        let before = try Tokenizer(whole)
        let requests = try String(
            contentsOf: TestFiles.repository.appendingPathComponent("Tests/Requests/smart-home.jsonl"), encoding: .utf8)
        var counts = TokenCounts(vocabulary: before.count)
        counts.add(before.encode(requests), path: "requests")
        let cut = VocabularyCut(whole, wanted: counts.used(atLeast: 1), first: 2000)
        let after = try Tokenizer(cut.tokenizer)
        #expect(cut.kept.count < before.count / 5)
        #expect(after.encode(requests).map { Int32(cut.kept[Int($0)]) } == before.encode(requests))
        for text in [
            "Straße und Übermut", "把客厅的灯打开", "ภาษาไทย", "def f(x):\n    return x ** 2", "👩‍👩‍👧 ñ ǆ", "\u{0}\u{7F}",
        ] {
            #expect(after.decode(after.encode(text)) == text.precomposedStringWithCanonicalMapping)
        }
        for name in whole.specialTokens.keys {
            #expect(after.id(ofSpecial: name).map { cut.kept[Int($0)] } == before.id(ofSpecial: name).map { Int($0) })
        }
    }

    @Test("a model without tokens answers as the whole one does; the folder and its card say what went")
    func model() throws {
        let folder = try TemporaryFolder()
        var description = SmallModel.description()
        let whole = Self.vocabulary(merges: 60, seed: 5)
        description.vocabularySize = whole.tokens.count
        let weights = RandomWeights(description), source = folder.path + "/source"
        try HuggingFaceModelWriter(description, whole).write(to: source) { weights.weight($0).all() }
        let text = (0..<40).map { Self.text(seed: $0) }.joined()
        let path = try folder.write(text.utf8, as: "text.txt")
        let counts = try TokenCounts.read([path], Tokenizer(whole))
        #expect(counts.records[0]["sha256"]?.stringValue?.count == 64)
        var lines: [String] = []
        let job = try CompressionJob(
            SourceModel(path: source), to: OutputFolder(folder.path + "/out"), texts: .init(), on: SmallModel.pool,
            command: "kinglet prune vocabulary"
        ) { lines.append($0) }
        let pruning = try VocabularyPruning(
            job, counts, .init(minimum: 4),
            test: .init(SourceText(path: path, text: text), windows: 2, length: 24))
        #expect(try pruning.run() == pruning.cut.kept.count)
        let left = try ModelFile.open(path: folder.path + "/out"), kept = pruning.cut.kept
        #expect(left.description.vocabularySize == kept.count && kept.count < whole.tokens.count)
        let tokens = try Tokenizer(left.tokenizer).encode("fed abc")
        let (logits, others) = (
            try SmallModel.logits(left, tokens),
            try SmallModel.logits(ModelFile.open(path: source), tokens.map { Int32(kept[Int($0)]) })
        )
        for row in tokens.indices {
            for (place, id) in kept.enumerated() {
                #expect(abs(logits[row * kept.count + place] - others[row * whole.tokens.count + id]) < 1e-4)
            }
        }
        let card = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: folder.path + "/out/compression.json")))
        #expect(card["tokens"] == ["source": .integer(whole.tokens.count), "result": .integer(kept.count)])
        for (model, side) in [(try ModelFile.open(path: source), "source"), (left, "result")] {
            let tokens = try Tokenizer(model.tokenizer).encode(text)
            let perplexity = try TextWindows(tokens, count: 2, length: 24, path: "")
                .perplexity(of: model, format: .bf16, on: SmallModel.pool).value
            let bits = log2(perplexity) * Double(tokens.count) / Double(text.utf8.count)
            #expect(abs((card["bits_per_byte"]?[side]?.doubleValue ?? 0) - bits) < 1e-3)
            #expect(card["tokens_of_the_text"]?[side] == .integer(tokens.count))
        }
        #expect(lines.contains { $0.hasPrefix("\(kept.count) of \(whole.tokens.count) tokens stay") })
    }

    @Test("an adapter goes with the model: its weights, and what activates it by the new ids") func adapter() throws {
        let folder = try TemporaryFolder()
        let tuned = folder.path + "/tuned/home", weights = Data([1, 2, 3])
        try FileManager.default.createDirectory(atPath: tuned, withIntermediateDirectories: true)
        try weights.write(to: URL(fileURLWithPath: tuned + "/adapter_model.safetensors"))
        try "{\"r\": 4, \"base_model_name_or_path\": \"a\", \"alora_invocation_tokens\": [257, 9, 256]}".write(
            toFile: tuned + "/adapter_config.json", atomically: true, encoding: .utf8)
        try "{}".write(toFile: tuned + "/card.json", atomically: true, encoding: .utf8)
        let adapter = try MovedAdapter(tuned)
        #expect(adapter.name == "home" && adapter.invocation == [257, 9, 256])
        let job = try SmallModel.job(folder, RandomWeights(SmallModel.description()))
        let pruning = try VocabularyPruning(
            job, TokenCounts(vocabulary: 300), .init(adapters: [adapter]))
        try pruning.run()
        let copy = folder.path + "/out/adapters/home"
        let config = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: copy + "/adapter_config.json")))
        #expect(config == ["r": 4, "base_model_name_or_path": "out", "alora_invocation_tokens": [257, 9, 256]])
        #expect(FileManager.default.contents(atPath: copy + "/adapter_model.safetensors") == weights)
        #expect(FileManager.default.contents(atPath: copy + "/card.json") == Data("{}".utf8))
        #expect {
            _ = try VocabularyPruning(job, TokenCounts(vocabulary: 300), .init(adapters: [adapter, adapter]))
        } throws: { "\($0)".contains("same name") }
        #expect { _ = try MovedAdapter(folder.path) } throws: { "\($0)".contains("no adapter's configuration") }
    }

    @Test("ids move with the tokens below them") func moved() throws {
        let folder = try TemporaryFolder()
        var description = SmallModel.description()
        let whole = Self.vocabulary(merges: 60, seed: 7)
        description.vocabularySize = whole.tokens.count
        let weights = RandomWeights(description), source = folder.path + "/source", tuned = folder.path + "/home"
        try HuggingFaceModelWriter(description, whole).write(to: source) { weights.weight($0).all() }
        try FileManager.default.createDirectory(atPath: tuned, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(fileURLWithPath: tuned + "/adapter_model.safetensors"))
        let end = whole.tokens.count - 1
        try "{\"alora_invocation_tokens\": [\(end), 300]}".write(
            toFile: tuned + "/adapter_config.json", atomically: true, encoding: .utf8)
        let job = try CompressionJob(
            SourceModel(path: source), to: OutputFolder(folder.path + "/out"), texts: .init(), on: SmallModel.pool,
            command: "")
        let pruning = try VocabularyPruning(
            job, TokenCounts(vocabulary: whole.tokens.count), .init(adapters: [MovedAdapter(tuned)]))
        try pruning.run()
        let config = try JSONValue(
            parsing: Data(contentsOf: URL(fileURLWithPath: folder.path + "/out/adapters/home/adapter_config.json")))
        let ids = config["alora_invocation_tokens"]?.arrayValue?.compactMap(\.intValue) ?? []
        #expect(ids.map { pruning.cut.kept[$0] } == [end, 300] && ids[0] < end)
    }

    @Test("texts that need every token are refused; so is what is no text") func refused() throws {
        let folder = try TemporaryFolder()
        let job = try SmallModel.job(folder, RandomWeights(SmallModel.description()))
        var counts = TokenCounts(vocabulary: 300)
        counts.add(Array(0..<300) + [-1, 300], path: "all")
        #expect(
            counts.uses.allSatisfy { $0 == 1 } && counts.used(atLeast: 2).isEmpty
                && counts.used(atLeast: 0).count == 300)
        // Ids without a token go even then.
        #expect(try VocabularyPruning(job, counts).cut.kept.count == 258)
        let path = try folder.write([0xFF], as: "bytes")
        #expect { _ = try SourceText.read(path) } throws: { "\($0)".contains("UTF-8") }
        let full = folder.path + "/full"
        let small = SmallModel.description()
        var model = small
        model.vocabularySize = 258
        let weights = RandomWeights(model)
        try HuggingFaceModelWriter(model, .bytes(vocabularySize: 258)).write(to: full) { weights.weight($0).all() }
        let whole = try CompressionJob(
            SourceModel(path: full), to: OutputFolder(folder.path + "/no"), texts: .init(), on: SmallModel.pool,
            command: "")
        #expect { _ = try VocabularyPruning(whole, TokenCounts(vocabulary: 258)) } throws: {
            "\($0)".contains("all 258 tokens are needed")
        }
    }
}
