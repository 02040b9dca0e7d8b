import Adapters
import Documents
import Foundation
import Functions
import OrderedCollections
import Testing

/// What holds of every adapter: each outcome in each shape, with and without a rule, and nothing dropped in silence.
@Suite struct AdapterLawTests {
    static let pool: JSONValue = [
        "functions": [
            [
                "name": "light_set",
                "parameters": [
                    "type": "object",
                    "properties": [
                        "state": ["enum": ["on", "off"]], "room": ["type": "string"],
                        "level": ["type": "integer"],
                        "scenes": ["type": "array", "items": ["enum": ["day", "night"]]],
                        "place": [
                            "type": "object", "properties": ["floor": ["type": "integer"], "wing": ["type": "string"]],
                        ],
                    ],
                ],
            ],
            ["name": "light_ask"],
        ]
    ]
    static let adapter: JSONValue = [
        "output": "dis",
        "outcomes": [
            "no_appropriate_function": ["domain": "system", "intent": "none", "slots": ["reason": "nothing"]]
        ],
        "functions": [
            "light_set": [
                "domain": "home",
                "intents": [
                    ["when": ["level": ["above": 90]], "intent": "light.full", "slots": ["strength": "full"]],
                    ["when": ["state": "on"], "intent": "light.on"],
                    ["when": ["state": ["off", "dark"]], "intent": "light.off"],
                ],
                "slots": ["source": "voice"],
                "parameters": [
                    "state": nil, "room": "place", "level": ["slot": "percent", "omit": [100]],
                    "scenes": ["slot": "scene", "values": ["day": "TAG"]],
                    "place": ["fields": ["floor": "floor"]],
                ],
            ]
        ],
    ]

    static func rules() throws -> AdapterRules { try AdapterRules(name: "home", json: adapter) }

    static let frames: [(parameters: JSONObject, intent: String?, slots: [String], unmapped: [String])] = [
        (["state": "on"], "light.on", ["source=voice"], []),
        (["state": "on", "room": "hall"], "light.on", ["place=hall", "source=voice"], []),
        (["state": "off", "level": 5], "light.off", ["percent=5", "source=voice"], []),
        (["state": "off", "level": 100], "light.full", ["source=voice", "strength=full"], []),
        (["level": 95.5], "light.full", ["percent=95.5", "source=voice", "strength=full"], []),
        ([:], nil, ["source=voice"], ["light_set"]),
        (
            ["state": "on", "scenes": ["day", "night"]], "light.on", ["scene=TAG", "scene=night", "source=voice"],
            ["light_set.scenes=night"]
        ),
        (["state": "on", "place": ["floor": 2]], "light.on", ["floor=2", "source=voice"], []),
        (
            ["state": "on", "place": ["floor": 2, "wing": "b"]], "light.on", ["floor=2", "source=voice"],
            ["light_set.place.wing"]
        ),
        (["state": "on", "colour": "red"], "light.on", ["source=voice"], ["light_set.colour"]),
    ]
    @Test(arguments: frames) func writesFrames(
        _ parameters: JSONObject, _ intent: String?, _ slots: [String], _ unmapped: [String]
    ) throws {
        let frame = try Self.rules().frame(for: FunctionCall(function: "light_set", parameters: parameters))
        #expect(frame.domain == "home" && frame.intent == intent && frame.unmapped == unmapped)
        #expect(frame.slots.map { "\($0.name)=\($0.value.stringValue ?? $0.value.text())" } == slots)
    }

    /// Where each shape says its intent, and what it says where there is none.
    static let shapes: [(shape: OutputShape, intent: [String], none: JSONValue?)] = [
        (.dis, ["intent"], .null), (.rasa, ["intent", "name"], .null), (.luis, ["prediction", "topIntent"], "None"),
        (.dialogflow, ["queryResult", "intent", "displayName"], nil),
        (.alexa, ["request", "intent", "name"], "AMAZON.FallbackIntent"),
    ]

    static func written(_ shape: OutputShape, _ outcome: Outcome, _ calls: [FunctionCall] = []) throws -> JSONValue {
        LegacyOutput.json(
            rules: try rules(), shape: shape, outcome: outcome, calls: calls, confidence: 0.75,
            utterance: Utterance("set it", locale: "en-GB", id: "7", time: Date(timeIntervalSince1970: 0)))
    }

    static func member(_ value: JSONValue, _ path: [String]) -> JSONValue? {
        path.reduce(Optional(value)) { $0?[$1] }
    }

