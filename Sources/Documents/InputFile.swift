import Foundation

/// Files that users name. `-` and `/dev/stdin` are standard input; pipes and devices are read to their end.
package enum InputFile {
    /// - Parameter limit: bytes that it may have.
    /// - Throws: a sentence that says whether it is missing, a folder, not permitted or too large.
    package static func bytes(_ path: String, limit: Int = 1 << 30) throws(DocumentError) -> [UInt8] {
        let isInput = path == "-" || path == "/dev/stdin"
        let name = isInput ? "standard input" : path
        let descriptor = isInput ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DocumentError(path: name, reason: sentence(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = [], part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &part, part.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw DocumentError(path: name, reason: sentence(errno))
            }
            guard bytes.count + count <= limit else {
                throw DocumentError(path: name, reason: "has more than \(limit) bytes; split it")
            }
            bytes += part[..<count]
        }
    }

    /// - Throws: also for bytes that are not UTF-8.
    package static func text(_ path: String, limit: Int = 1 << 30) throws(DocumentError) -> String {
        let bytes = try bytes(path, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DocumentError(path: path, reason: "is not UTF-8; save the file as UTF-8")
        }
        return text
    }

    /// Whether a file's name says that it holds YAML.
    package static func isYAML(_ path: String) -> Bool {
        let name = path.lowercased()
        return name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    }

    /// The documents of a folder in the order of their names: YAML and JSON, without hidden files such as the `._x.yaml` that
    /// macOS leaves on other disks. Nothing where there is no such folder.
    package static func documents(in folder: String) throws(DocumentError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            return []
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw DocumentError(path: folder, reason: "this user may not list the folder; check its permissions")
        }
        return names.filter { !$0.hasPrefix(".") && (isYAML($0) || $0.lowercased().hasSuffix(".json")) }.sorted()
            .map { "\(folder)/\($0)" }
    }

    private static func sentence(_ code: Int32) -> String {
        switch code {
        case ENOENT, ENOTDIR: "there is no such file; check the path"
        case EISDIR: "is a folder, not a file"
        case EACCES, EPERM: "this user may not read it; check its permissions"
        case ENAMETOOLONG: "is too long for a path"
        default: "cannot be read: \(String(cString: strerror(code)))"
        }
    }
}
