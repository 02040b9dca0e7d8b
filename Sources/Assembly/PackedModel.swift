import Configuration
import Foundation
import Grammar
import Inference
import Kernels
import ModelFiles
import ModelStore
import Models
import Tokenization

/// A model in memory, in the form that the kernels multiply, before it has an engine.
public struct PackedModel: Sendable {
    public let name: String
    /// Tells its weights from others: names, sizes and times of its files.
    package let stamp: String
    public let weights: Qwen2Weights
    public let tokenizer: Tokenizer
    public let vocabulary: GrammarVocabulary
    public let pool: WorkerPool
    /// Seconds since the start when the file was open and checked, and when all was ready.
    public let openSeconds: Double, seconds: Double

    public var description: ModelDescription { weights.description }

    /// The same for a finder.
    public var base: FinderBase { FinderBase(name: name, stamp: stamp, weights: weights, tokenizer: tokenizer) }

    /// What the settings' model is, without its weights.
    public static func describe(_ settings: Settings) throws -> ModelDescription { try open(settings).description }

    /// Opens a file and packs its weights.
    public static func load(_ settings: Settings) async throws -> PackedModel {
        let start = ContinuousClock.now
        let file = try open(settings)
        let model = try await PackedModel(
            name: name(settings.model.path), stamp: stamp(settings), file, tokenizer: file.tokenizer,
            settings: settings.model, start: start)
        file.letGo(except: [.tokenEmbedding])
        return model
    }

    /// Packs weights that no file has; the tokenizer knows bytes only.
    public static func random(_ description: ModelDescription, _ settings: Settings) async throws -> PackedModel {
        try await PackedModel(
            name: description.name, stamp: "random \(description)", RandomWeights(description),
            tokenizer: .bytes(vocabularySize: description.vocabularySize), settings: settings.model, start: .now)
    }

    /// The grammar's token trie is made beside the packing.
    private init(
        name: String, stamp: String, _ source: some WeightSource, tokenizer description: TokenizerDescription,
        settings: Settings.Model, start: ContinuousClock.Instant
    ) async throws {
        openSeconds = (.now - start) / .seconds(1)
        let tokenizer = try Tokenizer(description)
        async let vocabulary = Task.detached { GrammarVocabulary(tokenizer) }.value
        pool = WorkerPool(
            threads: settings.threads > 0 ? settings.threads : ProcessInfo.processInfo.activeProcessorCount)
        weights = try Qwen2Weights(source, format: WeightFormat(rawValue: settings.format) ?? .w8a8, on: pool)
        (self.name, self.stamp, self.tokenizer) = (name, stamp, tokenizer)
        self.vocabulary = await vocabulary
        seconds = (.now - start) / .seconds(1)
    }

    private static func open(_ settings: Settings) throws -> ModelFile {
        guard let path = try locate(settings) else { throw LoadError.notFound(settings.model.path) }
        return try ModelFile.open(path: path)
    }

    private static func stamp(_ settings: Settings) -> String {
        guard let path = try? locate(settings) else { return "" }
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        return ([path] + files.map { "\(path)/\($0)" }).map { file in
            let known = try? FileManager.default.attributesOfItem(atPath: file)
            let time = (known?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(URL(fileURLWithPath: file).lastPathComponent) \(known?[.size] ?? 0) \(Int(time))"
        }.joined(separator: ", ")
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
}
