import Foundation
import Inference
import Kernels
import ModelFiles
import Models
import Tokenization

public enum LoadError: Error, CustomStringConvertible {
    case notFound(String)
    case notEnoughMemory(mebibytes: Int)

    public var description: String {
        switch self {
        case .notFound(let model):
            "no model \"\(model)\": neither a file or folder nor in the cache. Fetch it: kinglet pull \(model)"
        case .notEnoughMemory(let mebibytes):
            "a KV cache of \(mebibytes) MiB cannot be had; lower engine.kv_cache_mib"
        }
    }
}

/// A model ready to answer.
public struct LoadedModel: Sendable {
    public let file: ModelFile
    public let engine: Engine
    /// Bytes of the packed weights.
    public let weightBytes: Int
    public let seconds: Double
    /// The instruction set that the kernels run on.
    public var instructions: String { InstructionSet.current.description }

    /// Opens, packs and starts. The grammar's token trie is made beside the packing.
    public static func load(_ settings: Settings) async throws -> LoadedModel {
        let start = ContinuousClock.now
        guard let path = try locate(settings) else { throw LoadError.notFound(settings.model.path) }
        let file = try ModelFile.open(path: path)
        let tokenizer = try Tokenizer(file.tokenizer)
        async let vocabulary = Task.detached { GrammarVocabulary(tokenizer) }.value
        let threads = settings.model.threads > 0 ? settings.model.threads : ProcessInfo.processInfo.activeProcessorCount
        let pool = WorkerPool(threads: threads)
        let format = WeightFormat(rawValue: settings.model.format) ?? .w8a8
        let weights = try Qwen2Weights(file, format: format, on: pool)
        let shape = try weights.cacheShape()
        let configuration = configuration(settings.engine, shape: shape)
        file.letGo(except: [.tokenEmbedding])
        // Made here, so that a lack of memory is an error of the start; handed over to the engine thread whole.
        let cache = try KVCache(shape: shape, blocks: configuration.kvBlocks)
        cache.takeMemory()
        let handover = Handover(Qwen2Decoder(weights: weights, cache: cache, on: pool))
        let engine = try Engine(
            modelName: name(settings.model.path), tokenizer: tokenizer, vocabulary: await vocabulary,
            contextLength: file.description.contextLength, configuration: configuration,
            makeDecoder: { handover.decoder })
        return LoadedModel(
            file: file, engine: engine, weightBytes: weights.bytes, seconds: (.now - start) / .seconds(1))
    }

    private static func locate(_ settings: Settings) throws -> String? {
        let name = settings.model.path
        for path in [settings.resolve(name), name] where FileManager.default.fileExists(atPath: path) { return path }
        return try ModelManifest.locate(name)
    }

    /// A manifest's name as it is, a file's without folder and ending.
    private static func name(_ model: String) -> String {
        let last = URL(fileURLWithPath: model).lastPathComponent
        return last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last
    }

    private static func configuration(_ engine: Settings.Engine, shape: KVCacheShape) -> EngineConfiguration {
        let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory >> 20)
        let mebibytes = engine.kvCacheMiB > 0 ? engine.kvCacheMiB : max(256, min(4096, memory / 32))
        var configuration = EngineConfiguration(kvBlocks: max(1, (mebibytes << 20) / shape.bytesPerBlock))
        configuration.blockSize = shape.blockSize
        configuration.maxBatchTokens = engine.maxBatchTokens
        configuration.maxRunning = engine.maxRunning
        configuration.maxWaiting = engine.maxWaiting
        return configuration
    }
}

/// Carries a decoder from the thread that made it to the engine thread, which alone uses it from then on.
private struct Handover: @unchecked Sendable {
    let decoder: Qwen2Decoder
    init(_ decoder: Qwen2Decoder) { self.decoder = decoder }
}
