import Foundation

/// The folder of fetched models: `<cache>/models/<name>/<file>`, beside each file `<file>.sha256`, its stamp.
///
/// A stamp is written once the file's hash was found to be the manifest's, in the form that `sha256sum -c` reads.
public struct ModelStore: Sendable, Hashable {
    /// `$XDG_CACHE_HOME/kinglet`, else `~/.cache/kinglet`.
    public let cache: String

    public init(cache: String? = nil) {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? NSHomeDirectory()
        // An empty or relative XDG_CACHE_HOME counts as unset (XDG base directory specification).
        let base = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.cache"
        self.cache = URL(fileURLWithPath: cache ?? base + "/kinglet").path  // absolute
    }

    public func folder(of model: String) -> String { "\(cache)/models/\(model)" }

    /// What a program opens for `entry`: its file, or its folder.
    public func path(of entry: ModelManifest.Entry) -> String {
        entry.open == "." ? folder(of: entry.name) : "\(folder(of: entry.name))/\(entry.open)"
    }

    package func path(of file: ModelManifest.File, in model: String) -> String { "\(folder(of: model))/\(file.name)" }

    /// Of the right size, and its stamp younger than the file itself and of the manifest's hash.
    public func isWhole(_ file: ModelManifest.File, in model: String) -> Bool {
        let path = path(of: file, in: model)
        guard Self.size(path) == file.size, let stamp = try? String(contentsOfFile: path + ".sha256", encoding: .utf8),
            stamp == Self.stamp(file), let written = Self.modified(path), let stamped = Self.modified(path + ".sha256")
        else { return false }
        return written <= stamped
    }

    func writeStamp(_ file: ModelManifest.File, in model: String) throws(PullError) {
        let path = path(of: file, in: model) + ".sha256"
        do {
            try Self.stamp(file).write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw .disk(path: path, reason: "cannot be written")
        }
    }

    private static func stamp(_ file: ModelManifest.File) -> String { "\(file.sha256)  \(file.name)\n" }

    package static func size(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue
    }

    private static func modified(_ path: String) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }
}

extension ModelManifest {
    /// The path to open for `nameOrPath`: a file or folder as it is, else a model of the manifest that was fetched.
    ///
    /// - Parameters:
    ///   - manifest: path of the manifest; nil: the standard one, read only if a name must be looked up.
    ///   - cache: the folder that holds `models`; nil: the user's.
    public static func locate(
        _ nameOrPath: String, manifest: String? = nil, cache: String? = nil
    ) throws(ManifestError) -> String {
        if FileManager.default.fileExists(atPath: nameOrPath) { return nameOrPath }
        let listed: ModelManifest
        if let manifest {
            listed = try ModelManifest(path: manifest)
        } else {
            listed = try ModelManifest(path: standardPath())
        }
        guard let entry = listed[nameOrPath] else {
            throw .unknownModel(name: nameOrPath, known: listed.entries.map(\.name))
        }
        let store = ModelStore(cache: cache)
        for file in entry.files where ModelStore.size(store.path(of: file, in: entry.name)) != file.size {
            throw .notFetched(name: entry.name, missing: store.path(of: file, in: entry.name))
        }
        return store.path(of: entry)
    }
}
