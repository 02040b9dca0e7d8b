import Foundation
import Documents
import OrderedCollections

/// A record that has a line of its own in a results file.
public protocol ResultsLine {
    /// What tells it from the others of its file.
    var key: String { get }
    var json: JSONValue { get }
    /// - Throws: `FieldError` for a line that this program did not write.
    init(json: JSONValue) throws(FieldError)
}

/// The results of `kinglet evaluate calls`.
public typealias CallsResults = ResultsFile<CallsRecord>

/// The results file of an evaluation: a line that says how it was made, then a record a line. Appended to, so that a run
/// that was cut goes on where it stopped.
public final class ResultsFile<Record: ResultsLine> {
    public let path: String
    /// What the records depend on.
    public let identity: JSONObject
    public private(set) var records: [Record] = []
    private let handle: FileHandle

    /// Opens the file, or makes it.
    /// - Parameter identity: what the records depend on (model, prompt, settings).
    /// - Throws: `DocumentError` if the file is of another identity or damaged before its last line.
    public init(path: String, identity: JSONValue) throws(DocumentError) {
        (self.path, self.identity) = (path, identity.objectValue ?? [:])
        let header: JSONValue = ["run": identity]
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: Data((header.text() + "\n").utf8)) else {
                throw DocumentError(path: path, reason: "cannot be written")
            }
        }
        var whole = 0
        let data = try JSONLines.bytes(path)
        for (index, line) in data.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            // Without its line feed the last line was cut while it was written.
            guard line.endIndex < data.endIndex else { break }
            let value: JSONValue
            do throws(JSONParseError) {
                value = try JSONValue(parsing: line)
            } catch {
                throw DocumentError(path: path, line: index + 1, reason: "\(error)")
            }
            if index == 0 {
                guard value == header else {
                    throw DocumentError(
                        path: path, line: 1,
                        reason: "was made with other settings; give another --output, or remove it")
                }
            } else {
                do throws(FieldError) {
                    records.append(try Record(json: value))
                } catch {
                    throw DocumentError(path: path, line: index + 1, reason: error.description)
                }
            }
            whole = line.endIndex + 1
        }
        guard let handle = FileHandle(forUpdatingAtPath: path) else {
            throw DocumentError(path: path, reason: "cannot be written")
        }
        self.handle = handle
        do {
            try handle.truncate(atOffset: UInt64(whole))
            try handle.seekToEnd()
        } catch {
            throw DocumentError(path: path, reason: "cannot be written: \(error)")
        }
    }

    deinit { try? handle.close() }

    /// The records of a results file, whatever its identity.
    /// - Throws: `DocumentError` with file, line and reason.
    public static func read(path: String) throws(DocumentError) -> [Record] {
        let lines = try JSONLines.rows(path) { value throws(FieldError) in
            value["run"] == nil ? try Record(json: value) : nil
        }
        return lines.compactMap { $0 }
    }

    /// What a results file says that its answers depend on; nothing, if it does not say.
    /// - Throws: `DocumentError` for a file that cannot be read.
    public static func identity(path: String) throws(DocumentError) -> JSONObject {
        let lines = try JSONLines.rows(path, limit: 1) { value throws(FieldError) in value["run"]?.objectValue ?? [:] }
        return lines.first ?? [:]
    }

    /// Keys of the records that are there already.
    public var known: Set<String> { Set(records.map(\.key)) }

    /// Appends a line, at once, so that a run that is cut loses no answer.
    public func append(_ record: Record) throws {
        try handle.write(contentsOf: Data((record.json.text() + "\n").utf8))
        records.append(record)
    }
}
