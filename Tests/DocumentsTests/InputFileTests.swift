import Documents
import Foundation
import TestSupport
import Testing

@Suite struct InputFileTests {
    @Test func readsWholeFiles() throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(1)
        for count in [0, 1, 65_535, 65_536, 65_537, 200_000] {
            let bytes = random.bytes(count)
            #expect(try InputFile.bytes(folder.write(bytes, as: "f")) == bytes)
        }
    }

    static let faults: [(path: String, reason: String)] = [
        ("/nowhere/at/all", "there is no such file; check the path"), ("/etc/hostname/below", "there is no such file"),
        ("/", "is a folder, not a file"), (String(repeating: "x", count: 5_000), "is too long for a path"),
    ]
    @Test(arguments: faults) func saysWhyNot(_ path: String, _ reason: String) {
        let error = #expect(throws: DocumentError.self) { try InputFile.bytes(path) }
        #expect(error?.path == path && error?.line == nil && error?.reason.hasPrefix(reason) == true)
        #expect(error?.description.contains("Cocoa") == false && error?.description.contains("NS") == false)
    }

    /// Foundation's own errors, each by what makes it, and the sentence instead.
    static let foundation: [(String, @Sendable () throws -> Void, String)] = [
        (
            "/proc/q",
            { try FileManager.default.createDirectory(atPath: "/proc/q", withIntermediateDirectories: true) },
            "there is no such file or folder, and none can be made here; check the path"
        ),
        (
            "/etc/hostname/below",
            {
                try FileManager.default.createDirectory(
                    atPath: "/etc/hostname/below", withIntermediateDirectories: true)
            },
            "a part of the path is no folder; check the path"
        ),
        (
            "/nowhere/file", { try Data().write(to: URL(fileURLWithPath: "/nowhere/file")) },
            "there is no such file or folder, and none can be made here; check the path"
        ),
        ("/nowhere", { _ = try Data(contentsOf: URL(fileURLWithPath: "/nowhere")) }, "there is no such file or folder"),
    ]
    @Test(arguments: foundation.indices) func foundationsErrorsBecomeSentences(_ index: Int) throws {
        let (path, act, reason) = Self.foundation[index]
        let thrown = #expect(throws: (any Error).self) { try act() }
        let error = DocumentError(foundation: try #require(thrown))
        #expect(error?.path == path)
        #expect(error?.reason.hasPrefix(reason) == true, "\(String(describing: error))")
        #expect(error?.description.contains("Domain") == false)
    }

    @Test func otherErrorsStayAsTheyAre() {
        #expect(DocumentError(foundation: DocumentError(path: "a", reason: "b")) == nil)
        #expect(DocumentError(foundation: CancellationError()) == nil)
    }

    @Test func boundsAndUTF8() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write([0x61, 0xFF], as: "f")
        #expect(throws: DocumentError.self) { try InputFile.bytes(file, limit: 1) }
        let error = #expect(throws: DocumentError.self) { try InputFile.text(file) }
        #expect(error?.reason == "is not UTF-8; save the file as UTF-8")
        #expect(try InputFile.text(folder.write("é".utf8, as: "g")) == "é")
    }

    static let names: [(String, Bool)] = [
        ("a.yaml", true), ("a.yml", true), ("A.YML", true), ("a.json", true), ("._a.yaml", false),
        (".hidden.json", false),
        ("a.txt", false), ("a.yaml~", false), ("yaml", false), ("a.yaml.bak", false),
    ]
    @Test func folderHasDocumentsAlone() throws {
        let folder = try TemporaryFolder()
        for (name, _) in Self.names { _ = try folder.write([], as: name) }
        let expected = Self.names.filter(\.1).map { folder.path + "/" + $0.0 }.sorted()
        #expect(try InputFile.documents(in: folder.path) == expected)
        #expect(try InputFile.documents(in: folder.path + "/none") == [])
        #expect(try InputFile.documents(in: folder.path + "/a.json") == [])
    }
}
