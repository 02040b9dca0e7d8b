import Compression
import Documents
import Foundation
import OrderedCollections
import TestSupport
import Testing
import Tokenization

@Suite struct OutputTests {
    @Test("what was measured is kept, whatever cuts the journal short") func journal() throws {
        let folder = try TemporaryFolder()
        let settings: JSONValue = ["verb": "a"]
        let path = folder.path + "/" + Journal.fileName
        var measured = 0
        func ask(_ key: String) throws -> JSONValue {
            try Journal(folder: folder.path, settings: settings).value(key) {
                measured += 1
                return .integer(measured)
            }
        }
        #expect(try ask("x") == 1)
        #expect(try ask("y") == 2)
        #expect(try ask("x") == 1)
        // Every length that a killed writer may have left behind the settings.
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let start = JSONValue.object(["settings": settings]).utf8().count + 1
        for length in start...whole.count {
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(try Journal(folder: folder.path, settings: settings).value("x") { 1 } == 1)
            #expect(try Journal(folder: folder.path, settings: settings).value("y") { 2 } == 2)
            #expect(try Journal(folder: folder.path, settings: settings).value("y") { 3 } == 2)
        }
    }

    @Test("a journal of other settings is refused, an empty one is begun anew") func otherSettings() throws {
        let folder = try TemporaryFolder()
        _ = try Journal(folder: folder.path, settings: ["a": 1])
        #expect(throws: CompressionError.otherRun(path: folder.path)) {
            _ = try Journal(folder: folder.path, settings: ["a": 2])
        }
        _ = try folder.write([], as: Journal.fileName)
        #expect(try Journal(folder: folder.path, settings: ["a": 2]).value("k") { 5 } == 5)
        #expect(throws: CompressionError.self) { _ = try Journal(folder: folder.path + "/none", settings: 1) }
    }

    @Test("an error is not kept") func failure() throws {
        struct Failed: Error {}
        let folder = try TemporaryFolder()
        let journal = try Journal(folder: folder.path, settings: 1)
        #expect(throws: Failed.self) { _ = try journal.value("k") { throw Failed() } }
        #expect(try journal.value("k") { 1 } == 1)
    }

    @Test("a folder is taken unless something stands in it") func occupied() throws {
        let folder = try TemporaryFolder()
        #expect(try OutputFolder(folder.path + "/").path == folder.path)
        let file = try folder.write([1], as: "a")
        #expect(throws: CompressionError.occupied(path: folder.path)) { _ = try OutputFolder(folder.path) }
        #expect(throws: CompressionError.occupied(path: file)) { _ = try OutputFolder(file) }
        #expect(throws: CompressionError.self) { _ = try OutputFolder("") }
        let output = try OutputFolder(folder.path + "/model")
        #expect(output.name == "model" && output.work == folder.path + "/model.part")
    }

    @Test("a folder that cannot be made is named") func cannotWrite() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write([1], as: "a")
        #expect { try OutputFolder(file + "/model").prepare() } throws: { "\($0)".contains("cannot be written") }
        let output = try OutputFolder(folder.path + "/model")
        #expect(throws: CompressionError.self) { try output.finish(ModelCard(title: "", facts: [:])) }
    }

    static let runs: [([Int], String)] = [
        ([], ""), ([4], "4"), ([3, 4, 5, 9], "3-5, 9"), ([0, 2, 4], "0, 2, 4"), ([7, 8], "7-8"),
    ]

    @Test(arguments: runs) func runsOfNumbers(_ numbers: [Int], expected: String) {
        #expect(ModelCard.runs(numbers) == expected)
    }

    static let texts: [(JSONValue, String)] = [
        (.null, "–"), (true, "true"), (2.5, "2.5"), ("a\nb|c", "a b\\|c"), ([1, 2, 3], "1-3"), (["a", 1], "a, 1"),
        (["file": "ab", "n": [4, 5]], "file ab, n 4-5"), ([], ""),
    ]

    @Test(arguments: texts) func values(_ value: JSONValue, expected: String) {
        #expect(ModelCard.text(value) == expected)
    }

    @Test("one card as JSON and as Markdown") func card() throws {
        let card = ModelCard(
            title: "A | B", facts: ["kept": [1, 2, 3], "of_it": ["a_b": "x|y\nz", "none": .null], "n": 2.5],
            tables: [
                .init(
                    title: "T", member: "rows", columns: ["Hidden size", "Best"], rows: [[1, "yes"], [.null, true]])
            ])
        #expect(
            card.json == [
                "title": "A | B", "kept": [1, 2, 3], "of_it": ["a_b": "x|y\nz", "none": .null], "n": 2.5,
                "rows": [["hidden_size": 1, "best": "yes"], ["hidden_size": .null, "best": true]],
            ])
        #expect(
            card.markdown == """
                # A | B

                - kept: 1-3
                - of it:
                  - a b: x\\|y z
                  - none: –
                - n: 2.5

                ## T

                | Hidden size | Best |
                |---|---|
                | 1 | yes |
                | – | true |

                """)
    }

    static let windows: [(tokens: Int, count: Int, length: Int, starts: [Int32])] = [
        (10, 2, 5, [0, 5]), (10, 5, 5, [0, 5]), (11, 2, 4, [0, 5]), (4, 1, 4, [0]), (100, 3, 2, [0, 33, 66]),
    ]

    @Test(arguments: windows)
    func cutsWindows(_ row: (tokens: Int, count: Int, length: Int, starts: [Int32])) throws {
        let text = try TextWindows(
            (0..<Int32(row.tokens)).map { $0 }, count: row.count, length: row.length, path: "a")
        #expect(text.windows.map { $0[0] } == row.starts)
        #expect(text.windows.allSatisfy { $0.count == row.length } && text.tokens == row.starts.count * row.length)
        #expect(text.record["windows"]?.intValue == row.starts.count)
    }

    static let bad: [(tokens: Int, count: Int, length: Int)] = [(3, 1, 4), (0, 1, 2), (9, 0, 2), (9, 1, 1), (9, 1, -4)]

    @Test(arguments: bad) func refusesWindows(_ row: (tokens: Int, count: Int, length: Int)) {
        #expect(throws: CompressionError.self) {
            _ = try TextWindows(
                [Int32](repeating: 1, count: row.tokens), count: row.count, length: row.length, path: "a")
        }
    }

    @Test("a text is read with its digest; what is no text is refused") func reads() throws {
        let folder = try TemporaryFolder()
        let tokenizer = try Tokenizer(.bytes(vocabularySize: 300))
        let path = try folder.write("abcdefgh".utf8, as: "a.txt")
        let text = try TextWindows.read(path, tokenizer, count: 2, length: 4)
        #expect(text.windows.count == 2)
        #expect(
            text.record["sha256"] == "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab")
        let bytes = try folder.write([0xFF, 0xFE, 0x41], as: "b.txt")
        #expect { try TextWindows.read(bytes, tokenizer, count: 1, length: 2) } throws: { "\($0)".contains("UTF-8") }
        #expect(throws: (any Error).self) {
            _ = try TextWindows.read(folder.path + "/c", tokenizer, count: 1, length: 2)
        }
    }
}
