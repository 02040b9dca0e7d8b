import Documents
import Foundation

/// Data sets by name: `simple` and `bfcl/simple` of a folder with `simple.jsonl` and `bfcl/simple.jsonl.gz`. A name is looked
/// up among the files that are there, and never becomes a path.
public struct DataFolder: Sendable {
    private let paths: [String: String]

    /// - Parameter path: of the folder; nil, or one that is not there, has no data sets.
    public init(_ path: String?) {
        var paths: [String: String] = [:]
        if let path {
            for (name, file) in Self.files(path) { paths[name] = paths[name] ?? file }
            for folder in Self.entries(path) {
                for (name, file) in Self.files("\(path)/\(folder)") { paths["\(folder)/\(name)"] = file }
            }
        }
        self.paths = paths
    }

    /// Sorted.
    public var names: [String] { paths.keys.sorted() }

    /// - Throws: `FieldError` that names those that are there.
    func path(of name: String) throws(FieldError) -> String {
        if let path = paths[name] { return path }
        let shown = names.prefix(20).joined(separator: ", ")
        let known =
            names.isEmpty
            ? "there are none in evaluation.folder" : "known ones: \(shown)\(names.count > 20 ? ", …" : "")"
        throw FieldError(
            path: "dataset", reason: .outOfRange, message: "no data set is named \"\(name.prefix(200))\"; \(known)")
    }

    /// Names and paths of the data sets that lie in a folder. Frames that lie beside samples are none.
    private static func files(_ folder: String) -> [(name: String, path: String)] {
        entries(folder).compactMap { entry in
            for end in [".jsonl", ".jsonl.gz"] where entry.hasSuffix(end) {
                let name = String(entry.dropLast(end.count))
                return name.isEmpty || name.hasSuffix(".frames") ? nil : (name, "\(folder)/\(entry)")
            }
            return nil
        }
    }

    private static func entries(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }
}
