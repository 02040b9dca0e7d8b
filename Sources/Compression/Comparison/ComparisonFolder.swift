import Digests
import Documents
import Foundation
import OrderedCollections

/// A comparison's folder: what was measured of each variant, kept when it is known, and the reports.
///
/// `OUTPUT/variants/NAME/journal.jsonl` says of which files it is. What was measured on other texts, data or loads is measured
/// again; the rest stays.
public struct ComparisonFolder: Sendable {
    public let path: String

    /// - Throws: `.cannotWrite`; `.occupied` for a folder in which something else lies.
    public init(_ path: String) throws(CompressionError) {
        self.path = path
        let files = FileManager.default
        let content = (try? files.contentsOfDirectory(atPath: path)) ?? []
        guard content.isEmpty || content.contains("variants") || content.contains("report.json") else {
            throw .occupied(path: path)
        }
        do {
            try files.createDirectory(atPath: path + "/variants", withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    /// Where a variant's own files lie.
    public func folder(_ variant: Variant) -> String { "\(path)/variants/\(variant.name)" }

    /// What is known of a variant, and a way to keep more.
    ///
    /// - Parameter source: digests of its files and the format.
    /// - Throws: `.otherRun` where the folder is of other files.
    public func open(_ variant: Variant, source: JSONValue) throws(CompressionError) -> Measured {
        let folder = folder(variant)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: folder, reason: error.localizedDescription)
        }
        return Measured(try Journal(folder: folder, settings: ["source": source]))
    }

    /// What was measured of one variant. Owner: the run.
    public final class Measured {
        private let journal: Journal

        fileprivate init(_ journal: Journal) { self.journal = journal }

        /// What a step gave before with the same settings, or gives now.
        ///
        /// - Parameter settings: what it depends on beside the variant.
        public func value(
            _ step: VariantFigures.Step, _ settings: JSONObject, _ measure: () throws -> JSONValue
        ) throws -> JSONValue {
            try journal.value("\(step.rawValue) \(Fingerprint(of: .object(settings)).text)", measure)
        }
    }
}
