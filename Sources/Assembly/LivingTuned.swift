import Configuration
import Digests
import Foundation
import FunctionCalling
import Inference
import ModelFiles
import Storage

/// The adapters that an engine answers with while it serves: those that were put, before those that folders give.
///
/// Changes are made one after the other. One counts for requests when it is on the disk, and is answered when it counts.
package actor LivingTuned {
    /// Packs them; nil: an engine without weights of its own has no adapters.
    private let reader: TunedAdapters?
    private let registry: AdapterRegistry
    private let store: StateStore
    private var files: [String: ServedAdapter]
    private var stored: [String: ServedAdapter] = [:]
    /// Their folders do not count any more.
    private var hidden: Set<String> = []
    /// The change before the next one.
    private var last: Task<Void, Never>?

    /// Takes over what the model's engine has from folders, and what is stored.
    ///
    /// - Throws: `LowRankAdapterError` or `StorageError` for what is stored and damaged.
    package init(_ model: LoadedModel, store: StateStore) async throws {
        (reader, registry, self.store) = (model.tuned, model.engine.adapters, store)
        files = Dictionary(registry.all.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        guard let reader else { return }
        let found = try await reader.read(store)
        stored = Dictionary(found.stored.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        hidden = found.deleted
        publish()
    }

    /// Whether it was put, else it is its folder's.
    package func isStored(_ name: String) -> Bool { stored[name] != nil }

    /// - Throws: `LowRankAdapterError` for one that cannot be used; `CatalogError`, `StorageError`.
    package func put(
        _ name: String, _ parts: AdapterParts, if precondition: Precondition = .none
    ) async throws -> EditResult {
        guard let reader else { throw CatalogError.unknownAdapter(name) }
        // Packed before its turn: that takes a while, and changes nothing.
        let adapter = try reader.read(parts, named: name)
        return try await inTurn { living in
            let known = try await living.current(name, precondition)
            try await living.store.put(
                StoredAdapter(
                    name: name, config: parts.config.bytes, weights: Data(parts.weights.bytes),
                    card: parts.card?.bytes))
            await living.take { $0.stored[name] = adapter }
            return EditResult(isNew: known == nil, tag: adapter.fingerprint)
        }
    }

    /// Requests under way keep it.
    ///
    /// - Throws: `CatalogError`, `StorageError`.
    package func delete(_ name: String, if precondition: Precondition = .none) async throws -> EditResult {
        try await inTurn { living in
            guard try await living.current(name, precondition) != nil else { throw CatalogError.unknownAdapter(name) }
            let hides = await living.files[name] != nil
            try await living.store.deleteAdapter(name, hides: hides)
            await living.take { living in
                living.stored[name] = nil
                if hides { living.hidden.insert(name) }
            }
            return EditResult(isNew: false, tag: nil)
        }
    }

    /// Takes folders anew. What was put or deleted since stays as it is.
    package func reload(_ adapters: [ServedAdapter]) {
        files = Dictionary(adapters.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        publish()
    }

    private func take(_ change: @Sendable (isolated LivingTuned) -> Void) {
        change(self)
        publish()
    }

    /// - Throws: `.preconditionFailed`.
    private func current(_ name: String, _ precondition: Precondition) throws(CatalogError) -> ServedAdapter? {
        let known = registry[name]
        guard precondition.holds({ known?.fingerprint }) else {
            throw .preconditionFailed(what: "the adapter \(name)", current: known?.fingerprint.text)
        }
        return known
    }

    private func publish() {
        var all = files.filter { !hidden.contains($0.key) }
        all.merge(stored) { $1 }
        registry.replaceAll(Array(all.values))
    }

    /// Runs after the changes before it.
    private func inTurn<Value: Sendable>(
        _ body: @escaping @Sendable (LivingTuned) async throws -> Value
    ) async throws -> Value {
        let before = last
        let task = Task {
            await before?.value
            return try await body(self)
        }
        last = Task { _ = await task.result }
        return try await task.value
    }
}
