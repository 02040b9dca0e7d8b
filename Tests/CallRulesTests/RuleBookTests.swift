import Documents
import CallRules
import Functions
import OrderedCollections
import SpokenTime
import Testing

@Suite struct RuleBookTests {
    /// Sets every parameter to what it is told.
    private struct Setter: CallRule {
        static let name = "setter"
        static let languages: Set<SpokenLanguage>? = nil
        var parameters: JSONObject = [:]

        func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling {
            .call(FunctionCall(function: call.function, parameters: parameters))
        }
    }

    /// The same, of German requests.
    private struct GermanSetter: CallRule {
        static let name = "german_setter"
        static let languages: Set<SpokenLanguage>? = [.german]

        func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling {
            .call(FunctionCall(function: call.function, parameters: ["level": 2]))
        }
    }

    private static let lamp = FunctionDefinition(
        name: "lamp", description: "Set a lamp.",
        parameters: [
            "type": "object", "required": ["level"], "additionalProperties": false,
            "properties": [
                "level": ["type": "integer", "maximum": 5], "room": ["enum": ["kitchen", "bath"]],
                "day": ["type": "string", "format": "date"], "code": ["type": "string", "pattern": "^[a-z]$"],
                "kind": ["const": "x"],
            ],
        ])

    private static func context(_ query: String) -> RuleContext {
        RuleContext(RuleRequest(query: query), function: lamp)
    }

    static let refused: [(wanted: JSONObject, becomes: JSONObject)] = [
        (["level": 4, "room": "bath"], ["level": 4, "room": "bath"]),
        (["level": 6], ["level": 1]), ([:], ["level": 1]),
        (["level": 2, "day": "2026-04-31"], ["level": 2]),
        (["level": 1, "day": "2026-04-30"], ["level": 1, "day": "2026-04-30"]),
        (["level": 3, "code": "AB", "kind": "x"], ["level": 3, "kind": "x"]),
        (["level": 1, "kind": "y"], ["level": 1]),
        (["level": 1, "other": true], ["level": 1]),
    ]
    @Test(arguments: refused) func doesNotDoWhatTheSchemaRefuses(wanted: JSONObject, becomes: JSONObject) {
        let call = FunctionCall(function: "lamp", parameters: ["level": 1])
        let (ruling, changed) = RuleBook(rules: [Setter(parameters: wanted)]).apply(to: call, Self.context("lamp on"))
        #expect(ruling == .call(FunctionCall(function: "lamp", parameters: becomes)))
        #expect(changed.allSatisfy { $0.to == becomes[$0.parameter] && $0.from == call.parameters[$0.parameter] })
        #expect(changed.count == Set(becomes.keys).union(["level"]).count { becomes[$0] != call.parameters[$0] })
    }

    @Test func passesOverRulesThatDoNotReadTheLanguage() {
        let call = FunctionCall(function: "lamp", parameters: ["level": 1])
        func level(_ query: String) -> JSONValue? {
            RuleBook(rules: [GermanSetter()]).apply(to: call, Self.context(query)).ruling.parameters?["level"]
        }
        #expect(level("mach bitte das Licht an") == 2)
        #expect(level("please turn the light on") == 1 && level("把灯打开") == 1 && level("lumos") == 1)
    }

    @Test func rulesAreThoseThatAreNamed() {
        #expect(Set(RuleBook.names).count == RuleBook.names.count && RuleBook.names.contains("unsaid_values"))
        let call = FunctionCall(function: "lamp", parameters: ["level": 1, "room": "bath"])
        let context = Self.context("set the lamp to one")
        #expect(RuleBook([]).apply(to: call, context).ruling == .call(call))
        #expect(RuleBook(["no_such_rule"]).apply(to: call, context).ruling == .call(call))
        #expect(RuleBook(RuleBook.names).apply(to: call, context).ruling.parameters == ["level": 1])
    }

    @Test func whatWasTaughtIsNotTakenForInvented() {
        let call = FunctionCall(function: "lamp", parameters: ["level": 1, "room": "bath"])
        let taught = RuleContext(
            RuleRequest(query: "one, where I shower", isTaught: true), function: Self.lamp)
        #expect(RuleBook(["unsaid_values"]).apply(to: call, taught).ruling == .call(call))
        let untaught = Self.context("one, where I shower")
        #expect(RuleBook(["unsaid_values"]).apply(to: call, untaught).ruling.parameters == ["level": 1])
        // Other rules act all the same.
        let refusal = RuleContext(RuleRequest(query: "don't set the lamp", isTaught: true), function: Self.lamp)
        #expect(RuleBook(["negated_request"]).apply(to: call, refusal).ruling.outcome == .noAppropriateFunction)
    }
}
