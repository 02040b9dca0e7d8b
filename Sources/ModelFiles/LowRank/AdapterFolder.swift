import Foundation

/// A folder with `adapter_config.json` and `adapter_model.safetensors`, as PEFT keeps an adapter.
public struct AdapterFolder: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    /// The last part of the path.
    public var name: String { URL(fileURLWithPath: path).lastPathComponent }

    public var configPath: String { "\(path)/adapter_config.json" }
    public var weightsPath: String { "\(path)/adapter_model.safetensors" }

    /// Whether a finished adapter lies there: its configuration is written last.
    public var exists: Bool { FileManager.default.fileExists(atPath: configPath) }

    /// What `kinglet train` wrote beside the adapter: data, settings, figures, and how prompts are to be laid out.
    public var cardPath: String { "\(path)/card.json" }

    /// - Throws: `.damaged` where a part cannot be read.
    package func parts() throws(LowRankAdapterError) -> AdapterParts {
        guard let config = FileManager.default.contents(atPath: configPath) else {
            throw .damaged(path: configPath, reason: "there is no such file")
        }
        let weights: MappedFile
        do {
            weights = try MappedFile(path: weightsPath)
        } catch {
            throw .damaged(path: weightsPath, reason: "\(error)")
        }
        return AdapterParts(
            config: .init(path: configPath, bytes: config), weights: weights,
            card: card)
    }

    /// nil for an adapter that was made elsewhere.
    package var card: AdapterParts.Text? {
        FileManager.default.contents(atPath: cardPath).map { .init(path: cardPath, bytes: $0) }
    }

    /// - Throws: `.foreign` for an adapter of a model of other shapes, `.damaged` for what is none.
    public func read(for model: ModelDescription) throws(LowRankAdapterError) -> LowRankAdapter {
        try parts().read(for: model)
    }
}
