import Documents
import Testing

/// Which texts the grammar of a schema accepts, keyword by keyword.
@Suite struct GrammarLanguageTests {
    static let cases: [(schema: String, accepted: [String], refused: [String])] = [
        (#"{"type": "boolean"}"#, ["true", "false"], ["null", "True", "tru", ""]),
        (#"{"type": ["string", "null"]}"#, ["null", #""a""#], ["1"]),
        (#"{"type": "string", "nullable": true}"#, ["null", #""a""#], ["1"]),
        (
            #"{"type": "string"}"#,
            [#""""#, #""a b""#, #""é中😀""#, #""\n\"\\""#, #""\u001f\u007F""#, "\"\u{85}\""],
            ["\"\n\"", #""\/""#, #""\u0041""#, #""\ud83d\ude00""#, "\"\u{7F}\"", #""a"#]
        ),
        (#"{"type": "string", "minLength": 2, "maxLength": 3}"#, [#""é中""#, #""\n😀a""#], [#""a""#, #""abcd""#]),
        (#"{"minLength": 1}"#, [#""ab""#], [#""""#, "1"]),
        (
            #"{"type": "integer"}"#, ["0", "-0", "-12", "123456789012345678"],
            ["01", "1.0", "1e5", "1234567890123456789"]
        ),
        (#"{"type": "integer", "minimum": -5, "maximum": 12}"#, ["-5", "0", "7", "12"], ["-6", "13", "-0", "70"]),
        (
            #"{"type": "integer", "exclusiveMinimum": 9, "exclusiveMaximum": 101}"#, ["10", "99", "100"],
            ["9", "101", "8"]
        ),
        (#"{"type": "integer", "minimum": 1.5}"#, ["2", "10"], ["1", "0", "-3"]),
        (#"{"type": "integer", "multipleOf": 7, "minimum": -20}"#, ["0", "14", "-14", "21"], ["-21", "13", "-0"]),
        (
            #"{"type": "number"}"#,
            ["0", "-0.5", "1.50", "1e5", "1E-05", "2.5e+10"].map { $0 == "1E-05" ? "1E-05" : $0 },
            ["1.", ".5", "01", "1e", "1e100", "+1"]
        ),
        (
            #"{"type": "number", "minimum": -0.5, "maximum": 10.25}"#,
            ["-0.5", "-0.49", "0", "0.0", "9.999", "10", "10.25", "10.250", "10.2"],
            ["-0.51", "-1", "-0", "-0.0", "10.251", "10.3", "11", "1e1"]
        ),
        (#"{"type": "number", "exclusiveMinimum": 0}"#, ["0.001", "1", "100"], ["0", "0.0", "-1"]),
        (
            #"{"type": "number", "exclusiveMaximum": -1.5}"#, ["-1.51", "-2", "-100.1"],
            ["-1.5", "-1.50", "-1", "0", "3"]
        ),
        (
            #"{"enum": ["a", "ab", 1.5, null, {"b": 1, "a": [1, "x"]}]}"#,
            [#""a""#, #""ab""#, "1.5", "null", #"{"b": 1, "a": [1, "x"]}"#],
            [#""abc""#, "1", #"{"a": [1, "x"], "b": 1}"#]
        ),
        (#"{"type": "integer", "enum": [1, 2.0, "3", 2.5]}"#, ["1"], ["2.5", #""3""#]),
        (#"{"const": "x"}"#, [#""x""#], [#""y""#]),
        (
            #"{"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}, "c": {"type": "null"}}, "required": ["b"]}"#,
            [
                #"{"a": 1, "b": true, "c": null}"#, #"{"b": true}"#, #"{"b": false, "c": null}"#,
                #"{"a": 1, "b": true}"#,
            ],
            ["{}", #"{"a": 1}"#, #"{"b": true, "a": 1}"#, #"{"b":true}"#, #"{"b": true, "d": 1}"#, #"{, "b": true}"#]
        ),
        (
            #"{"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}"#,
            ["{}", #"{"a": 1}"#, #"{"b": 1}"#, #"{"a": 1, "b": 2}"#], [#"{"a": 1, }"#, #"{"a": 1, "a": 2}"#]
        ),
        (#"{"type": "object"}"#, ["{}", #"{"x": {"y": [1, "z"]}}"#], ["[]"]),
        (#"{"type": "object", "properties": {}}"#, ["{}"], [#"{"x": 1}"#]),
        (
            #"{"properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "boolean"}}"#,
            ["{}", #"{"a": 1}"#, #"{"a": 1, "b": true, "aa": false}"#, #"{"": true}"#],
            [#"{"b": 1}"#, #"{"b": true, "a": 1}"#, #"{"a": true}"#]
        ),
        (
            #"{"properties": {"a": {"type": "integer"}}, "required": ["z"], "additionalProperties": true}"#,
            [#"{"z": 1}"#], ["{}"]
        ),
        (
            #"{"type": "array", "items": {"type": "integer"}}"#, ["[]", "[1]", "[1, 2, 3]"],
            ["[1,2]", "[1, ]", "[true]"]
        ),
        (
            #"{"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3}"#, ["[1, 2]", "[1, 2, 3]"],
            ["[]", "[1]", "[1, 2, 3, 4]"]
        ),
        (#"{"type": "array", "items": {"type": "null"}, "maxItems": 1}"#, ["[]", "[null]"], ["[null, null]"]),
        (#"{"type": "array", "items": {"type": "null"}, "maxItems": 0}"#, ["[]"], ["[null]"]),
        (
            #"{"type": "array", "prefixItems": [{"type": "null"}, {"type": "boolean"}], "items": {"type": "integer"}, "minItems": 1, "maxItems": 4}"#,
            ["[null]", "[null, true]", "[null, true, 5]", "[null, true, 5, 6]"],
            ["[]", "[null, 5]", "[null, true, 5, 6, 7]"]
        ),
        (#"{"type": "array", "prefixItems": [{"type": "null"}], "items": false}"#, ["[]", "[null]"], ["[null, null]"]),
        (
            #"{"type": "array", "items": {"type": "array", "items": {"type": "string", "maxLength": 1}, "minItems": 1, "maxItems": 2}, "minItems": 2, "maxItems": 2}"#,
            [#"[["a"], ["b", "c"]]"#], [#"[["a"]]"#, #"[["a", "b", "c"], ["d"]]"#, #"[["ab"], ["b"]]"#]
        ),
        (#"{"anyOf": [{"type": "integer"}, {"type": "string", "enum": ["a"]}]}"#, ["5", #""a""#], [#""b""#]),
        (#"{"oneOf": [{"type": "integer"}, {"const": "a"}]}"#, ["5", #""a""#], [#""b""#]),
        (
            #"{"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}"#,
            [#"{"a": 1}"#, #"{"b": 1}"#, #"{"a": 1, "b": 1}"#], ["{}"]
        ),
        (
            #"{"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"properties": {"a": {"minimum": 5}, "b": {"type": "null"}}}]}"#,
            [#"{"a": 5}"#, #"{"a": 10, "b": null}"#], [#"{"a": 4}"#, "{}"]
        ),
        (
            #"{"allOf": [{"type": ["integer", "string"]}, {"type": "number"}, {"maximum": 3}]}"#, ["3", "-100"],
            ["4", "1.5"]
        ),
        (
            ##"{"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {"v": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}}, "required": ["v", "next"]}}}"##,
            [#"{"v": 1, "next": null}"#, #"{"v": 1, "next": {"v": 2, "next": null}}"#], [#"{"v": 1}"#]
        ),
        (##"{"type": "array", "items": {"$ref": "#"}}"##, ["[]", "[[], [[]]]"], ["[1]"]),
        ("{}", ["1", "true", #"{"a": [null, "b"]}"#, "[]"], ["", "[1,2]"]),
        (#"{"type": "string", "pattern": "^[a-c]+$"}"#, [#""abc""#], [#""""#, #""abd""#]),
        (#"{"type": "string", "pattern": "b"}"#, [#""abc""#, #""b""#], [#""ac""#]),
        (#"{"type": "string", "pattern": "^a|b$"}"#, [#""ax""#, #""xb""#], [#""xa""#]),
        (#"{"type": "string", "pattern": "^\\d{3}-\\w*\\s$"}"#, [#""123-ab\t""#, #""123- ""#], [#""12-a ""#]),
        (#"{"type": "string", "pattern": "^.$"}"#, [#""é""#, #""\t""#], [#""\n""#, #""ab""#]),
        (#"{"type": "string", "pattern": "^[^a]*$", "maxLength": 2}"#, [#""""#, #""\"\\""#], [#""a""#, #""bbb""#]),
        (
            #"{"type": "string", "format": "date"}"#, [#""2024-02-29""#, #""2023-04-30""#],
            [#""2023-02-29""#, #""2023-04-31""#, #""1900-02-29""#]
        ),
        (
            #"{"type": "string", "format": "date-time"}"#,
            [#""2024-01-01T10:00:00+01:00""#, #""2024-01-01T23:59:59.5Z""#],
            [#""2024-01-01 10:00:00Z""#, #""2024-01-01T24:00:00Z""#]
        ),
        (#"{"type": "string", "format": "ipv4"}"#, [#""255.0.10.1""#], [#""256.1.1.1""#, #""01.1.1.1""#]),
        (
            #"{"type": "string", "format": "ipv6"}"#, [#""::1""#, #""::""#, #""1:2:3:4:5:6:7:8""#, #""fe80::1:2""#],
            [#""1:2""#, #""1::2::3""#]
        ),
        (#"{"type": "string", "format": "uuid"}"#, [#""123e4567-e89b-12d3-a456-426614174000""#], [#""123e4567""#]),
        (#"{"type": "string", "format": "email"}"#, [#""a.b@example.com""#], [#""a@""#, #""@b""#, #""a@-b.c""#]),
        (#"{"type": "string", "format": "uri"}"#, [#""https://a.b/c?d=e#f""#], [#""no uri""#, #""a b:c""#]),
        (
            #"{"type": "string", "format": "duration"}"#, [#""P1Y2M3D""#, #""PT1H30M""#, #""P2W""#],
            [#""P""#, #""PT""#, #""P1D2Y""#]
        ),
        (#"{"type": "string", "format": "some-new-format"}"#, [#""x""#], ["1"]),
    ]

    @Test(arguments: cases.indices) func language(_ index: Int) throws {
        let (schema, accepted, refused) = Self.cases[index]
        let grammar = try GrammarTesting.compile(GrammarTesting.schema(schema))
        for text in accepted { #expect(GrammarTesting.accepts(grammar, text), "\(schema) should accept \(text)") }
        for text in refused { #expect(!GrammarTesting.accepts(grammar, text), "\(schema) should refuse \(text)") }
    }
}
