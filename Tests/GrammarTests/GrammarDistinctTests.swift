import Documents
import Grammar
import Testing

/// Elements of `uniqueItems` and names of undeclared members are written once.
@Suite struct GrammarDistinctTests {
    static let cases: [(schema: String, accepted: [String], refused: [String])] = [
        (
            #"{"type": "array", "items": {"enum": ["red", "green", "blue"]}, "uniqueItems": true}"#,
            [#"["red", "green"]"#, #"["blue", "red", "green"]"#, "[]"],
            [#"["red", "red"]"#, #"["red", "green", "red"]"#]
        ),
        (
            #"{"type": "array", "items": {"type": "string"}, "uniqueItems": true}"#, [#"["a", "ab", "abc"]"#],
            [#"["a", "a"]"#]
        ),
        (
            #"{"type": "array", "items": {"type": "number"}, "uniqueItems": true}"#,
            ["[1, 10, 1.5, -1]"], ["[1, 1]", "[1, 1.0]", "[0, -0]", "[10, 1e1]"]
        ),
        (#"{"type": "array", "items": {"type": "boolean"}, "uniqueItems": true}"#, ["[true, false]"], ["[true, true]"]),
        (#"{"type": "object"}"#, [#"{"a": 1, "b": {"a": 2}}"#], [#"{"a": 1, "a": 2}"#]),
        (
            #"{"properties": {"a": {"type": "null"}}, "additionalProperties": {"type": "array", "items": {"type": "string"}}}"#,
            [#"{"a": null, "b": ["x", "x"], "c": []}"#], [#"{"b": [], "b": []}"#]
        ),
    ]

    @Test(arguments: cases.indices) func language(_ index: Int) throws {
        let (schema, accepted, refused) = Self.cases[index]
        let grammar = try GrammarTesting.compile(GrammarTesting.schema(schema))
        for text in accepted { #expect(GrammarTesting.accepts(grammar, text), "\(schema) should accept \(text)") }
        for text in refused { #expect(!GrammarTesting.accepts(grammar, text), "\(schema) should refuse \(text)") }
    }

    @Test("a value that can only be one already written is not begun") func noCorner() throws {
        let schema = #"{"type": "array", "items": {"enum": ["red", "green"]}, "uniqueItems": true}"#
        var matcher = Matcher(try GrammarTesting.compile(GrammarTesting.schema(schema)))
        for byte in Array(#"["red", "green""#.utf8) { _ = matcher.accept(Int32(byte) + 2) }
        #expect(matcher.mask().tokens.map { SmallVocabulary.vocabulary.tokenBytes[Int($0)] } == [[UInt8(ascii: "]")]])
        let short =
            #"{"type": "array", "items": {"type": "string", "maxLength": 1}, "uniqueItems": true, "minItems": 3}"#
        let closing = Matcher(try GrammarTesting.compile(GrammarTesting.schema(short))).closingBytes
        let words = try #require(JSONValue(parsing: String(decoding: closing, as: UTF8.self)).arrayValue)
        #expect(words.count == 3 && Set(words).count == 3)
    }
}
