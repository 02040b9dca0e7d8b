import Documents
import Foundation
import Grammar
import TestSupport
import Testing

@Suite struct SchemaValidatorTests {
    static func isValid(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        (try? SchemaValidator(schema).validate(value)) != nil
    }

    @Test func agreesWithPythonsJSONSchema() throws {
        let data = try Data(contentsOf: TestFiles.fixture("schema-cases.jsonl"))
        var count = 0
        for line in data.split(separator: 0x0A) {
            let row = try JSONValue(parsing: line)
            let schema = try #require(row["schema"])
            for pair in try #require(row["values"]?.arrayValue) {
                let (value, expected) = (
                    try #require(pair.arrayValue?.first), try #require(pair.arrayValue?.last?.boolValue as Bool?)
                )
                #expect(Self.isValid(value, schema) == expected, "\(value.text()) under \(schema.text())")
                count += 1
            }
        }
        #expect(count > 2000)
    }

    static let messages: [(JSONValue, JSONValue, String)] = [
        (["a": 3], ["properties": ["a": ["type": "string"]]], "/a: must be string, not number"),
        ([:], ["required": ["a"]], "a is missing"),
        (["x/y": [1]], ["properties": ["x/y": ["items": ["maximum": 0]]]], "/x~1y/0: 1 is above 0"),
        (["b": 1], ["properties": [:], "additionalProperties": false], "b is not known"),
        ("teal", ["enum": ["red", "green"]], "\"teal\" is not one of \"red\", \"green\""),
        ("ab", ["pattern": "^a+$"], "\"ab\" does not match ^a+$"),
        (1, ["$ref": "#/$defs/nowhere"], "the schema's $ref #/$defs/nowhere leads nowhere"),
        (1, ["$ref": "https://example.com/x"], "the schema's $ref https://example.com/x leads nowhere"),
        (
            "a", ["pattern": "(?<=a)b"],
            "the pattern (?<=a)b is not known: look-around and flags cannot be enforced at character 4 of the pattern"
        ),
    ]
    @Test(arguments: messages) func says(_ value: JSONValue, _ schema: JSONValue, _ message: String) {
        let error = #expect(throws: SchemaValidator.Violation.self) { try SchemaValidator(schema).validate(value) }
        #expect(error?.description == message)
    }

    static let formats: [(String, [String], [String])] = [
        (
            "date", ["2024-02-29", "1999-12-31"],
            ["2023-02-29", "2024-13-01", "2024-1-01", "24-01-01", "2024-01-01 ", ""]
        ),
        ("time", ["23:59:59Z", "00:00:60.5+01:30"], ["24:00:00Z", "23:59Z", "23:59:59", "23:59:59+1", "23:59:59.Z"]),
        (
            "date-time", ["2024-01-01T10:00:00Z", "2024-01-01t10:00:00.1-05:00"],
            ["2024-01-01", "2024-01-01 10:00:00Z", "T"]
        ),
        ("email", ["a@b.c"], ["a", "@b", "a@", "a b@c", "a@b@c"]),
        ("uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567", "123e4567-e89b-12d3-a456-42661417400g"]),
        ("ipv4", ["127.0.0.1", "0.0.0.0"], ["256.1.1.1", "1.1.1", "01.1.1.1", "1.1.1.1.", "a.b.c.d"]),
        ("color", ["whatever"], []),
    ]
    @Test(arguments: formats) func checksFormats(_ format: String, _ good: [String], _ bad: [String]) {
        for text in good { #expect(Self.isValid(.string(text), ["format": .string(format)]), "\(text)") }
        for text in bad { #expect(!Self.isValid(.string(text), ["format": .string(format)]), "\(text)") }
    }

    static let patterns: [(String, [String], [String])] = [
        ("^(a|bc){2,3}$", ["aa", "abca", "bcbcbc"], ["a", "aaaa", "bb"]),
        ("\\d+-\\w", ["x12-_", "1-a"], ["1-", "-a"]),
        ("^[^\\s,]+$", ["ab"], ["a b", "a,", ""]), ("^\\u00e9\\x41?$", ["é", "éA"], ["e"]), ("^$", [""], ["a"]),
        ("a{0}b{2,}", ["bb", "abbb"], ["ab"]), ("[]-]", [], []), ("^[a\\-c]+?$", ["a-c"], ["b"]),
        ("^.$", ["😀", "é"], ["\n", ""]),
        ("^[\\D]$", ["x"], ["1"]), ("(?:ab)*c", ["c", "ababc"], ["ab"]), ("^\\p$", [], ["p"]), ("a**", [], ["a"]),
        ("(", [], ["("]), (")", [], [")"]), ("[z-a]", [], ["z"]), ("[", [], ["["]), ("a{2,1}", [], ["aa"]),
    ]
    @Test(arguments: patterns) func matchesPatterns(_ pattern: String, _ good: [String], _ bad: [String]) {
        for text in good { #expect(Self.isValid(.string(text), ["pattern": .string(pattern)]), "\(text)") }
        for text in bad { #expect(!Self.isValid(.string(text), ["pattern": .string(pattern)]), "\(text)") }
    }

    static let bombs: [(String, JSONValue, JSONValue)] = [
        ("itself", 1, ["$ref": "#"]),
        ("itself, negated", 1, ["not": ["$ref": "#"]]),
        (
            "doubling", 1,
            ["anyOf": [["allOf": [["$ref": "#"], ["$ref": "#"]]], ["allOf": [["$ref": "#"], ["$ref": "#"]]]]]
        ),
        ("backtracking", .string(String(repeating: "a", count: 30_000) + "b"), ["pattern": "^(a+)+$"]),
        ("states", .string(String(repeating: "a", count: 30_000)), ["pattern": "(a{0,90}){0,90}b"]),
        ("too many states", "a", ["pattern": "((a{1000}){1000}){1000}"]),
    ]
    @Test(arguments: bombs) func endsSoon(_ name: String, _ value: JSONValue, _ schema: JSONValue) {
        let start = ContinuousClock.now
        #expect(!Self.isValid(value, schema))
        #expect(start.duration(to: .now) < .seconds(10))
    }
}
