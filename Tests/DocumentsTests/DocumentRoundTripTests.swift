import Documents
import OrderedCollections
import TestSupport
import Testing

/// Random values written and read again, and pointers into them.
@Suite struct DocumentRoundTripTests {
    struct Values {
        var random: SeededGenerator

        mutating func value(_ depth: Int = 0) -> JSONValue {
            switch Int.random(in: 0...(depth < 4 ? 7 : 5), using: &random) {
            case 0: return nil
            case 1: return .bool(Bool.random(using: &random))
            case 2: return .integer(Int.random(in: -1_000_000_000...1_000_000_000, using: &random))
            case 3: return .number(Double(Int.random(in: -99_999...99_999, using: &random)) / 128 + 1.0 / 256)
            case 4, 5: return .string(text())
            case 6: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth + 1) })
            default:
                var members = JSONObject()
                for _ in 0..<Int.random(in: 0...4, using: &random) { members[text()] = value(depth + 1) }
                return .object(members)
            }
        }

        /// Words that YAML could take for something else, and odd characters.
        mutating func text() -> String {
            let pieces = [
                "a", "on", "no", "null", "~", "1", "1e3", "0x1F", "12:30", "2026-11-24", "- x", "a: b", "#", "*x", "&y",
                "!t",
                "[", "]{", "\"", "'", "\\", "\n", "\t", " ", "é", "客厅", "😀", "%", "/", "~1", "?", "|", ">", "\u{7F}",
                "",
            ]
            return (0..<Int.random(in: 0...3, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined()
        }
    }

    @Test("JSON reads back what it wrote, in both spacings", arguments: UInt64(0)..<120)
    func json(seed: UInt64) throws {
        var values = Values(random: SeededGenerator(seed))
        let value = values.value()
        #expect(try JSONValue(parsing: value.text(.compact)) == value)
        #expect(try JSONValue(parsing: value.text(.spaced)) == value)
    }

    @Test("YAML reads back what it wrote, members in order", arguments: UInt64(0)..<120)
    func yaml(seed: UInt64) throws {
        var values = Values(random: SeededGenerator(seed))
        let value = values.value()
        let text = try YAMLDocument.text(value)
        #expect(try YAMLDocument.parse(text) == value, "\(text)")
    }

    @Test("everything in a value is found by its pointer", arguments: UInt64(0)..<60)
    func pointers(seed: UInt64) throws {
        var values = Values(random: SeededGenerator(seed))
        let root = values.value()
        func walk(_ value: JSONValue, _ pointer: String) {
            #expect(root.value(at: pointer) == value, "\(pointer)")
            for (index, element) in (value.arrayValue ?? []).enumerated() {
                walk(element, pointer.appending(member: String(index)))
            }
            for (name, member) in value.objectValue ?? [:] where !name.contains("%") {
                walk(member, pointer.appending(member: name))
            }
        }
        walk(root, "")
    }

    static let document: JSONValue = ["a/b": ["c~d": [10, 20]], "": ["": 1], "a b": 2, "0": "zero"]
    static let found: [(String, JSONValue?)] = [
        ("", document), ("/a~1b/c~0d/1", 20), ("/a~1b/c~0d/2", .none), ("/a~1b/c~0d/-1", .none), ("//", 1),
        ("/a%20b", 2),
        ("/0", "zero"), ("/x", .none), ("a", .none), ("/a~1b/c~0d/x", .none), ("/0/0", .none),
    ]
    @Test(arguments: found) func finds(_ pointer: String, _ value: JSONValue?) {
        #expect(Self.document.value(at: pointer) == value)
    }

    static let tokens = [("a", "a"), ("a/b", "a~1b"), ("~", "~0"), ("~1", "~01"), ("", ""), ("é/", "é~1")]
    @Test(arguments: tokens) func escapes(_ name: String, _ token: String) {
        #expect(JSONPointer.token(name) == token)
        #expect(JSONPointer.names("/" + token) == [name])
    }

    @Test(arguments: ["", "# a comment\n", "---\n", "---\n# x\n...\n"]) func commentsAloneAreNull(text: String) throws {
        #expect(try YAMLDocument.parse(text) == .null)
    }
}
