import Documents
import Foundation

/// Files of JSON values, one a line, written whole or not at all.
enum LinesFile {
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
            try bytes.write(to: file, options: .atomic)
        } catch {
            let folder = file.deletingLastPathComponent().path
            let isThere = FileManager.default.fileExists(atPath: folder)
            throw DocumentError(
                path: file.path,
                reason: isThere
                    ? "cannot be written; check its permissions" : "the folder \(folder) is not there; make it")
        }
    }
}
