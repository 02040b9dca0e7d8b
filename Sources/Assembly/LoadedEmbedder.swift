import Configuration
import Foundation
import Inference
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
    /// - Throws: where settings name an encoder that is not there or cannot be used; the default one may be missing.
    public static func load(_ settings: Settings, on base: FinderBase? = nil) async throws -> LoadedEmbedder {
        let embedding = settings.embedding
        if embedding.model == "none" { return .off }
        let folder = AdapterFolder(settings.resolve(embedding.model))
        guard folder.exists else { return try encoder(settings) }
        let model: FinderBase
        if let base { model = base } else { model = try await PackedModel.load(settings).base }
        return .ready(
            try Embedder.finder(
                folder, on: model, threads: embedding.threadCount, configuration: embedding.configuration))
    }

    private static func encoder(_ settings: Settings) throws -> LoadedEmbedder {
        let embedding = settings.embedding
        let path: String
        do throws(ManifestError) {
            let local = settings.resolve(embedding.model)
            path = try ModelManifest.locate(
                FileManager.default.fileExists(atPath: local) ? local : embedding.model)
        } catch {
            guard embedding.model == Settings.Embedding().model else { throw error }
            return .missing(error.description)
        }
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