    @Test("every outcome in every shape", arguments: shapes)
    func outcomes(_ shape: OutputShape, _ path: [String], _ none: JSONValue?) throws {
        #expect(Self.shapes.count == OutputShape.allCases.count)
        // With a rule, without one.
        #expect(Self.member(try Self.written(shape, .noAppropriateFunction), path) == "none")
        let unclear = try Self.written(shape, .requestUnclear)
        #expect(Self.member(unclear, path) == none && unclear.text().contains("request_unclear"))
        // A call with a rule, and one without.
        let on = FunctionCall(function: "light_set", parameters: ["state": "on"])
        let mapped = try Self.written(shape, .call, [on])
        #expect(Self.member(mapped, path) == "light.on" && !mapped.text().contains("unmapped"))
        let unmapped = try Self.written(
            shape, .call, [FunctionCall(function: "light_ask", parameters: ["room": "hall"])])
        #expect(Self.member(unmapped, path) == none)
        #expect(unmapped.text().contains("unmapped") && unmapped.text().contains("light_ask.room"))
        // Several calls are a list, in their order.
        let off = FunctionCall(function: "light_set", parameters: ["state": "off"])
        let several = try #require(try Self.written(shape, .call, [on, off]).arrayValue)
        #expect(several.map { Self.member($0, path) } == ["light.on", "light.off"])
        #expect(try JSONValue(parsing: mapped.text()) == mapped)
    }

    @Test("each slot's value is in each shape", arguments: shapes)
    func slots(_ shape: OutputShape, _ path: [String], _ none: JSONValue?) throws {
        let call = FunctionCall(
            function: "light_set", parameters: ["state": "on", "room": "the hall", "scenes": ["day"], "level": 42],
            confidence: 0.75)
        let text = try Self.written(shape, .call, [call]).text()
        for value in ["the hall", "TAG", "42", "voice"] { #expect(text.contains(value), "\(value): \(text)") }
        #expect(text.contains("0.75") == (shape != .alexa))
    }

    @Test func findingsNameWhatDoesNotFit() throws {
        let pool = try FunctionPool(name: "home", json: Self.pool), findings = try Self.rules().findings(for: pool)
        #expect(findings.unknown == [])
        #expect(
            findings.unmapped == ["light_set.scenes=night", "light_set.place.wing", "light_ask", "request_unclear"])
        let other = try FunctionPool(name: "home", json: ["functions": [["name": "light_ask"]]])
        let error = #expect(throws: AdapterError.self) { try Self.rules().validate(against: other) }
        #expect(error?.message.contains("has no light_set") == true)
    }

    static let refused: [(JSONValue, String)] = [
        (5, ""), ([:], "functions"), (["functions": 1], "functions"), (["functions": [:], "output": "xml"], "output"),
        (["functions": [:], "extra": 1], "extra"), (["functions": [:], "outcomes": ["call": [:]]], "outcomes.call"),
        (["functions": ["f": [:]]], "functions.f.domain"), (["functions": ["f": ["domain": "d"]]], "functions.f"),
        (["functions": ["f": ["domain": "d", "intent": "i", "intents": [["intent": "j"]]]]], "functions.f"),
        (
            ["functions": ["f": ["domain": "d", "intents": [["when": ["a": ["like": 1]], "intent": "i"]]]]],
            "functions.f.intents[0].when.a.like"
        ),
        (["functions": ["f": ["domain": "d", "intent": "i", "parameters": ["p": 5]]]], "functions.f.parameters.p"),
        (
            ["functions": ["f": ["domain": "d", "intent": "i", "parameters": ["p": ["slots": "s"]]]]],
            "functions.f.parameters.p.slots"
        ),
        (["functions": ["f": ["domain": "d", "intent": "i", "slots": 1]]], "functions.f.slots"),
        (["functions": [:], "outcomes": ["request_unclear": ["domain": "d"]]], "outcomes.request_unclear.intent"),
    ]
    @Test(arguments: refused) func namesTheField(_ json: JSONValue, _ path: String) {
        let error = #expect(throws: FieldError.self) { try AdapterRules(name: "a", json: json) }
        #expect(error?.path == path)
        let text = Array(json.utf8())
        let named = #expect(throws: AdapterError.self) {
            try AdapterRules.parse(text, name: "a", isYAML: false, source: "a.json")
        }
        #expect(named?.path == path && named?.description.hasPrefix("a.json: ") == true)
    }

    @Test(arguments: [("/nowhere/a.yaml", "there is no such file"), ("/", "is a folder")])
    func saysWhyAFileCannotBeRead(_ path: String, _ reason: String) {
        let error = #expect(throws: AdapterError.self) { try AdapterRules.load(path: path) }
        #expect(error?.source == path && error?.message.hasPrefix(reason) == true)
    }

    static let tests: [(JSONValue, JSONValue, Bool)] = [
        (5, 5, true), (5.0, 5, true), ([5, 6], 6, true), ([5, 6], 7, false), (["present": true], 0, true),
        (["present": false], 0, false), (["above": 5], 5, false), (["at_least": 5], 5, true), (["below": 5], 4.9, true),
        (["at_most": 5], 5.1, false), (["above": 1, "below": 3], 2, true), (["above": 1, "below": 3], 3, false),
        (["equals": ["a": 1]], ["a": 1], true), (["one_of": ["a", "b"]], "b", true), (["above": 1], "2", false),
    ]
    @Test(arguments: tests) func conditionsHold(_ test: JSONValue, _ value: JSONValue, _ holds: Bool) throws {
        let conditions = try AdapterCondition.read(test, of: "x", path: "x")
        #expect(conditions.allSatisfy { $0.holds(for: ["x": value]) } == holds)
    }
}
