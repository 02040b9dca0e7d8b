import Documents
import Grammar
import OrderedCollections
import TestSupport
import Testing

/// What cannot be honoured is refused with its pointer, and what would cost too much costs little.
@Suite struct GrammarLimitTests {
    static let refused: [(schema: String, pointer: String)] = [
        (#"{"type": "object", "properties": {"a/b": {"not": {}}}}"#, "/properties/a~1b/not"),
        (#"{"type": "array", "items": {"type": "string", "contains": 1}}"#, "/items/contains"),
        (#"{"type": "strnig"}"#, "/type"),
        (#"{"type": "string", "pattern": "(?=a)b"}"#, "/pattern"),
        (#"{"type": "string", "pattern": "(a)\\1"}"#, "/pattern"),
        (#"{"type": "string", "pattern": "a{1,1000000000}"}"#, "/pattern"),
        (#"{"type": "string", "pattern": "(a|b)*a(a|b){20}$"}"#, "/pattern"),
        (#"{"type": "string", "pattern": "((a{1,50}){1,50}){1,50}"}"#, "/pattern"),
        (#"{"type": "string", "pattern": "^[a-z]{5}$", "maxLength": 3}"#, "/pattern"),
        (#"{"type": "string", "minLength": 5, "maxLength": 3}"#, "/minLength"),
        (#"{"type": "string", "minLength": 1000000000}"#, "/minLength"),
        (#"{"type": "number", "multipleOf": 0}"#, "/multipleOf"),
        (#"{"type": "number", "multipleOf": -0.5}"#, "/multipleOf"),
        (#"{"type": "number", "multipleOf": 0.3333333333333333}"#, "/multipleOf"),
        (#"{"type": "integer", "multipleOf": 65537}"#, "/multipleOf"),
        (#"{"type": "integer", "minimum": 3, "maximum": 2}"#, ""),
        (#"{"type": "object", "properties": {}, "required": ["a"]}"#, "/required"),
        (#"{"type": "object", "properties": {"a": false}, "required": ["a"]}"#, ""),
        (#"{"type": "array", "items": {"type": "object"}, "uniqueItems": true}"#, "/uniqueItems"),
        (#"{"type": "array", "items": {"type": "boolean"}, "uniqueItems": true, "minItems": 3}"#, "/minItems"),
        (#"{"enum": []}"#, "/enum"),
        (#"{"type": "integer", "enum": ["a"]}"#, "/enum"),
        (#"{"oneOf": [{"type": "integer"}, {"type": "number"}]}"#, "/oneOf"),
        (#"{"$ref": "https://example.com/schema"}"#, "/$ref"),
        (##"{"$ref": "#/$defs/missing"}"##, "/$ref"),
        (##"{"$ref": "#"}"##, ""),
        (
            ##"{"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}, {"type": "null"}]}, "b": {"$ref": "#/$defs/a"}}}"##,
            "/$ref"
        ),
        (
            ##"{"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "properties": {"x": {"$ref": "#/$defs/a"}}, "required": ["x"]}}}"##,
            ""
        ),
        (
            ##"{"anyOf": [{"type": "null"}, {"x-must-be-possible": true, "type": "array", "items": false, "minItems": 1}]}"##,
            "/anyOf/1"
        ),
        (
            ##"{"anyOf": [{"x-must-be-possible": true, "type": "object", "properties": {"a": {"$ref": "#/anyOf/0"}}, "required": ["a"]}, {"type": "null"}]}"##,
            "/anyOf/0"
        ),
    ]

    @Test(arguments: refused) func refuses(_ schema: String, _ pointer: String) throws {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            _ = try GrammarTesting.compile(GrammarTesting.schema(schema))
            Issue.record("\(schema) was accepted")
        } catch let error as GrammarError {
            #expect(error.pointer.hasSuffix(pointer) || error.pointer == pointer, "\(schema): \(error)")
            #expect(!error.message.isEmpty)
        }
        #expect(clock.now - start < .seconds(3))
    }

    @Test("schemas that would explode are refused or small") func bombs() throws {
        let clock = ContinuousClock()
        let start = clock.now
        func nested(_ depth: Int, _ wrap: (JSONValue) -> JSONValue) -> JSONValue {
            (0..<depth).reduce(["type": "string"]) { inner, _ in wrap(inner) }
        }
        // Too deep.
        #expect(throws: GrammarError.self) {
            try GrammarTesting.compile(
                nested(60) { ["type": "object", "properties": ["a": ["anyOf": [$0, ["type": "null"]]]]] })
        }
        // Branches of branches, each twice: 2^20 of them.
        #expect(throws: GrammarError.self) { try GrammarTesting.compile(nested(20) { ["anyOf": [$0, $0]] }) }
        #expect(throws: GrammarError.self) {
            try GrammarTesting.compile(nested(20) { ["allOf": [$0, ["anyOf": [$0, $0]]]] })
        }
        // Definitions that each use the last one ten times: rules are written once.
        var definitions: JSONObject = ["d0": ["type": "string"]]
        for level in 1...30 {
            let reference: JSONValue = ["$ref": .string("#/$defs/d\(level - 1)")]
            definitions["d\(level)"] = ["type": "array", "prefixItems": .array(Array(repeating: reference, count: 10))]
        }
        _ = try GrammarTesting.compile(["$ref": "#/$defs/d30", "$defs": .object(definitions)])
        // A huge enum, repetition that backtracks elsewhere, many optional properties.
        #expect(throws: GrammarError.self) {
            try GrammarTesting.compile(["enum": .array((0..<200_000).map { .integer($0) })])
        }
        let greedy = try GrammarTesting.compile(["type": "string", "pattern": "^(a+)+$"])
        #expect(GrammarTesting.accepts(greedy, "\"" + String(repeating: "a", count: 2_000) + "\""))
        // Many different characters beside many that are any: refused or made, but soon.
        let letters = (0..<900).compactMap { Unicode.Scalar(0x4E00 + UInt32($0)).map(String.init) }
        let mixed = "(" + letters.joined(separator: "|") + "|.)*x" + String(repeating: ".?", count: 500)
        _ = try? GrammarTesting.compile(["type": "string", "pattern": .string(mixed)])
        let names = (0..<300).map { "parameter_\($0)" }
        let wide = try GrammarTesting.compile([
            "type": "object",
            "properties": .object(JSONObject(uniqueKeysWithValues: names.map { ($0, ["type": "string"]) })),
        ])
        #expect(wide.automatonBytes < 4 << 20)
        #expect(GrammarTesting.accepts(wide, #"{"parameter_7": "x", "parameter_299": "y"}"#))
        #expect(clock.now - start < .seconds(20))
    }

    @Test("values never go deeper than the limit, and can always be closed") func depth() throws {
        let grammar = try GrammarTesting.compile(["type": "array"])
        var matcher = Matcher(grammar)
        var depth = 0
        while matcher.accept(Int32(UInt8(ascii: "[")) + 2) { depth += 1 }
        #expect(depth == 64)
        #expect(matcher.closingBytes.count == 64)
    }

    @Test("tables and masks of many grammars stay within their budget") func boundedTables() throws {
        let bytes: [[UInt8]] = [[]] + (0...255).map { [UInt8($0)] } + SmallVocabulary.pieces.map { Array($0.utf8) }
        let vocabulary = GrammarVocabulary(
            bytes: bytes, endTokens: [], isSpecial: { $0 == 0 }, maskBytes: 1 << 20,
            encode: SmallVocabulary.greedyEncoder(bytes, special: 1))
        var kept: [CompiledGrammar] = []
        var random = SeededGenerator(1)
        for index in 0..<300 {
            let grammar = try CompiledGrammar.compile(
                schema: [
                    "type": "object",
                    "properties": [
                        "name_\(index)": ["type": "string", "maxLength": 50], "b": ["type": "number"],
                    ],
                ], vocabulary: vocabulary)
            kept.append(grammar)
            var matcher = Matcher(grammar)
            for _ in 0..<40 where !matcher.isComplete {
                guard let token = matcher.mask().tokens.randomElement(using: &random), matcher.accept(token) else {
                    break
                }
            }
            #expect(vocabulary.masks.bytesInUse <= 2 << 20)
        }
        #expect(kept.reduce(0) { $0 + $1.tableBytes } <= 4 << 20)
        kept.removeAll()
        #expect(vocabulary.masks.bytesInUse == 0)
    }

    @Test("a matcher goes on where its table has been replaced") func replacedTable() throws {
        let schema: JSONValue = [
            "type": "array", "items": ["type": "array", "items": ["type": "string"], "minItems": 2, "maxItems": 4],
        ]
        let grammar = try GrammarTesting.compile(schema)
        var (matcher, twin) = (Matcher(grammar), Matcher(try GrammarTesting.compile(schema)))
        for byte in Array(#"[["a", "bc"], ["d", "e", "#.utf8) {
            grammar.forgetStates()
            let areAccepted = (matcher.accept(Int32(byte) + 2), twin.accept(Int32(byte) + 2))
            #expect(areAccepted == (true, true))
            #expect(matcher.mask().tokens == twin.mask().tokens)
            #expect(matcher.closingBytes == twin.closingBytes)
        }
    }
}
