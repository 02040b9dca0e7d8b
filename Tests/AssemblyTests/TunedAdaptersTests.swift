import Assembly
import Configuration
import Foundation
import Inference
import ModelFiles
import TestSupport
import Testing

/// The folder of adapters: who is served with which.
@Suite struct TunedAdaptersTests {
    private static let model = ModelDescription(
        name: "small", architecture: .qwen2, layers: 2, hiddenSize: 64, intermediateSize: 96, heads: 2, kvHeads: 1,
        headSize: 32, vocabularySize: 300, contextLength: 64, ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: true,
        tiesEmbeddings: true, rotaryPairing: .halves)

    private static func adapter(_ number: Float, layers: [Int] = [0, 1], invocation: [Int32]? = nil) -> LowRankAdapter {
        var adapter = LowRankAdapter(
            shape: AdapterShape(rank: 2, alpha: 4, matrices: [.query], layers: layers, invocation: invocation))
        for layer in layers {
            for factor in LowRankAdapter.Factor.allCases {
                adapter[factor, .query, layer] = [Float](repeating: number, count: 128)
            }
        }
        return adapter
    }

    private static func inFolder(
        _ body: (TemporaryFolder, TunedAdapters, Settings) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        var settings = Settings()
        (settings.folder, settings.calling.tuned) = (folder.path, "tuned")
        settings.model.threads = 1
        let packed = try await PackedModel.random(model, settings)
        try withExtendedLifetime(folder) { try body(folder, TunedAdapters(of: packed), settings) }
    }

    @Test func readsAFolderAPool() async throws {
        try await Self.inFolder { folder, tuned, settings in
            #expect(try tuned.read(settings).isEmpty)
            try AdapterFolder("\(folder.path)/tuned/lights").write(Self.adapter(1, invocation: [7]), base: "small")
            try AdapterFolder("\(folder.path)/tuned/blinds").write(Self.adapter(2), base: "other/name")
            // One that is being written, and one of a larger model.
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/tuned/unfinished", withIntermediateDirectories: true)
            try AdapterFolder("\(folder.path)/tuned/foreign").write(Self.adapter(1, layers: [0, 9]), base: "small")
            try Data().write(to: URL(fileURLWithPath: "\(folder.path)/tuned/notes.txt"))
            let adapters = try tuned.read(settings)
            #expect(adapters.map(\.name) == ["blinds", "lights"])
            #expect(adapters.map(\.invocation) == [nil, [7]])
            #expect(adapters[0].fingerprint != adapters[1].fingerprint && adapters[0].bytes > 0)
            #expect(try tuned.read(settings).map(\.fingerprint) == adapters.map(\.fingerprint))
        }
    }

    @Test("a finder answers no prompts: it is left out, and refused where it is put") func finders() async throws {
        try await Self.inFolder { folder, tuned, settings in
            let files = AdapterFolder("\(folder.path)/tuned/lights")
            try files.write(Self.adapter(1), base: "small")
            let card = #"{"finder": {"layers": 1, "dimensions": 8, "pooling": "mean", "max_tokens": 9}}"#
            try Data(card.utf8).write(to: URL(fileURLWithPath: files.cardPath))
            #expect(try tuned.read(settings).isEmpty)
            let error = #expect(throws: LowRankAdapterError.self) { try tuned.read(files.parts(), named: "lights") }
            #expect(error?.path == files.cardPath && error?.reason.contains("embedding.model") == true)
        }
    }

    @Test func aDamagedOneIsAnError() async throws {
        try await Self.inFolder { folder, tuned, settings in
            let files = AdapterFolder("\(folder.path)/tuned/lights")
            try files.write(Self.adapter(.nan), base: "small")
            let error = #expect(throws: LowRankAdapterError.self) { _ = try tuned.read(settings) }
            #expect(error.map { "\($0)".hasPrefix(files.weightsPath) } == true)
            try Data("{}".utf8).write(to: URL(fileURLWithPath: files.configPath))
            #expect(
                throws: LowRankAdapterError.damaged(path: files.configPath, reason: "peft_type is missing, not LORA")
            ) { _ = try tuned.read(settings) }
        }
    }
}
