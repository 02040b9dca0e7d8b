import Adapters
import Documents
import FunctionCalling
import Functions
import OrderedCollections
import Testing

@Suite struct AdapterTests {
    static let yaml = """
        outcomes:
          request_unclear: {domain: system, intent: clarify, slots: {reason: unclear}}
        functions:
          warm:
            domain: climate
            parameters:
              delta: {slot: amount, omit: [1]}
              room: room
              mode: {slot: mode, values: {heat: heating, "true": yes}}
              days: weekday
              place: {fields: {city: town, zip: null}}
            intents:
              - {when: {delta: {above: 0, at_most: 5}, room: {present: true}}, intent: warmer_room}
              - {when: {delta: {above: 0}}, intent: warmer}
              - {when: {delta: {below: 0}}, intent: cooler, slots: {direction: down}}
              - {when: {mode: [eco, heat]}, intent: saving}
              - {when: {place.city: Bern}, intent: bern}
            slots: {source: voice}
        """

    static func rules() throws -> AdapterRules { try .parse(Array(yaml.utf8), name: "a", isYAML: true) }

    static let calls: [(JSONObject, String?, [String], [String])] = [
        (["delta": 2, "room": "bath"], "warmer_room", ["amount=2", "room=bath"], []),
        (["delta": 1.0, "room": "bath"], "warmer_room", ["room=bath"], []),
        (["delta": 9, "room": "bath"], "warmer", ["amount=9", "room=bath"], []),
        (["delta": -1], "cooler", ["amount=-1", "direction=down"], []),
        (["delta": 0], nil, ["amount=0"], ["warm"]),
        (["mode": "heat"], "saving", ["mode=heating"], []),
        (["mode": "eco"], "saving", ["mode=eco"], ["warm.mode=eco"]),
        (["delta": 3, "days": ["MON", "TUE"]], "warmer", ["amount=3", "weekday=MON", "weekday=TUE"], []),
        (
            ["place": ["city": "Bern", "zip": "3000", "floor": 2]], "bern", ["town=Bern"], ["warm.place.floor"]
        ),
        (["delta": 3, "speed": 5], "warmer", ["amount=3"], ["warm.speed"]),
        ([:], nil, [], ["warm"]),
    ]
    @Test(arguments: calls)
    func maps(parameters: JSONObject, intent: String?, slots: [String], unmapped: [String]) throws {
        let frame = try Self.rules().frame(for: FunctionCall(function: "warm", parameters: parameters))
        #expect(frame.intent == intent && frame.domain == "climate")
        let written = frame.slots.map { "\($0.name)=\($0.value.stringValue ?? $0.value.text())" }
        #expect(Set(written) == Set(slots + ["source=voice"]) && written.count == slots.count + 1)
        #expect(frame.unmapped == unmapped)
    }

    @Test func writesTheDocumentedShape() throws {
        let rules = try SmartHome.adapter()
        let call = FunctionCall(
            function: "climate_adjust_temperature", parameters: ["room": "bedroom", "delta": 1], confidence: 0.91)
        let json = LegacyOutput.json(
            rules: rules, outcome: .call, calls: [call], confidence: 0.91, utterance: Utterance("warmer"))
        #expect(
            json.text(.spaced)
                == #"{"domain": "climate", "intent": "increase_temperature", "slots": [{"name": "room", "value": "bedroom", "#
                + #""raw": "bedroom"}], "confidence": 0.91}"#)
        let two = LegacyOutput.json(
            rules: rules, outcome: .call, calls: [call, call], confidence: 1, utterance: Utterance(""))
        #expect(two.arrayValue?.count == 2)
    }

    @Test func unmappedIsSaid() throws {
        let rules = try Self.rules()
        let call = FunctionCall(function: "fly", parameters: ["to": "x"], confidence: 0.5)
        let json = LegacyOutput.json(
            rules: rules, outcome: .call, calls: [call], confidence: 1, utterance: Utterance(""))
        #expect(
            json.text() == #"{"domain":null,"intent":null,"slots":[],"confidence":0.5,"unmapped":["fly","fly.to"]}"#)
        #expect(rules.frame(for: .requestUnclear, confidence: 1).intent == "clarify")
        #expect(rules.frame(for: .noAppropriateFunction, confidence: 1).unmapped == ["no_appropriate_function"])
    }

    static let refused: [(String, String)] = [
        ("functions: 5", "functions"), ("{output: fax, functions: {}}", "output"),
        ("functions: {f: {intent: x}}", "functions.f.domain"), ("functions: {f: {domain: d}}", "functions.f"),
        ("functions: {f: {domain: d, intent: x, intents: [{intent: y}]}}", "functions.f"),
        ("functions: {f: {domain: d, intent: x, slot: {}}}", "functions.f.slot"),
        ("functions: {f: {domain: d, intent: x, parameters: {p: 5}}}", "functions.f.parameters.p"),
        (
            "functions: {f: {domain: d, intents: [{intent: x, when: {p: {above: x}}}]}}",
            "functions.f.intents[0].when.p.above"
        ),
        ("{functions: {}, outcomes: {call: {domain: d, intent: i}}}", "outcomes.call"),
    ]
    @Test(arguments: refused) func namesTheField(yaml: String, path: String) {
        let error = #expect(throws: AdapterError.self) {
            try AdapterRules.parse(Array(yaml.utf8), name: "a", isYAML: true, source: "a.yaml")
        }
        #expect(error?.path == path && error?.source == "a.yaml", "\(String(describing: error))")
    }

    @Test func reportsWhatDoesNotFit() throws {
        let pool = try FunctionPool(
            name: "p",
            functions: [
                FunctionDefinition(
                    name: "warm", description: "",
                    parameters: [
                        "type": "object",
                        "properties": [
                            "delta": ["type": "number"], "mode": ["enum": ["heat", "eco"]], "extra": ["type": "string"],
                            "days": ["type": "array", "items": ["type": "string"]],
                            "place": ["type": "object", "properties": ["city": [:], "zip": [:]]],
                        ],
                    ]),
                FunctionDefinition(name: "fly", description: ""),
            ])
        let findings = try Self.rules().findings(for: pool)
        #expect(Set(findings.unknown) == ["warm.room", "warm.mode=true"])
        #expect(Set(findings.unmapped) == ["warm.mode=eco", "warm.extra", "fly", "no_appropriate_function"])
        #expect(throws: AdapterError.self) { try Self.rules().validate(against: pool) }
    }
}
