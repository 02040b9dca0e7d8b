import Configuration
import Foundation
import Inference
import Kernels
import Logging
import ModelFiles
import Models

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
            guard files.exists else { return nil }
            do {
                return try read(files, named: name)
            } catch let error as LowRankAdapterError {
                guard case .foreign = error else { throw error }
                leaveOut(name, error)
            } catch let error as LoRAError {
                leaveOut(name, error)
            }
            return nil
        }
    }

    /// - Throws: `LowRankAdapterError`, `LoRAError`.
    package func read(_ files: AdapterFolder, named name: String) throws -> ServedAdapter {
        let adapter = try files.read(for: weights.description)
        return ServedAdapter(
            name: name, invocation: adapter.shape.invocation, lesson: try files.lesson(),
            weights: try LoRAWeights(adapter, for: weights, on: pool))
    }

    private func leaveOut(_ name: String, _ error: any Error) {
        logger.warning("a pool is answered without its adapter", metadata: ["pool": "\(name)", "error": "\(error)"])
    }
}
