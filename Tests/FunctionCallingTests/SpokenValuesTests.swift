import Documents
import FunctionCalling
import Functions
import OrderedCollections
import Testing

/// What the model wrote, and what the call says.
@Suite struct SpokenValuesTests {
    private static func property(_ more: JSONObject) -> JSONValue {
        .object(more.merging(["type": "string"]) { own, _ in own })
    }

    private static let properties: JSONObject = [
        "date": property(["format": "date"]), "other_date": property(["format": "date"]),
        "time": property(["pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"]), "when": property(["format": "date-time"]),
        "length": property(["format": "duration"]), "at": property(["format": "time"]),
        "slot": property(["enum": ["08:00", "20:00"]]), "text": property([:]),
        "duration": [
            "type": "object",
            "properties": [
                "hours": ["type": "integer", "minimum": 0], "minutes": ["type": "integer"],
                "seconds": ["type": "integer"],
            ],
            "required": ["hours", "minutes", "seconds"],
        ],
    ]

    private static func run(_ query: String, _ written: JSONObject) async throws -> JSONObject? {
        let answer: JSONValue = ["name": "f", "arguments": .object(written)]
        let used = JSONObject(
            uniqueKeysWithValues: written.keys.compactMap { name in properties[name].map { (name, $0) } })
        let request: JSONValue = [
            "query": .string(query), "retriever": "all",
            "context": ["time": "2026-11-24T09:30:00", "timezone": "Europe/Berlin"],
            "functions": [
                [
                    "name": "f",
                    "parameters": [
                        "type": "object", "properties": .object(used),
                        "required": .array(used.keys.map { .string($0) }),
                    ],
                ]
            ],
        ]
        let pipeline = try SmartHome.pipeline(ScriptedGenerator { _ in answer.text(.spaced) })
        return try await pipeline.run(FunctionCallRequest(json: request)).calls.first?.parameters
    }

    static let settled: [(String, JSONObject, JSONObject)] = [
        (
            "tomorrow at half past eight in the evening", ["date": "2026-11-24", "time": "14:30"],
            ["date": "2026-11-25", "time": "20:30"]
        ),
        ("tomorrow at noon", ["when": "2026-11-24T09:30:00Z"], ["when": "2026-11-25T12:00:00+01:00"]),
        ("at noon in july", ["at": "09:00:00Z"], ["at": "12:00:00+01:00"]),
        ("for ninety minutes", ["length": "PT9M"], ["length": "PT1H30M"]),
        (
            "twelve minutes", ["duration": ["hours": 12, "minutes": 12, "seconds": 0]],
            ["duration": ["hours": 0, "minutes": 12, "seconds": 0]]
        ),
        // Several of a kind, or values that the schema chooses: the model's.
        ("from two to four", ["time": "02:00"], ["time": "02:00"]),
        (
            "tomorrow", ["date": "2026-11-24", "other_date": "2026-11-26"],
            ["date": "2026-11-24", "other_date": "2026-11-26"]
        ),
        ("at noon", ["slot": "08:00"], ["slot": "08:00"]), ("at noon", ["text": "noon"], ["text": "noon"]),
        ("warmer", ["time": "09:00"], ["time": "09:00"]),
    ]
    @Test(arguments: settled) func setsWhatIsSaidOnce(query: String, written: JSONObject, expected: JSONObject)
        async throws
    {
        let found = try await Self.run(query, written)
        #expect(found == expected, "\(JSONValue.object(found ?? [:]).text())")
    }
}
