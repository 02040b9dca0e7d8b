import Configuration
import Foundation
import Inference
import Kernels
import ModelFiles
import ModelStore
import Models

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

/// An engine with its model loaded and its thread running.
public struct LoadedModel: Sendable {
    public let engine: Engine
    /// What a finder makes vectors with; nil without weights of its own.
    public let base: FinderBase?
    /// What it is tuned with; nil without weights of its own.
    package let tuned: TunedAdapters?
    /// What keys and values depend on beside the tokens: weights, formats, this CPU's arithmetic.
    package let identity: String
    /// Bytes of the packed weights, adapters' too.
    public private(set) var weightBytes: Int
    public let seconds: Double
    /// What keys and values are stored as, and why.
    private let cacheChoice: CacheChoice
    /// The name of it as in `engine.kv_cache_format`, and why it was chosen.
    public var kvCacheFormat: String { cacheChoice.element.rawValue }
    public var kvCacheReason: String { cacheChoice.reason }
    /// The instruction set that the kernels run on.
    public var instructions: String { InstructionSet.current.description }

    /// Opens, packs and starts; with the adapters of the settings.
    ///
    /// - Throws: for an adapter that is damaged. One of another model is named in the log and left out.
    public static func load(_ settings: Settings) async throws -> LoadedModel {
        let packed = try await PackedModel.load(settings)
        let adapters = try TunedAdapters(of: packed).read(settings)
        var model = try LoadedModel(packed, settings.engine)
        model.engine.adapters.replaceAll(adapters)
        model.weightBytes += adapters.reduce(0) { $0 + $1.bytes }
        return model
    }

    /// Starts an engine with a cache of its own.
    public init(_ model: PackedModel, _ settings: Settings.Engine) throws {
        let start = ContinuousClock.now
        cacheChoice = settings.kvCache(of: model)
        let shape = try model.weights.cacheShape(element: cacheChoice.element)
        var configuration = Self.configuration(settings, shape: shape)
        // As the settings have it: what is measured may be another one at the next start, and answers need not be made anew.
        configuration.formats = "\(model.weights.format), cache \(settings.kvCacheFormat)"
        // Made here, so that a lack of memory is an error of the start; handed over to the engine thread whole.
        let cache = try KVCache(shape: shape, blocks: configuration.kvBlocks)
        cache.takeMemory()
        let handover = Handover(Qwen2Decoder(weights: model.weights, cache: cache, on: model.pool))
        engine = try Engine(
            modelName: model.name, tokenizer: model.tokenizer, vocabulary: model.vocabulary,
            contextLength: model.description.contextLength, configuration: configuration,
            makeDecoder: { handover.decoder })
        base = model.base
        tuned = TunedAdapters(of: model)
        identity = "1; \(model.stamp); \(model.weights.format); \(shape); \(InstructionSet.current)"
        weightBytes = model.weights.bytes
        seconds = model.seconds + (.now - start) / .seconds(1)
    }

    /// An engine that was started elsewhere.
    package init(engine: Engine) {
        (self.engine, base, tuned, identity, weightBytes, seconds) = (engine, nil, nil, "", 0, 0)
        cacheChoice = CacheChoice(forced: .f32)
    }

    private static func configuration(_ engine: Settings.Engine, shape: KVCacheShape) -> EngineConfiguration {
        let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory >> 20)
        let mebibytes = engine.kvCacheMiB > 0 ? engine.kvCacheMiB : max(256, min(4096, memory / 32))
        var configuration = EngineConfiguration(kvBlocks: max(1, (mebibytes << 20) / shape.bytesPerBlock))
        configuration.blockSize = shape.blockSize
        configuration.maxBatchTokens = engine.maxBatchTokens
        configuration.maxRunning = engine.maxRunning
        configuration.maxWaiting = engine.maxWaiting
        configuration.draftTokens = engine.draftTokens
        return configuration
    }
}

extension Settings.Engine {
    /// What keys and values of a model are stored as; measured where the settings leave it open.
    public func kvCache(of model: PackedModel) -> CacheChoice {
        kvCacheElement.map { CacheChoice(forced: $0) } ?? CacheChoice(for: model.weights.format, on: model.pool)
    }
}

/// Carries a decoder from the thread that made it to the engine thread, which alone uses it from then on.
private struct Handover: @unchecked Sendable {
    let decoder: Qwen2Decoder
    init(_ decoder: Qwen2Decoder) { self.decoder = decoder }
}

extension Settings {
    /// Where computed beginnings of prompts outlive the process; nil: nowhere.
    package var prefixFolder: PrefixFolder? {
        switch engine.prefixFolder {
        case "none", "": nil
        case "auto": PrefixFolder(ModelStore().cache + "/prefixes")
        default: PrefixFolder(resolve(engine.prefixFolder))
        }
    }
}
