import Assembly
import Configuration
import Documents
import Foundation
import FunctionCalling
import Inference
import ModelFiles
import Retrieval
import TestSupport
import Testing

/// An adapter as encoder of the settings: on the weights of the model that answers, or one clear line.
@Suite struct FinderTests {
    private static let model = ModelDescription(
        name: "small", architecture: .qwen2, layers: 2, hiddenSize: 64, intermediateSize: 96, heads: 2, kvHeads: 1,
        headSize: 32, vocabularySize: 300, contextLength: 64, ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: true,
        tiesEmbeddings: true, rotaryPairing: .halves)

    private static let card =
        #"{"finder": {"layers": 1, "dimensions": 48, "pooling": "mean", "instruction": "", "max_tokens": 32}}"#

    private static func adapter(_ number: Float, layer: Int = 0, invocation: [Int32]? = nil) -> LowRankAdapter {
        var adapter = LowRankAdapter(
            shape: AdapterShape(rank: 2, alpha: 4, matrices: [.query], layers: [layer], invocation: invocation))
        for factor in LowRankAdapter.Factor.allCases {
            adapter[factor, .query, layer] = (0..<128).map { number * Float($0 % 7 - 3) }
        }
        return adapter
    }

    /// - Parameter body: settings that name the folder `finder`, and a model in memory.
    private static func withFinder(
        _ adapter: LowRankAdapter, card: String? = card,
        _ body: (AdapterFolder, Settings, FinderBase) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let files = AdapterFolder("\(folder.path)/finder")
        try files.write(adapter, base: "small")
        if let card { try Data(card.utf8).write(to: URL(fileURLWithPath: files.cardPath)) }
        var settings = Settings()
        (settings.folder, settings.embedding.model) = (folder.path, "finder")
        (settings.model.threads, settings.embedding.threads) = (1, 1)
        try await body(files, settings, PackedModel.random(model, settings).base)
        withExtendedLifetime(folder) {}
    }

    @Test func vectorsOfTheModelInMemory() async throws {
        try await Self.withFinder(Self.adapter(0.1)) { files, settings, base in
            let embedding = try await LoadedEmbedder.load(settings, on: base)
            let embedder = try #require(embedding.embedder)
            defer { embedder.stop() }
            #expect(embedder.modelName == "small:finder" && embedder.dimensions == 48 && embedder.maximumTokens == 32)
            #expect(embedder.isFinder && embedder.habits == .finder)
            let texts = ["turn it off", "关掉", String(repeating: "long ", count: 40), ""]
            let vectors = try await embedder.embed(texts, isQuery: true)
            // A line break before each text; bytes are tokens.
            #expect(vectors.tokens == 12 + 7 + 32 + 1)
            for row in texts.indices {
                let length = vectors.vectors[row * 48..<(row + 1) * 48].reduce(0) { $0 + $1 * $1 }
                #expect(abs(length - 1) < 1e-4)
            }
            // Queries are encoded as functions are, and alone as among others.
            #expect(try await embedder.embed([texts[0]], isQuery: false).vectors == Array(vectors.vectors[..<48]))
            let tokens = [
                [10] + Array("turn it off".utf8).map { Int32($0) }, Array("turn it off".utf8).map { Int32($0) },
            ]
            for sequence in tokens {
                #expect(try await embedder.embed(tokens: [sequence]).vectors == Array(vectors.vectors[..<48]))
            }
        }
    }

    @Test("another adapter, recipe or model makes vectors of another name") func identities() async throws {
        var identities: Set<String> = []
        for (number, card) in [
            (Float(0.1), Self.card), (0.2, Self.card),
            (0.1, Self.card.replacing("\"layers\": 1", with: "\"layers\": 2")),
            (0.1, Self.card.replacing("mean", with: "last")),
        ] {
            try await Self.withFinder(Self.adapter(number), card: card) { _, settings, base in
                let embedder = try #require(try await LoadedEmbedder.load(settings, on: base).embedder)
                identities.insert(embedder.identity)
                embedder.stop()
            }
        }
        #expect(identities.count == 4)
    }

