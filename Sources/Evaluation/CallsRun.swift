import Documents
import Foundation
import OrderedCollections

/// A run that was made before: its records and what they depend on, from a folder of results.
public struct CallsRun: Sendable {
    public let path: String
    public let identity: JSONObject
    public let records: [CallsRecord]

    /// - Parameters:
    ///   - path: a folder with `results.jsonl`, or such a file.
    ///   - mayBeEmpty: it may have no answers, as the part of a run that no sample falls to.
    /// - Throws: `DocumentError` for a file that is not there, that no evaluation wrote, or that has a sample twice.
    public init(path: String, mayBeEmpty: Bool = false) throws(DocumentError) {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        self.path = isThere && isFolder.boolValue ? "\(path)/results.jsonl" : path
        guard FileManager.default.fileExists(atPath: self.path) else {
            throw DocumentError(
                path: self.path, reason: "is not there; kinglet evaluate calls --output FOLDER makes it")
        }
        identity = try CallsResults.identity(path: self.path)
        records = try CallsResults.read(path: self.path)
        guard mayBeEmpty || !records.isEmpty else { throw DocumentError(path: self.path, reason: "has no answers") }
        var known: Set<String> = []
        for record in records where !known.insert(CallsEvaluation.key(record.set, record.id)).inserted {
            throw DocumentError(path: self.path, reason: "has the sample \(record.id) of \(record.set) twice")
        }
    }
}
