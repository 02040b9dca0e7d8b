import Documents
import Foundation
import Functions
import Testing

/// Documents of editors that write a byte order mark are read like any other.
@Suite struct DocumentMarkTests {
    @Test func yaml() throws {
        #expect(try YAMLDocument.parse("\u{FEFF}a: [1, b]\n") == ["a": [1, "b"]])
        #expect(try YAMLDocument.parse("\u{FEFF}# nothing but this\na: b") == ["a": "b"])
        #expect(throws: YAMLError.self) { try YAMLDocument.parse("\u{FEFF}a: [1") }
    }

    static let pool = #"{"functions": [{"name": "lights_off", "description": "turn the lights off"}]}"#

    @Test(arguments: ["pool.json", "pool.yaml", "tools.txt"]) func pools(name: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\(name)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("\u{FEFF}\(Self.pool)".utf8).write(to: file)
        #expect(try PoolImport(path: file.path).functions.map(\.name) == ["lights_off"])
    }
}
