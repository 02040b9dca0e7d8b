import Documents
import Evaluation
import Foundation
import Functions
import OrderedCollections

/// A data set in the canonical form, each sample beside the line that it was read from.
package struct DatasetFile: Sendable {
    package struct Row: Sendable {
        /// As it stands in the file, notes of the set's own among it.
        package let json: JSONObject
        package let sample: Sample
        /// The functions offered.
        package let functions: [FunctionDefinition]
    }

    package let path: String
    package let rows: [Row]

    /// - Throws: `DocumentError` for the first line, pool or candidate at fault; `DatasetCheck` finds all.
    package init(path: String) throws(DocumentError) {
        let lines = try JSONLines.rows(path) { value throws(FieldError) in
            (json: value.objectValue ?? [:], sample: try Sample(json: value))
        }
        let dataset = try Dataset(path: path, samples: lines.map(\.sample))
        var rows: [Row] = []
        for line in lines {
            rows.append(
                Row(json: line.json, sample: line.sample, functions: try dataset.functions(for: line.sample)))
        }
        (self.path, self.rows) = (path, rows)
    }

    /// The file's name and the folder it is in, as in `snips/valid`.
    package var name: String {
        let file = URL(fileURLWithPath: path)
        let stem = file.lastPathComponent.prefix { $0 != "." }
        let folder = file.deletingLastPathComponent().lastPathComponent
        return folder.isEmpty || folder == "/" ? String(stem) : "\(folder)/\(stem)"
    }
}

/// Paths from one folder to a file in another: data sets name their pool from their own folder, so that both may move together.
package enum RelativePath {
    /// - Parameter folder: from where the path starts.
    package static func path(to file: String, from folder: URL) -> String {
        let file = URL(fileURLWithPath: file).standardizedFileURL.pathComponents
        let folder = folder.standardizedFileURL.pathComponents
        let shared = zip(file, folder).prefix { $0 == $1 }.count
        return (folder.dropFirst(shared).map { _ in ".." } + file.dropFirst(shared)).joined(separator: "/")
    }

    /// A sample's `pool` for a file in another folder.
    package static func moved(_ pool: String, of data: String, to output: String) -> String {
        let from = URL(fileURLWithPath: data).deletingLastPathComponent()
        let file = from.appendingPathComponent(pool).standardizedFileURL.path
        return path(to: file, from: URL(fileURLWithPath: output).deletingLastPathComponent())
    }
}
