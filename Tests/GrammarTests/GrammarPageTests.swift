import Documents
import Grammar
import Testing

/// The worked example of Docs/grammar.md.
@Suite struct GrammarPageTests {
    static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "state": ["enum": ["on", "off"]], "level": ["type": "integer", "minimum": 0, "maximum": 100],
        ],
        "required": ["state"],
    ]

    static let rows: [(written: String, next: String, forced: String, closing: String)] = [
        ("", "{", #"{"state": ""#, #"{"state": "on"}"#), (#"{"state": "o"#, "fn", "", #"n"}"#),
        (#"{"state": "on""#, ",}", "", "}"), (#"{"state": "on","#, " ", #" "level": "#, #" "level": 0}"#),
        (#"{"state": "on", "level": "#, "0123456789", "", "0}"),
        (#"{"state": "on", "level": 1"#, "0123456789}", "", "}"), (#"{"state": "on", "level": 10"#, "0}", "", "}"),
        (#"{"state": "on", "level": 100"#, "}", "}", "}"),
    ]
    @Test(arguments: rows) func isAsThePageSays(_ row: (written: String, next: String, forced: String, closing: String))
        throws
    {
        var matcher = Matcher(try GrammarTesting.compile(Self.schema))
        for byte in row.written.utf8 {
            let isAccepted = matcher.accept(Int32(byte) + 2)
            #expect(isAccepted)
        }
        let next = (UInt8(0x20)...0x7E).filter { byte in
            var copy = matcher
            return copy.accept(Int32(byte) + 2)
        }
        #expect(String(decoding: next, as: UTF8.self) == row.next)
        let forced = matcher.forcedTokens().flatMap { SmallVocabulary.vocabulary.tokenBytes[Int($0)] }
        #expect(String(decoding: forced, as: UTF8.self) == row.forced)
        #expect(String(decoding: matcher.closingBytes, as: UTF8.self) == row.closing)
    }

    @Test(arguments: [
        #"{"state": "on", "level": 101}"#, #"{"level": 5}"#, #"{"state": "on", "state": "off"}"#, #"{"state": "dim"}"#,
    ]) func cannotBeWritten(text: String) throws {
        #expect(!GrammarTesting.accepts(try GrammarTesting.compile(Self.schema), text))
    }
}
