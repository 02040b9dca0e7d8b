import Documents
import Functions

/// A pool and an adapter drafted from a legacy stack's own files, for a person to mend: descriptions above all.
public struct LegacyDraft: Sendable {
    public let pool: FunctionPool
    /// An adapter's document; what it maps is in `pool`.
    public let adapter: JSONValue
    /// What a person should look at: what was guessed, and everything that has no place in pool and adapter.
    public let notes: [String]
    /// Of these, what is said of examples that the pool does not take; nobody needs it where they become samples.
    public let exampleNotes: Set<String>
    /// Each example with its values, those too that the pool has no room for.
    public let samples: [LegacySample]
}

public struct LegacyImportError: Error, Hashable, CustomStringConvertible {
    /// The file and the field, as far as known.
    public let path: String
    public let message: String

    public init(path: String, message: String) { (self.path, self.message) = (path, message) }

    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
