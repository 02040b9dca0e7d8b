import Assembly
import Configuration
import Inference
import Service
import Testing

@Suite struct CacheFormatTests {
    @Test func anInt8CacheHoldsMoreTokensInTheSameMemory() async throws {
        func blocks(_ format: String) async throws -> Int {
            let settings = try Settings.load(
                flags: ["engine.kv_cache_format": format, "engine.kv_cache_mib": "64"], environment: [:], file: nil)
            let model = try LoadedModel(
                await PackedModel.random(APIDocumentTests.shape, settings), settings.engine)
            defer { model.engine.stop() }
            return model.engine.statistics.blocks
        }
        let (standard, bytes, wide) = (try await blocks("bf16"), try await blocks("int8"), try await blocks("f32"))
        let memory = 64 << 20
        #expect(standard == memory / 8192 && wide == standard / 2)
        #expect(bytes == memory / (32 * (2 * 64 + 12)))
    }

    /// Answers that are kept are kept by this; what is measured at the start changes nothing.
    @Test func formatsMakeAnotherIdentity() async throws {
        func identity(_ flags: [String: String]) async throws -> String {
            let settings = try Settings.load(
                flags: ["engine.kv_cache_mib": "64"].merging(flags) { $1 }, environment: [:], file: nil)
            let model = try LoadedModel(await PackedModel.random(APIDocumentTests.shape, settings), settings.engine)
            defer { model.engine.stop() }
            #expect(model.engine.identity.hasPrefix(model.engine.modelName))
            return model.engine.identity
        }
        let standard = try await identity([:])
        #expect(try await identity([:]) == standard && standard.hasSuffix(" w8a8, cache auto"))
        #expect(try await identity(["model.format": "w4a8"]) != standard)
        #expect(try await identity(["engine.kv_cache_format": "f32"]) != standard)
    }

    @Test func theServerSaysWhatItChose() async throws {
        let model = try LoadedModel(await PackedModel.random(APIDocumentTests.shape, Settings()), Settings().engine)
        defer { model.engine.stop() }
        #expect(model.kvCacheFormat == "int8" || model.kvCacheFormat == "bf16")
        #expect(model.kvCacheReason.hasPrefix("measured, in 10⁹ operations a second: int8 "))
    }
}
