import Adapters
import Documents
import Foundation
import OrderedCollections
import TestSupport
import Testing

/// Rules are written as files have them: what is written reads as the same rules.
@Suite struct AdapterWritingTests {
    /// What a function's rule is written as, in the shortest form.
    static let functions: [(read: JSONValue, written: JSONValue)] = [
        (["domain": "d", "intent": "i"], ["domain": "d", "intent": "i"]),
        (["domain": "d", "intents": [["intent": "i"]]], ["domain": "d", "intent": "i"]),
        (
            ["intent": "i", "slots": ["a": 1], "domain": "d", "parameters": [:]],
            ["domain": "d", "intent": "i", "slots": ["a": 1]]
        ),
        (
            ["domain": "d", "intents": [["intent": "i", "slots": ["s": true]]]],
            ["domain": "d", "intents": [["intent": "i", "slots": ["s": true]]]]
        ),
        (
            ["domain": "d", "intents": [["when": ["p": 0], "intent": "off"], ["intent": "on"]]],
            ["domain": "d", "intents": [["when": ["p": 0], "intent": "off"], ["intent": "on"]]]
        ),
        (
            ["domain": "d", "intents": [["when": ["p": ["heat", "cool"]], "intent": "i"]]],
            ["domain": "d", "intents": [["when": ["p": ["one_of": ["heat", "cool"]]], "intent": "i"]]]
        ),
        (
            [
                "domain": "d",
                "intents": [
                    ["when": ["p": ["above": 1.5, "at_most": 90], "q.r": ["present": false]], "intent": "i"]
                ],
            ],
            [
                "domain": "d",
                "intents": [
                    ["when": ["p": ["above": 1.5, "at_most": 90], "q.r": ["present": false]], "intent": "i"]
                ],
            ]
        ),
        (
            [
                "domain": "d",
                "intents": [["when": ["p": ["equals": ["x": 1]], "q": ["equals": "word"]], "intent": "i"]],
            ],
            ["domain": "d", "intents": [["when": ["p": ["equals": ["x": 1]], "q": "word"], "intent": "i"]]]
        ),
        (
            ["domain": "d", "intents": [["when": ["p": ["at_least": 3.0, "below": -7]], "intent": "i"]]],
            ["domain": "d", "intents": [["when": ["p": ["at_least": 3, "below": -7]], "intent": "i"]]]
        ),
        (
            ["domain": "d", "intent": "i", "parameters": ["a": "s", "b": .null, "c": ["slot": "t"]]],
            ["domain": "d", "intent": "i", "parameters": ["a": "s", "b": .null, "c": "t"]]
        ),
        (
            [
                "domain": "d", "intent": "i",
                "parameters": [
                    "a": ["slot": "s", "values": ["x": 5], "omit": ["auto"]],
                    "b": ["fields": ["city": "town", "zip": .null, "deep": ["fields": ["x": "y"]]]],
                ],
            ],
            [
                "domain": "d", "intent": "i",
                "parameters": [
                    "a": ["slot": "s", "values": ["x": 5], "omit": ["auto"]],
                    "b": ["fields": ["city": "town", "zip": .null, "deep": ["fields": ["x": "y"]]]],
                ],
            ]
        ),
    ]
    @Test(arguments: functions) func writesTheShortestForm(read: JSONValue, written: JSONValue) throws {
        let rules = try AdapterRules(name: "a", json: ["functions": ["f": read]])
        #expect(rules.json["functions"]?["f"]?.text() == written.text())
        #expect(rules.json["output"] == "dis" && rules.json["outcomes"] == nil)
        #expect(try AdapterRules(name: "a", json: rules.json) == rules)
    }

    @Test(arguments: OutputShape.allCases) func writesShapeAndOutcomes(shape: OutputShape) throws {
        let outcomes: JSONValue = [
            "no_appropriate_function": ["domain": "system", "intent": "none"],
            "request_unclear": ["domain": "system", "intent": "clarify", "slots": ["reason": "unclear"]],
        ]
        let rules = try AdapterRules(
            name: "a", json: ["output": .string(shape.rawValue), "outcomes": outcomes, "functions": [:]])
        #expect(rules.json["output"] == .string(shape.rawValue))
        #expect(rules.json["outcomes"]?["request_unclear"] == outcomes["request_unclear"])
        #expect(rules.json["outcomes"]?["no_appropriate_function"] == outcomes["no_appropriate_function"])
        #expect(try AdapterRules(name: "a", json: rules.json) == rules)
    }

    /// The shipped adapter has every form.
    @Test func theShippedAdapterReadsAsItWasWritten() throws {
        let path = TestFiles.repository.appendingPathComponent("Config/adapters/smart-home.yaml").path
        let rules = try AdapterRules.load(path: path)
        #expect(rules.functions.count > 100)
        #expect(try AdapterRules(name: rules.name, json: rules.json) == rules)
        #expect(try AdapterRules(name: rules.name, json: JSONValue(parsing: rules.json.text())) == rules)
    }
}
