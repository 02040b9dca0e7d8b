import Documents
import CallRules
import Functions
import Grammar
import OrderedCollections
import TestSupport
import Testing

/// No rule breaks a call: random schemas, values that fit them, and sentences full of what rules look for.
@Suite struct ValidCallsPropertyTests {
    private struct Property {
        let schema: JSONValue
        let value: JSONValue
    }

    private static func pick<Element>(_ list: [Element], _ random: inout SeededGenerator) -> Element {
        list[Int.random(in: list.indices, using: &random)]
    }

    private static let texts: [Property] = [
        .init(schema: ["type": "string", "format": "date"], value: "2026-11-20"),
        .init(schema: ["type": "string", "format": "time"], value: "09:00:00Z"),
        .init(schema: ["type": "string", "format": "date-time"], value: "2026-11-20T09:00:00Z"),
        .init(schema: ["type": "string", "format": "duration"], value: "PT9M"),
        .init(schema: ["type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"], value: "09:00"),
        .init(schema: ["type": "string", "pattern": "^(0[0-9]|1[0-9]):[0-5][0-9]$"], value: "09:00"),
        .init(schema: ["type": "string", "format": "date", "const": "2026-11-20"], value: "2026-11-20"),
        .init(schema: ["type": "string", "description": "MM/DD/YYYY"], value: "11/20/2026"),
        .init(schema: ["type": "string", "description": "HH:MM", "maxLength": 4], value: "9:00"),
        .init(schema: ["type": "string", "minLength": 2], value: "The Beatles"),
        .init(schema: ["enum": ["kitchen", "bath"]], value: "bath"), .init(schema: ["type": "boolean"], value: true),
        .init(schema: ["const": 3], value: 3),
        .init(
            schema: ["type": "array", "items": ["type": "string"], "minItems": 2], value: ["lemon", "honey"]),
        .init(schema: ["type": "array", "items": ["type": "string"]], value: ["lemon", "honey", "rum"]),
        .init(
            schema: [
                "type": "object", "required": ["hours", "minutes", "seconds"],
                "properties": [
                    "hours": ["type": "integer", "minimum": 0, "maximum": 99],
                    "minutes": ["type": "integer", "maximum": 59],
                    "seconds": ["type": "integer"],
                ],
            ], value: ["hours": 1, "minutes": 2, "seconds": 3]),
    ]

    private static func property(_ random: inout SeededGenerator) -> Property {
        guard Bool.random(using: &random) else { return pick(texts, &random) }
        let least = Int.random(in: -50...50, using: &random), most = least + Int.random(in: 0...200, using: &random)
        var schema: JSONObject = ["type": pick(["integer", "number"], &random)]
        schema["minimum"] = .integer(least)
        if Bool.random(using: &random) { schema["maximum"] = .integer(most) }
        if Bool.random(using: &random) { schema["x-clamp"] = true }
        var value = Int.random(in: least...most, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 {
            schema["multipleOf"] = 5
            value = (least + 4) / 5 * 5
            if value < least || value > most { schema["multipleOf"] = nil; value = least }
        }
        return Property(schema: .object(schema), value: .integer(value))
    }

    private static func function(_ random: inout SeededGenerator) -> (FunctionDefinition, JSONObject) {
        var properties: JSONObject = [:], values: JSONObject = [:], required: [JSONValue] = []
        for index in 0..<Int.random(in: 1...5, using: &random) {
            let property = property(&random)
            let name =
                pick(["date", "time", "start_time", "level", "room", "minutes", "duration", "note"], &random)
                + "\(index)"
            properties[name] = property.schema
            if Bool.random(using: &random) { required.append(.string(name)) }
            values[name] = property.value
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties), "required": .array(required)]
        if Bool.random(using: &random) { schema["additionalProperties"] = false }
        if Int.random(in: 0..<6, using: &random) == 0 { schema["minProperties"] = .integer(values.count) }
        if Int.random(in: 0..<6, using: &random) == 0, values.count > 1, let first = values.keys.first {
            schema["dependentRequired"] = .object([first: .array(values.keys.dropFirst().map { .string($0) })])
        }
        return (FunctionDefinition(name: "set", description: "Set it.", parameters: .object(schema)), values)
    }

    private static let pieces = [
        "please set it", "to 150 percent", "on April 31st", "tomorrow", "at 7 pm", "half past eight", "for two weeks",
        "-18 degrees",
        "for 1,000 seconds", "in the kitchen", "by the beatles", "no", "thank you", "do not", "on 3 March 1990",
        "from 2 to 4",
        "at 25:61", "in ten minutes", "一百五十度", "请", "明天", "heute um sieben", "a quarter to nine", "99999999999", "0.5",
        "with lemon",
    ]

    @Test("10,000 random (schema, request) pairs with all rules on: no invalid call", arguments: UInt64(0)..<20)
    func noRuleBreaksACall(seed: UInt64) async throws {
        var random = SeededGenerator(seed), changed = 0
        for _ in 0..<500 {
            // Other tests wait for answers meanwhile.
            await Task.yield()
            let (function, values) = Self.function(&random)
            let validator = SchemaValidator(function.parameters)
            guard (try? validator.validate(.object(values))) != nil else { continue }
            let query = (0..<Int.random(in: 1...4, using: &random)).map { _ in Self.pick(Self.pieces, &random) }
                .joined(separator: " ")
            let context = RuleContext(RuleRequest(query: query, place: .berlin), function: function)
            let (ruling, changes) = RuleBook(RuleBook.names)
                .apply(to: FunctionCall(function: "set", parameters: values), context)
            changed += changes.count
            guard case .call(let call) = ruling else { continue }
            #expect(throws: Never.self, "\(query): \(values) became \(call.parameters) of \(function.parameters)") {
                try validator.validate(.object(call.parameters))
            }
        }
        #expect(changed > 50, "rules had something to do")
    }
}