    @Test func poolsAreIndexedByIt() async throws {
        try await Self.withFinder(Self.adapter(0.1)) { _, settings, base in
            let embedder = try #require(try await LoadedEmbedder.load(settings, on: base).embedder)
            defer { embedder.stop() }
            let functions = [
                FunctionDocument(name: "lamp_on", description: "Switches a lamp on.", examples: ["light please"]),
                FunctionDocument(name: "stop", description: "Stops."),
            ]
            let hybrid = HybridRetriever(
                try await EmbeddedDocuments.make(functions, encoder: embedder), lexical: LexicalIndex(functions))
            // An example is its function's: nothing is nearer to it than itself.
            #expect(try await hybrid.candidates(for: "light please", limit: 2).map(\.name) == ["lamp_on", "stop"])
        }
    }

    /// Of a model of other shapes it is passed over, as no adapter of a pool is either; what is damaged is said.
    @Test(arguments: [("whole", true), ("foreign", false), ("gone", false)])
    func automaticTakesTheOneThatFits(what: String, fits: Bool) async throws {
        try await Self.withFinder(Self.adapter(0.1, layer: what == "foreign" ? 7 : 0)) { files, settings, base in
            var settings = settings
            settings.embedding.model = "auto"
            if what == "gone" { try FileManager.default.removeItem(atPath: files.path) }
            let embedding = try await LoadedEmbedder.load(settings, on: base)
            defer { embedding.embedder?.stop() }
            #expect((embedding.embedder?.modelName == "small:finder") == fits)
            // Else the encoder of its own, where this machine has it.
            #expect(fits || (embedding.embedder != nil) == (TestFiles.encoder != nil))
            guard what == "whole" else { return }
            try FileManager.default.removeItem(atPath: files.weightsPath)
            await #expect(throws: LowRankAdapterError.self) { _ = try await LoadedEmbedder.load(settings, on: base) }
        }
    }

    @Test(
        "data of what ships are attributed, in its card and in NOTICE",
        arguments: [("Config/finder", 9), ("Config/tuned/general", 17)])
    func attribution(shipped: String, count: Int) throws {
        let folder = AdapterFolder(TestFiles.repository.appendingPathComponent(shipped).path)
        let card = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: folder.cardPath)))
        let notice = try String(contentsOf: TestFiles.repository.appendingPathComponent("NOTICE"), encoding: .utf8)
        let sets = try #require(card["attribution"]?.arrayValue)
        for set in sets {
            for member in ["name", "licence", "source"] {
                #expect(notice.contains(try #require(set[member]?.stringValue)))
            }
        }
        #expect(sets.count == count)
        // The finder's card names its files: beside the base and what the project's own templates made, one of each set.
        guard shipped == "Config/finder" else { return }
        let files = try #require(card["files"]?.objectValue?.compactMap { $0.value["name"]?.stringValue })
        #expect(
            files.filter { $0.contains("/") }.map { $0.prefix { $0 != "/" } }.sorted()
                == sets.compactMap { $0["data"]?.stringValue.map { Substring($0) } }.sorted())
    }

    @Test(
        "what is no finder of this model is one line",
        arguments: [
            ("card", "there is no card.json"), ("layers", "no adapter for this model: its texts pass 9 layers"),
            ("nan", "has a value that is no number"), ("foreign", "no adapter for this model: there is no layer 7"),
            ("activated", "a finder acts on the whole text; this one is activated"),
            ("weights", "adapter_model.safetensors"),
        ])
    func refused(fault: String, message: String) async throws {
        let card =
            fault == "card"
            ? nil : fault == "layers" ? Self.card.replacing("layers\": 1", with: "layers\": 9") : Self.card
        let adapter = Self.adapter(
            fault == "nan" ? .nan : 0.1, layer: fault == "foreign" ? 7 : 0,
            invocation: fault == "activated" ? [7] : nil)
        try await Self.withFinder(adapter, card: card) { files, settings, base in
            if fault == "weights" { try FileManager.default.removeItem(atPath: files.weightsPath) }
            let error = await #expect(throws: LowRankAdapterError.self) {
                _ = try await LoadedEmbedder.load(settings, on: base)
            }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains(message) && text.contains("/finder") && !text.contains("\n"), "\(text)")
        }
    }
}
