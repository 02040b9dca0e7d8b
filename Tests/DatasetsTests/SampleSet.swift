import Datasets
import TestSupport

/// Data sets that tests write.
struct SampleSet {
    let folder: TemporaryFolder
    let path: String

    static let pool = """
        {"functions": [
          {"name": "set_light", "description": "Sets a lamp.", "parameters": {"type": "object", "required": ["room"], "properties":
            {"room": {"type": "string", "enum": ["kitchen", "hall"]}, "level": {"type": "integer", "maximum": 100}}}},
          {"name": "stop", "description": "Stops it."}]}
        """

    init(_ lines: [String], name: String = "set.jsonl", pool: String = Self.pool) throws {
        folder = try TemporaryFolder()
        _ = try folder.write(pool.utf8, as: "pool.json")
        path = try folder.write(lines.joined(separator: "\n").utf8, as: name)
    }

    /// The folder is there until it is read.
    func file() throws -> DatasetFile { try withExtendedLifetime(folder) { try DatasetFile(path: path) } }
    func check() throws -> DatasetCheck { try withExtendedLifetime(folder) { try DatasetCheck(path: path) } }

    /// A call of `set_light`.
    static func call(_ id: String, _ query: String, _ parameters: String = #"{"room": "hall"}"#, more: String = "")
        -> String
    {
        #"{"id": "\#(id)", "query": "\#(query)", "pool": "pool.json", "outcome": "call", "#
            + #""expected": [{"function": "set_light", "parameters": \#(parameters)}]\#(more)}"#
    }

    static func refusal(_ id: String, _ query: String, _ outcome: String = "no_appropriate_function", more: String = "")
        -> String
    {
        #"{"id": "\#(id)", "query": "\#(query)", "pool": "pool.json", "outcome": "\#(outcome)", "expected": []\#(more)}"#
    }
}
