import Foundation
import Inference
import TestSupport
import Testing
import Tokenization

/// Prefixes that leave an engine and come back into another one.
@Suite struct SavedPrefixTests {
    private static func engine(blocks: Int = 64, blockSize: Int = 4) throws -> Engine {
        try EnginePropertyTests.engine(blocks: blocks, blockSize: blockSize, batch: 16)
    }

    private static func saved(_ prefix: [TokenID], blockSize: Int = 4) async throws -> SavedPrefix {
        let engine = try engine(blockSize: blockSize)
        defer { engine.stop() }
        try await engine.pin(prefix, as: "pool")
        return try #require(await engine.copy(ofPinned: "pool", prefix))
    }

    @Test("law: what is restored answers as what was computed", arguments: UInt64(0)..<8)
    func restored(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let prefix = (0..<Int.random(in: 1...60, using: &random)).map { _ in Int32.random(in: 0..<256, using: &random) }
        let saved = try await Self.saved(prefix)
        #expect(saved.tokens == Array(prefix.prefix(prefix.count / 4 * 4)))
        let engine = try Self.engine()
        // Sometimes a part of it is there already, and sometimes others run meanwhile.
        if seed % 2 == 0 { _ = try await engine.generate(GenerationRequest(prompt: prefix, maxTokens: 1)) }
        async let other = engine.generate(GenerationRequest(prompt: [9, 8, 7, 6, 5], maxTokens: 5))
        #expect(await engine.restore(saved, as: "pool") == saved.tokens.count)
        let prompt = prefix + [1, 2, 3]
        let answer = try await engine.generate(GenerationRequest(prompt: prompt, maxTokens: 6))
        #expect(answer.usage.cachedTokens == saved.tokens.count)
        #expect(answer.tokens.map(\.id) == ToyDecoder.answer(to: prompt, count: 6, vocabulary: 256))
        _ = try await other
        engine.unpin("pool")
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)
    }

    /// A wrong number in it would change the answer: the blocks that were put back are those that are read.
    @Test func whatIsPutBackIsRead() async throws {
        let prefix = (0..<16).map { Int32($0) }
        let saved = try await Self.saved(prefix)
        var bytes = saved.bytes
        bytes[5] ^= 1
        let engine = try Self.engine()
        let wrong = SavedPrefix(tokens: saved.tokens, blockBytes: saved.blockBytes, bytes: bytes)
        #expect(await engine.restore(wrong, as: "pool") == 16)
        let answer = try await engine.generate(GenerationRequest(prompt: prefix + [1], maxTokens: 4))
        #expect(answer.tokens.map(\.id) != ToyDecoder.answer(to: prefix + [1], count: 4, vocabulary: 256))
        engine.stop()
    }

    static let unfit: [(blocks: Int, blockSize: Int, kept: Int)] = [(64, 4, 40), (64, 8, 0), (9, 4, 0), (24, 4, 24)]
    @Test(arguments: unfit) func whatDoesNotFitIsLeft(blocks: Int, blockSize: Int, kept: Int) async throws {
        let saved = try await Self.saved((0..<40).map { Int32($0) })
        let engine = try Self.engine(blocks: blocks, blockSize: blockSize)
        #expect(await engine.restore(saved, as: "pool") == min(kept, blocks / 4 * blockSize))
        engine.stop()
        #expect(await engine.restore(saved, as: "pool") == 0)
        #expect(await engine.copy(ofPinned: "pool", saved.tokens) == nil)
    }

    @Test func nothingIsCopiedOfWhatIsNotPinned() async throws {
        let engine = try Self.engine()
        #expect(await engine.copy(ofPinned: "pool", [1, 2, 3, 4]) == nil)
        engine.stop()
    }

    // MARK: On disk

    private let temporary: TemporaryFolder

    init() throws { temporary = try TemporaryFolder() }

    private func folder(_ bytes: Int = 1 << 20) -> PrefixFolder {
        PrefixFolder(temporary.path + "/prefixes", maximumBytes: bytes)
    }

    private static func random(_ count: Int, seed: UInt64) -> SavedPrefix {
        var random = SeededGenerator(seed)
        let tokens = (0..<count).map { _ in Int32.random(in: 0..<150_000, using: &random) }
        return SavedPrefix(
            tokens: tokens, blockBytes: 64,
            bytes: Data((0..<count / 4 * 64).map { _ in UInt8.random(in: 0...255, using: &random) }))
    }

    @Test func whatIsWrittenIsRead() throws {
        let folder = folder(), saved = Self.random(40, seed: 1), tokens = saved.tokens + [3]
        #expect(try folder.read(tokens, identity: "a") == nil)
        try folder.write(saved, of: tokens, identity: "a")
        #expect(try folder.read(tokens, identity: "a") == saved)
        // Of another model, or another prefix, it is not.
        #expect(try folder.read(tokens, identity: "b") == nil && folder.read(saved.tokens, identity: "a") == nil)
    }

    @Test(arguments: UInt64(0)..<12) func damageIsTold(seed: UInt64) throws {
        let folder = folder(), saved = Self.random(40, seed: seed)
        try folder.write(saved, of: saved.tokens, identity: "a")
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let path = URL(fileURLWithPath: "\(folder.path)/\(name)")
        var data = try Data(contentsOf: path), random = SeededGenerator(seed)
        if seed % 3 == 0 {
            data = data.prefix(Int.random(in: 0..<data.count, using: &random))
        } else {
            data[Int.random(in: 0..<data.count, using: &random)] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
        }
        try data.write(to: path)
        // A change of the header may leave what it says as it was.
        let read = try? folder.read(saved.tokens, identity: "a")
        #expect(read == nil || read == saved)
        if seed % 3 == 0 {
            #expect(throws: PrefixFolderError.self) { try folder.read(saved.tokens, identity: "a") }
        }
        try folder.write(saved, of: saved.tokens, identity: "a")
        #expect(try folder.read(saved.tokens, identity: "a") == saved)
    }

    @Test func whatWasNotUsedGoesFirst() throws {
        let folder = folder(3_000), all = (0..<4).map { Self.random(40, seed: UInt64(10 + $0)) }
        for (place, saved) in all.enumerated() {
            try folder.write(saved, of: saved.tokens, identity: "a")
            // Times of files are not finer than this everywhere.
            usleep(20_000)
            if place == 2 { _ = try folder.read(all[0].tokens, identity: "a") }
        }
        let kept = try all.map { try folder.read($0.tokens, identity: "a") != nil }
        #expect(kept == [true, false, true, true] || kept == [true, false, false, true])
    }
}
