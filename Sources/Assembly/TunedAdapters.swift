import Configuration
import Foundation
import Inference
import Kernels
import Logging
import ModelFiles
import Models
import Storage

/// Reads the low-rank adapters of pools, and packs them for the model that is to answer with them.
package struct TunedAdapters: Sendable {
    private let weights: Qwen2Weights
    private let pool: WorkerPool
    private let logger = Logger(label: "kinglet")

    package init(of model: PackedModel) { (weights, pool) = (model.weights, model.pool) }

    /// All of the settings' folder. One of another model is named in the log and left out: its pool is answered without.
    ///
    /// - Throws: `LowRankAdapterError.damaged`.
    package func read(_ settings: Settings) throws -> [ServedAdapter] {
        let folder = settings.resolve(settings.calling.tuned)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return try names.sorted().compactMap { name in
            let files = AdapterFolder("\(folder)/\(name)")
            return files.exists ? try fitting(files.parts(), named: name) : nil
        }
    }

    /// What was put while a server ran, and names whose folder does not count any more.
    package func read(_ store: StateStore) async throws -> (stored: [ServedAdapter], deleted: Set<String>) {
        let (names, deleted) = try await store.adapterNames()
        var adapters: [ServedAdapter] = []
        for name in names {
            guard let stored = try await store.adapter(named: name) else { continue }
            if let adapter = try fitting(AdapterParts(stored, in: store.path), named: name) { adapters.append(adapter) }
        }
        return (adapters, deleted)
    }

    /// - Throws: `LowRankAdapterError`.
    package func read(_ parts: AdapterParts, named name: String) throws(LowRankAdapterError) -> ServedAdapter {
        let adapter = try parts.read(for: weights.description), lesson = try AdapterLesson(card: parts.card)
        if lesson.isFinder, let card = parts.card {
            throw .foreign(
                path: card.path, reason: "it is a finder, which answers no prompts; name its folder in embedding.model")
        }
        do {
            return ServedAdapter(
                name: name, invocation: adapter.shape.invocation, lesson: lesson,
                weights: try LoRAWeights(adapter, for: weights, on: pool))
        } catch {
            throw .foreign(path: parts.weights.path, reason: "\(error)")
        }
    }

    /// nil for one of another model, which the log names.
    private func fitting(
        _ parts: AdapterParts, named name: String
    ) throws(LowRankAdapterError) -> ServedAdapter? {
        do {
            return try read(parts, named: name)
        } catch {
            guard case .foreign = error else { throw error }
            logger.warning(
                "a pool is answered without its adapter", metadata: ["pool": "\(name)", "error": "\(error)"])
            return nil
        }
    }
}

extension AdapterParts {
    /// - Parameter place: of the store, for errors.
    fileprivate init(_ stored: StoredAdapter, in place: String) {
        self.init(
            config: .init(path: "\(place), \(stored.name), config", bytes: stored.config),
            weights: MappedFile(name: "\(place), \(stored.name), weights", copying: stored.weights),
            card: stored.card.map { .init(path: "\(place), \(stored.name), card", bytes: $0) })
    }
}
