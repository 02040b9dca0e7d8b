import Digests
import Documents
import Foundation
import ModelFiles
import OrderedCollections

/// `card.json` beside an adapter: what it was made of and how, so that it can be made again; and how prompts are laid out.
public struct AdapterCard: Sendable {
    /// Of `PromptLayout`; nil: it answers no prompts.
    public var layout: String?
    /// Names of those that it was taught; nil: it is for any.
    public var functions: [String]?
    /// How it makes vectors, where that is what it is for.
    public var finder: FinderRecipe?
    /// What was read, by its part in the training.
    public var files: OrderedDictionary<String, String>
    /// The plan, as the log has it.
    public var record: JSONObject
    public private(set) var steps = 0, samples = 0, seconds = 0.0
    private var losses: [Double] = []

    public init(
        layout: String?, functions: [String]?, files: OrderedDictionary<String, String>, record: JSONObject
    ) {
        (self.layout, self.functions, self.files, self.record) = (layout, functions, files, record)
    }

    /// Counts a step; those before a checkpoint that this process went on from are not counted again.
    public mutating func add(_ step: StepReport) {
        add(step: step.step, samples: step.samples, loss: step.loss.loss, seconds: step.seconds)
    }

    package mutating func add(step: Int, samples: Int, loss: Double, seconds: Double) {
        steps = step
        self.samples += samples
        self.seconds += seconds
        losses = (losses + [loss]).suffix(Self.lastSteps)
    }

    /// Steps whose loss the card states, their mean: single ones scatter.
    private static let lastSteps = 20

    package var json: JSONValue {
        let names = files.values.map { URL(fileURLWithPath: $0).lastPathComponent }
        let read = files.mapValues { path -> JSONValue in
            let parts = URL(fileURLWithPath: path).pathComponents
            // Of files of one name the folder tells which it was.
            let isAlone = names.count { $0 == parts.last } == 1
            return [
                "name": .string(parts.suffix(isAlone ? 1 : 2).joined(separator: "/")),
                "sha256": .string(Self.digest(path) ?? ""),
            ]
        }
        var members: JSONObject = [:]
        members["layout"] = layout.map { .string($0) }
        members["finder"] = finder?.json
        members["files"] = .object(read)
        members["functions"] = functions.map { .array($0.map { .string($0) }) }
        members["training"] = .object(record)
        // What no step made, as a mean of others, has none.
        guard !losses.isEmpty else { return .object(members) }
        members["result"] = [
            "steps": .integer(steps), "samples": .integer(samples), "seconds": .number(seconds.rounded()),
            "last_loss": .number(losses.reduce(0, +) / Double(losses.count)),
        ]
        return .object(members)
    }

    public func write(to folder: String) throws(TrainingError) {
        let path = AdapterFolder(folder).cardPath
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try DurableFile.write(json.text(.spaced) + "\n", to: path)
        } catch {
            throw .cannotWrite(path: path, reason: "\(error)")
        }
    }

    private static func digest(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        var hash = SHA256()
        data.withUnsafeBytes { hash.update($0) }
        return hash.hexadecimal()
    }
}
