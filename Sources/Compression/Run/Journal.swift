import Documents
import Foundation
import OrderedCollections

/// `journal.jsonl` in the folder that a run works in: its settings, then a line for each thing measured. Owner: the run.
///
/// A run that was killed finds there what it need not measure again.
package final class Journal {
    package static let fileName = "journal.jsonl"
    private let path: String
    private let file: FileHandle
    private var known: JSONObject = [:]

    /// - Parameter settings: all that the measured things depend on.
    /// - Throws: `.otherRun` where the folder's journal has other ones.
    package init(folder: String, settings: JSONValue) throws(CompressionError) {
        path = "\(folder)/\(Self.fileName)"
        let lines = Self.lines(path)
        if let first = lines.first, first["settings"] != settings { throw .otherRun(path: folder) }
        for line in lines.dropFirst() {
            if let key = line["key"]?.stringValue { known[key] = line["value"] ?? .null }
        }
        do {
            if lines.isEmpty { try Self.start(path, settings) }
            file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            // A line that was cut stays where it is: the next one begins behind an end of line.
            if try file.seekToEnd() > 0, lines.isEmpty == false { try file.write(contentsOf: Data("\n".utf8)) }
        } catch {
            throw .cannotWrite(path: path, reason: "\(error)")
        }
    }

    private static func start(_ path: String, _ settings: JSONValue) throws {
        let temporary = path + ".new"
        try Data((JSONValue.object(["settings": settings]).text() + "\n").utf8).write(
            to: URL(fileURLWithPath: temporary))
        guard rename(temporary, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Whole lines; a cut one is passed over.
    private static func lines(_ path: String) -> [JSONValue] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return data.split(separator: 0x0A).compactMap { try? JSONValue(parsing: Array($0)) }
    }

    /// What is known, or what `measure` gives, which is then kept.
    package func value(_ key: String, _ measure: () throws -> JSONValue) throws -> JSONValue {
        if let value = known[key] { return value }
        let value = try measure()
        do {
            let line = JSONValue.object(["key": .string(key), "value": value]).text() + "\n"
            try file.write(contentsOf: Data(line.utf8))
            try file.synchronize()
        } catch {
            throw CompressionError.cannotWrite(path: path, reason: "\(error)")
        }
        known[key] = value
        return value
    }

    deinit { try? file.close() }
}
