import Documents
import Foundation

/// Files of JSON values, one a line, written whole or not at all.
enum LinesFile {
    /// Whether files can be written there; asked before the work of minutes whose results they are for.
    ///
    /// - Parameter paths: nil for files that nobody wants.
    /// - Throws: a sentence that names the path.
    static func check(_ paths: String?...) throws(DocumentError) {
        for path in paths.compactMap({ $0 }) {
            var isFolder = ObjCBool(false)
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
                throw DocumentError(path: path, reason: "is a folder; name a file in it")
            }
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            guard FileManager.default.fileExists(atPath: folder) else { throw absent(folder, for: path) }
        }
    }

    private static func absent(_ folder: String, for path: String) -> DocumentError {
        DocumentError(path: path, reason: "the folder \(folder) is not there; make it")
    }

    static func write(_ lines: [JSONValue], to path: String) throws {
        var bytes = Data()
        for line in lines {
            bytes.append(contentsOf: line.utf8())
            bytes.append(0x0A)
        }
        try write(bytes, to: URL(fileURLWithPath: path))
    }

    /// - Throws: a sentence that names the path.
    static func write(_ bytes: Data, to file: URL) throws {
        do {
            let type = try? FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType
            // A link, a pipe or /dev/stdout is written into; a new file would take its place.
            try bytes.write(to: file, options: type ?? .typeRegular == .typeRegular ? .atomic : [])
        } catch {
            let folder = file.deletingLastPathComponent().path
            let isThere = FileManager.default.fileExists(atPath: folder)
            throw isThere
                ? DocumentError(path: file.path, reason: "cannot be written; check its permissions")
                : absent(folder, for: file.path)
        }
    }
}
