import OrderedCollections
import Foundation
import ModelFiles
import Documents

/// All that a run needs to go on: parameters, both moments of the optimiser, and how many steps are done.
package struct Checkpoint {
    package let path: String
    /// What the run's result depends on, see `TrainingRun`: a checkpoint of anything else is refused.
    package let identity: String

    private static let kinds = ["parameter", "first", "second"]

    /// Replaces the checkpoint before it in one step.
    package func write(_ optimizer: AdamW, _ parameters: ParameterArena, step: Int) throws(TrainingError) {
        let arenas = [parameters, optimizer.firstMoments, optimizer.secondMoments]
        let entries = zip(Self.kinds, arenas).flatMap { kind, arena in
            arena.entries.map { entry in
                SafetensorsWriter.Entry(name: "\(kind)/\(entry.key)", type: .f32, shape: entry.shape) {
                    arena.values(entry.key) ?? []
                }
            }
        }
        do {
            try SafetensorsWriter(entries, metadata: ["step": .string("\(step)"), "identity": .string(identity)])
                .write(to: path)
        } catch {
            throw .cannotWrite(path: path, reason: "\(error)")
        }
    }

    /// - Returns: the steps done; 0 where there is no checkpoint.
    package func read(into optimizer: AdamW, _ parameters: ParameterArena) throws(TrainingError) -> Int {
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        let metadata: JSONObject, tensors: [Tensor]
        do {
            let file = try MappedFile(path: path)
            metadata = try Safetensors.metadata(of: file)
            tensors = try Safetensors.tensors(of: file)
        } catch {
            throw .checkpoint(path: path, reason: "it cannot be read: \(error)")
        }
        guard metadata["identity"]?.stringValue == identity else {
            throw .checkpoint(path: path, reason: "it is of a training with other settings, data or model")
        }
        guard let step = metadata["step"]?.stringValue.flatMap(Int.init), step > 0 else {
            throw .checkpoint(path: path, reason: "it does not say how many steps are done")
        }
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for (kind, arena) in zip(Self.kinds, [parameters, optimizer.firstMoments, optimizer.secondMoments]) {
            for entry in arena.entries {
                guard let tensor = byName["\(kind)/\(entry.key)"], tensor.shape == entry.shape else {
                    throw .checkpoint(path: path, reason: "\(kind) of \(entry.key) is missing or of another shape")
                }
                arena.set(entry.key, to: tensor.dequantized())
            }
        }
        return step
    }

    package func remove() { try? FileManager.default.removeItem(atPath: path) }
}
