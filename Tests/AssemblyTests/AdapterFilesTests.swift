import Adapters
import Assembly
import Foundation
import Functions
import TestSupport
import Testing

/// `kinglet adapter check` and `kinglet adapter import`, as far as they are not printing: each fault is one sentence with its
/// file.
@Suite struct AdapterFilesTests {
    static let pool = """
        functions:
        - {name: light_on, parameters: {type: object, properties: {room: {enum: [hall, bath]}}}}
        """
    static let adapter = """
        outcomes:
          no_appropriate_function: {domain: s, intent: none}
          request_unclear: {domain: s, intent: none}
        functions:
          light_on: {domain: home, intent: on, parameters: {room: {slot: place, values: {hall: H, bath: B}}}}
        """

    private static func report(_ adapter: String, _ pool: String) throws -> AdapterReport {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            try AdapterReport(
                adapter: folder.write(adapter.utf8, as: "a.yaml"), pool: folder.write(pool.utf8, as: "p.yml"))
        }
    }

    @Test func saysWhatIsComplete() throws {
        let whole = try Self.report(Self.adapter, Self.pool)
        #expect(whole.isComplete && !whole.isFaulty && whole.text.hasPrefix("complete"))
        let part = try Self.report(Self.adapter.replacing(", bath: B", with: ""), Self.pool)
        #expect(!part.isComplete && !part.isFaulty && part.text == "not mapped: light_on.room=bath")
        let wrong = try Self.report(Self.adapter.replacing("bath: B", with: "cellar: C"), Self.pool)
        #expect(wrong.isFaulty && wrong.text.contains("not in the pool: light_on.room=cellar"))
    }

    static let refused: [(adapter: String, pool: String, message: String)] = [
        (
            adapter, "functions: [{name: f, parameters: {properties: {a: {pattern: (?=x)}}}}]",
            "function f: /functions/0/parameters/properties/a/pattern"
        ),
        (
            adapter, "functions: [{name: f, parameters: {properties: {a: {$ref: '#/$defs/x'}}}}]",
            "nothing lies at \"#/$defs/x\""
        ),
        (adapter, "functions: [{nam: f}]", "/functions/0/nam"), (adapter, "functions: {", "invalid YAML"),
        ("functions: {f: {domain: d}}", pool, "functions.f"), ("", pool, "must be an object"),
    ]
    @Test("what a server refuses is refused here", arguments: refused)
    func refuses(_ adapter: String, _ pool: String, _ message: String) {
        let error = #expect(throws: (any Error).self) { try Self.report(adapter, pool) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(message) && (text.contains("/a.yaml: ") || text.contains("/p.yml: ")), "\(text)")
    }

    @Test func draftsAreWrittenOnce() throws {
        let folder = try TemporaryFolder()
        let nlu = try folder.write("nlu:\n- intent: greet\n  examples: |\n    - hello\n".utf8, as: "nlu.yml")
        let draft = try LegacyFiles.draft([nlu], name: "bank")
        let paths = try LegacyFiles.write(draft, to: folder.path + "/out")
        #expect(paths.map { $0.dropFirst(folder.path.count) } == ["/out/pools/bank.yaml", "/out/adapters/bank.yaml"])
        #expect(try AdapterReport(adapter: paths[1], pool: paths[0]).isComplete)
        let again = #expect(throws: LegacyImportError.self) { try LegacyFiles.write(draft, to: folder.path + "/out") }
        #expect(again?.path == paths[0] && again?.message.contains("is there already") == true)
        withExtendedLifetime(folder) {}
    }

    @Test func damagedLegacyFilesNameThemselves() throws {
        let folder = try TemporaryFolder()
        let files = [
            (try folder.write("nlu: [".utf8, as: "a.yml"), "invalid YAML"), ("/nowhere.yml", "there is no such file"),
            (try folder.write("{}".utf8, as: "b.json"), "not the export of a LUIS application"),
            (folder.path, "is a folder"),
        ]
        for (path, message) in files {
            let error = #expect(throws: LegacyImportError.self) { try LegacyFiles.draft([path], name: "x") }
            #expect(error?.description.hasPrefix(path) == true && error?.message.contains(message) == true)
        }
        withExtendedLifetime(folder) {}
    }
}
