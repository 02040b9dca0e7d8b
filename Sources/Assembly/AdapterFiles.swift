import Adapters
import Documents
import Foundation
import FunctionCalling
import Functions

/// What `kinglet adapter check` prints.
public struct AdapterReport: Sendable {
    private let findings: AdapterRules.Findings

    /// - Throws: `AdapterError`, `PoolError` for a file that cannot be read, or a pool that a server would refuse.
    public init(adapter: String, pool: String) throws {
        let functions = try FunctionPool.load(path: pool)
        do throws(UnenforceableSchema) {
            try functions.checkSchemas()
        } catch {
            throw PoolError(error, source: pool)
        }
        findings = try AdapterRules.load(path: adapter).findings(for: functions)
    }

    /// Names that the pool lacks.
    public var isFaulty: Bool { !findings.unknown.isEmpty }
    public var isComplete: Bool { !isFaulty && findings.unmapped.isEmpty }

    public var text: String {
        if isComplete { return "complete: every function, parameter, enum value and outcome has a rule" }
        return (findings.unknown.map { "not in the pool: \($0)" } + findings.unmapped.map { "not mapped: \($0)" })
            .joined(separator: "\n")
    }
}

/// Files of `kinglet adapter import`.
public enum LegacyFiles {
    public static func draft(_ paths: [String], name: String) throws -> LegacyDraft {
        var documents: [(path: String, bytes: [UInt8])] = []
        for path in paths {
            do throws(DocumentError) {
                documents.append((path, try InputFile.bytes(path)))
            } catch {
                throw LegacyImportError(path: error.path, message: error.reason)
            }
        }
        if documents.count == 1, let only = documents.first, only.path.lowercased().hasSuffix(".json") {
            return try LUISImport.draft(only.bytes, path: only.path, name: name)
        }
        let texts = documents.map { (path: $0.path, text: String(decoding: $0.bytes, as: UTF8.self)) }
        return try RasaImport.draft(texts, name: name)
    }

    /// - Returns: the paths written.
    public static func write(_ draft: LegacyDraft, to folder: String) throws -> [String] {
        let files = [
            ("\(folder)/pools/\(draft.pool.name).yaml", draft.pool.json),
            ("\(folder)/adapters/\(draft.pool.name).yaml", draft.adapter),
        ]
        for (path, _) in files where FileManager.default.fileExists(atPath: path) {
            throw LegacyImportError(path: path, message: "is there already; remove it or choose another --name")
        }
        for (path, document) in files {
            try FileManager.default.createDirectory(
                atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
            try Data(try YAMLDocument.text(document).utf8).write(to: URL(fileURLWithPath: path))
        }
        return files.map(\.0)
    }
}
