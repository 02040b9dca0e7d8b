import Documents
import Grammar
import OrderedCollections
import TestSupport
import Testing

/// Prices and other decimal steps: what decoding writes, and what the validator says of it.
@Suite struct GrammarDecimalTests {
    static let cases: [(schema: String, good: [String], bad: [String])] = [
        (
            #"{"type": "number", "multipleOf": 0.01, "minimum": 0}"#,
            ["0", "0.5", "19.99", "19.90", "1234567890123.01"],
            ["-0.01", "19.999", "1e2", "0.001", ".5", "-0"]
        ),
        (
            #"{"type": "number", "multipleOf": 0.05, "exclusiveMinimum": 0, "maximum": 9.95}"#,
            ["0.05", "9.95", "9.9", "1"], ["0", "0.0", "0.04", "9.96", "10", "9.975"]
        ),
        (#"{"type": "number", "multipleOf": 0.25}"#, ["-0.75", "0.5", "3", "2.0"], ["0.3", "-0", "0.255", "1E1"]),
        (#"{"type": "number", "multipleOf": 2.5}"#, ["2.5", "5", "7.5", "-10", "5.0"], ["1", "2.25", "4.5"]),
        (#"{"type": "number", "multipleOf": 1}"#, ["0", "7", "-3"], ["0.5", "1.0"]),
        (#"{"type": "number", "multipleOf": 5, "maximum": 20}"#, ["5", "20", "-5"], ["4", "25", "5.5"]),
        (#"{"type": "integer", "multipleOf": 2.5}"#, ["5", "10", "0"], ["2", "7"]),
        (#"{"type": "integer", "multipleOf": 0.01}"#, ["5", "-7"], ["0.5"]),
        (#"{"type": "integer", "multipleOf": 3600, "maximum": 86400}"#, ["3600", "86400", "0"], ["60", "90000"]),
        (#"{"enum": [0.07, 0.075, 1, "x"], "multipleOf": 0.01}"#, ["0.07", "1", "\"x\""], ["0.075"]),
        (#"{"allOf": [{"type": "number", "multipleOf": 0.01}, {"multipleOf": 0.05}]}"#, ["0.05", "1"], ["0.01"]),
        (
            #"{"type": "number", "minimum": 0.1, "maximum": 0.3}"#, ["0.1", "0.2", "0.30", "0.3"],
            ["0.09", "0.31", "0"]
        ),
    ]
    @Test(arguments: cases) func takes(_ schema: String, _ good: [String], _ bad: [String]) throws {
        let schema = try GrammarTesting.schema(schema), grammar = try GrammarTesting.compile(schema)
        let validator = SchemaValidator(schema)
        for text in good {
            #expect(GrammarTesting.accepts(grammar, text), "\(text)")
            #expect(throws: Never.self) { try validator.validate(JSONValue(parsing: text)) }
        }
        for text in bad { #expect(!GrammarTesting.accepts(grammar, text), "\(text)") }
    }

    static let refusals: [(JSONValue, JSONValue, String)] = [
        (0.075, ["multipleOf": 0.01], "0.075 is no multiple of 0.01"),
        (5, ["exclusiveMinimum": 5], "5 is not above 5"),
        (5, ["minimum": 5, "exclusiveMinimum": true], "5 is not above 5"),
        (5, ["maximum": 5, "exclusiveMaximum": true], "5 is not below 5"), (4, ["minimum": 4.5], "4 is below 4.5"),
        (9_007_199_254_740_993, ["maximum": 9_007_199_254_740_992], "9007199254740993 is above 9007199254740992"),
    ]
    @Test(arguments: refusals) func validatorSays(_ value: JSONValue, _ schema: JSONValue, _ message: String) {
        let error = #expect(throws: SchemaValidator.Violation.self) { try SchemaValidator(schema).validate(value) }
        #expect(error?.description == message)
    }

    @Test("whatever is drawn under a random step and bounds is valid", arguments: UInt64(0)..<60)
    func drawnNumbersAreValid(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let steps: [JSONValue] = [0.01, 0.05, 0.25, 0.5, 0.1, 0.001, 2.5, 1, 3, 10, 60, 0.125, 12.5]
        var schema: JSONObject = ["type": Bool.random(using: &random) ? "number" : "integer"]
        if Int.random(in: 0...4, using: &random) > 0 { schema["multipleOf"] = steps.randomElement(using: &random) }
        let low = Double(Int.random(in: -9_000...9_000, using: &random)) / 100
        if Bool.random(using: &random) {
            schema[Bool.random(using: &random) ? "minimum" : "exclusiveMinimum"] = .number(low)
        }
        if Bool.random(using: &random) {
            schema[Bool.random(using: &random) ? "maximum" : "exclusiveMaximum"] = .number(low + 200)
        }
        let grammar = try GrammarTesting.compile(.object(schema)), validator = SchemaValidator(.object(schema))
        for _ in 0..<40 {
            let sample = GrammarTesting.sample(grammar, using: &random, budget: 24)
            let text = String(decoding: sample.bytes, as: UTF8.self)
            #expect(throws: Never.self, "\(JSONValue.object(schema).text()) wrote \(text)") {
                try validator.validate(JSONValue(parsing: text))
            }
        }
    }
}
