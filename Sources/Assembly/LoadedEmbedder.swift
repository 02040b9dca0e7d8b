import Configuration
import Foundation
import Inference
import Logging
import ModelFiles
import ModelStore
import Models

/// The encoder of the settings, or why there is none.
public enum LoadedEmbedder: Sendable, CustomStringConvertible {
    case ready(Embedder)
    /// The default encoder was never fetched.
    case missing(String)
    case off

    public var description: String {
        switch self {
        case .ready(let embedder): embedder.modelName
        case .missing, .off: "none"
        }
    }

    /// nil where there is none.
    public var embedder: Embedder? { if case .ready(let embedder) = self { embedder } else { nil } }

    /// Opens and packs; takes a fraction of a second for a small encoder.
    ///
    /// - Parameter base: whose weights a finder uses; nil: it gets the settings' model for itself.
    /// - Throws: where settings name an encoder that is not there or cannot be used; nothing need be there for `auto`.
    public static func load(_ settings: Settings, on base: FinderBase? = nil) async throws -> LoadedEmbedder {
        let model = settings.embedding.model
        if model == "none" { return .off }
        if model == Settings.Embedding.automatic { return try await automatic(settings, on: base) }
        let folder = AdapterFolder(settings.resolve(model))
        return folder.exists
            ? .ready(try await finder(folder, settings, on: base)) : try encoder(model, settings)
    }

    /// The finder, unless it was made of a model of other shapes; else the encoder, if it was fetched.
    private static func automatic(_ settings: Settings, on base: FinderBase?) async throws -> LoadedEmbedder {
        let folder = AdapterFolder(settings.resolve(Settings.Embedding.finder))
        do {
            if folder.exists { return .ready(try await finder(folder, settings, on: base)) }
        } catch LowRankAdapterError.foreign(_, let reason) {
            Logger(label: "kinglet").info("functions are found without the finder", metadata: ["reason": "\(reason)"])
        }
        do {
            return try encoder(Settings.Embedding.encoder, settings)
        } catch let error as ManifestError {
            return .missing(error.description)
        }
    }

    private static func finder(
        _ folder: AdapterFolder, _ settings: Settings, on base: FinderBase?
    ) async throws -> Embedder {
        let model: FinderBase
        if let base { model = base } else { model = try await PackedModel.load(settings).base }
        return try Embedder.finder(
            folder, on: model, threads: settings.embedding.threadCount, configuration: settings.embedding.configuration)
    }

    private static func encoder(_ model: String, _ settings: Settings) throws -> LoadedEmbedder {
        let embedding = settings.embedding, local = settings.resolve(model)
        let path = try ModelManifest.locate(FileManager.default.fileExists(atPath: local) ? local : model)
        var recipe = DecoderRecipe()
        recipe.isCausal = embedding.attention == "causal"
        recipe.instruction = embedding.instruction.isEmpty ? nil : embedding.instruction
        recipe.maximumTokens = embedding.maxTokens
        return .ready(
            try Embedder.load(
                path: path, format: EncoderFormat(rawValue: embedding.format) ?? .int8,
                threads: embedding.threadCount, recipe: recipe, configuration: embedding.configuration))
    }
}

extension Settings.Embedding {
    fileprivate var configuration: EmbedderConfiguration {
        var configuration = EmbedderConfiguration()
        (configuration.maxBatchTokens, configuration.maxWaitingTokens) = (maxBatchTokens, maxWaitingTokens)
        return configuration
    }

    fileprivate var threadCount: Int { threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount }
}
