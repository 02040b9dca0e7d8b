import Documents
import CallRules
import Functions
import Grammar
import OrderedCollections
import TestSupport
import Testing

/// Whatever is said, and whatever a schema binds a time by: a call that was valid stays valid.
@Suite struct SaidTimesLawTests {
    private static let phrases = [
        "in two weeks", "at 7 pm", "for 1,000 seconds", "tomorrow", "april 31st", "for 3 months",
        "from december 3 to december 10", "2 hours 30",
        "from 10 pm until 6:30 am", "at 12:30 am", "for 90 seconds", "on 3 March 1990", "in 20 minutes",
        "on february 30th", "for 500 hours",
        "on 29 February 2028", "not tomorrow", "at midnight", "next friday at half past ten", "for 45 minutes",
        "for half a minute", "on 2027-13-01",
    ]

    /// A property that takes a time, and a value that it takes.
    private static func property(using random: inout SeededGenerator) -> (
        name: String, schema: JSONObject, value: JSONValue
    ) {
        let most = Int.random(in: 1...200, using: &random)
        let count: JSONObject = ["type": "integer", "minimum": 0, "maximum": .integer(most)]
        let choices: [(String, JSONObject, JSONValue)] = [
            ("date", ["type": "string", "format": "date"], "2026-12-01"),
            ("end_date", ["type": "string", "format": "date"], "2026-12-02"),
            ("birth_date", ["type": "string", "format": "date"], "2026-12-03"),
            ("day", ["type": "string", "pattern": "^2026-12-(0[1-9]|[12][0-9]|3[01])$"], "2026-12-05"),
            (
                "on", ["type": "string", "pattern": "^(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01])/20[0-9]{2}$"],
                "01/02/2026"
            ),
            ("at", ["type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"], "09:00"),
            ("slot", ["type": "string", "pattern": "^(0[89]|1[0-7]):(00|30)$"], "09:30"),
            ("from_time", ["type": "string", "format": "time"], "09:00:00Z"),
            ("when", ["type": "string", "format": "date-time"], "2026-12-01T09:00:00Z"),
            ("length", ["type": "string", "format": "duration", "maxLength": .integer(most / 20 + 4)], "PT5M"),
            ("choice", ["type": "string", "enum": ["19:00", "2026-11-25"]], "19:00"), ("minutes", count, 0),
            ("hours", count, 1),
            ("delay_seconds", ["type": "integer", "minimum": -10, "maximum": .integer(most)], -1),
            ("part", ["type": "number", "minimum": 0, "maximum": 1], 0.5),
            (
                "duration",
                [
                    "type": "object", "properties": ["hours": .object(count), "minutes": .object(count)],
                    "required": ["hours", "minutes"],
                ],
                ["hours": 0, "minutes": 1]
            ),
        ]
        let index = Int.random(in: choices.indices, using: &random)
        return choices[index]
    }

    @Test(arguments: UInt64(0)..<20) func validCallsStayValid(seed: UInt64) {
        var random = SeededGenerator(seed)
        for _ in 0..<40 {
            var properties: JSONObject = [:], written: JSONObject = [:]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let (name, schema, value) = Self.property(using: &random)
                (properties[name], written[name]) = (.object(schema), value)
            }
            let said = (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
                Self.phrases.randomElement(using: &random)
            }
            let query = "please set it up " + said.joined(separator: " and ")
            let schema: JSONValue = [
                "type": "object", "properties": .object(properties),
                "required": .array(properties.keys.map { .string($0) }),
            ]
            let function = FunctionDefinition(name: "f", description: "", parameters: schema)
            let context = RuleContext(RuleRequest(query: query, place: .berlin), function: function)
            let ruling = RuleBook(["said_times"]).apply(to: FunctionCall(function: "f", parameters: written), context)
                .ruling
            guard case .call(let call) = ruling else { continue }
            let isValid = (try? SchemaValidator(schema).validate(.object(call.parameters))) != nil
            #expect(isValid, "\(query): \(JSONValue.object(call.parameters).text()) for \(schema.text())")
        }
    }
}
