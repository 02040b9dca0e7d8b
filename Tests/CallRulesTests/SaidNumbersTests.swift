import Documents
import CallRules
import Functions
import OrderedCollections
import Testing

@Suite struct SaidNumbersTests {
    private static let function = FunctionDefinition(
        name: "set", description: "Set the brightness, temperature or volume.",
        parameters: [
            "type": "object",
            "properties": [
                "level": ["type": "integer", "minimum": 0, "maximum": 100],
                "volume": ["type": "integer", "minimum": 0, "maximum": 10, "x-clamp": true],
                "degrees": ["type": "number", "minimum": 5, "maximum": 35], "cold": ["type": "number", "minimum": -30],
                "count": ["type": "integer"], "minutes": ["type": "integer", "maximum": 600],
                "text": ["type": "string"],
            ],
        ])

    private static func ruling(_ query: String, _ written: JSONObject, calls: Int = 1) -> Ruling {
        let context = RuleContext(RuleRequest(query: query), function: function, calls: calls)
        return RuleBook(["said_numbers"]).apply(to: FunctionCall(function: "set", parameters: written), context).ruling
    }

    static let corrected: [(String, JSONObject, becomes: JSONObject)] = [
        ("brightness 80 percent", ["level": 80], ["level": 80]), ("brightness 80 percent", ["level": 8], ["level": 80]),
        ("-18 °C please", ["cold": 18], ["cold": -18]), ("minus 18 degrees", ["cold": 18], ["cold": -18]),
        ("18 below zero", ["cold": 18], ["cold": -18]), ("零下18度", ["cold": 18], ["cold": -18]),
        ("buy 1,200 of them", ["count": 1], ["count": 1200]), ("21.5 degrees", ["degrees": 21], ["degrees": 21.5]),
        ("21,5 Grad bitte", ["degrees": 21], ["degrees": 21.5]), ("volume 12", ["volume": 1], ["volume": 10]),
        ("一百五十个", ["count": 15], ["count": 150]), ("eighty five percent", ["level": 8], ["level": 85]),
        ("one hundred and twenty pieces", ["count": 12], ["count": 120]),
        ("volume at twelve", ["volume": 2], ["volume": 10]),
        // Another unit, a number that has its place, several numbers, none: the model's.
        ("for 2 hours", ["minutes": 120], ["minutes": 120]), ("take 2 off", ["count": -2], ["count": -2]),
        ("for 90 seconds", ["minutes": 1], ["minutes": 1]),
        ("20 and a half degrees", ["degrees": 20.5], ["degrees": 20.5]),
        ("19 et demi dans la chambre", ["degrees": 19.5], ["degrees": 19.5]),
        ("灯光调到三成", ["level": 30], ["level": 30]), ("灯光调到三成五", ["level": 35], ["level": 35]),
        ("half brightness", ["level": 50], ["level": 50]), ("from 20 to 30", ["level": 2], ["level": 2]),
        ("play 1989", ["text": "1989", "level": 19], ["text": "1989", "level": 19]),
        ("at 7:30", ["level": 7], ["level": 7]), ("on 2026-11-24", ["level": 20], ["level": 20]),
        ("at 7 pm", ["level": 70], ["level": 70]), ("version 1.2.3", ["level": 1], ["level": 1]),
        ("the co2 level", ["level": 20], ["level": 20]), ("the 3rd one", ["count": 30], ["count": 30]),
        ("72 fahrenheit", ["degrees": 22], ["degrees": 22]), ("just one more", ["count": 10], ["count": 10]),
        ("warmer", ["degrees": 20], ["degrees": 20]), ("打开一下", ["count": 10], ["count": 10]),
        ("", ["level": 5], ["level": 5]), ("volume 4.5", ["volume": 4], ["volume": 5]),
        ("1.5 hours", ["minutes": 90], ["minutes": 90]), ("for 1.5 minutes", ["minutes": 1], ["minutes": 1]),
        ("2.5 kilos", ["count": 2_500], ["count": 2_500]),
    ]
    @Test(arguments: corrected) func theNumberThatWasSaidCounts(query: String, written: JSONObject, becomes: JSONObject)
    {
        #expect(Self.ruling(query, written).parameters == becomes, "\(Self.ruling(query, written))")
    }

    static let refused: [(String, JSONObject, message: String)] = [
        ("brightness 150 percent", ["level": 15], "level must be at most 100; 150 was said"),
        ("brightness 150 percent", ["level": 100], "level must be at most 100; 150 was said"),
        ("set the freezer to -18 °C", ["degrees": 18], "degrees must be at least 5; -18 was said"),
        ("heat to 99 degrees", ["degrees": 9], "degrees must be at most 35; 99 was said"),
        ("一百五十度", ["degrees": 15], "degrees must be at most 35; 150 was said"),
        ("two hundred percent", ["level": 20], "level must be at most 100; 200 was said"),
        ("Helligkeit 150 Prozent", ["level": 50], "level must be at most 100; 150 was said"),
        ("Helligkeit auf hundertfünfzig Prozent", ["level": 15], "level must be at most 100; 150 was said"),
        ("mets la lumière à cent cinquante pour cent", ["level": 50], "level must be at most 100; 150 was said"),
        ("pon la luz al ciento cincuenta por ciento", ["level": 50], "level must be at most 100; 150 was said"),
        // A whole number in the place of a part is another number.
        ("brightness at 0.5 percent", ["level": 0], "level must be a whole number; 0.5 was said"),
        ("set it to 21.5", ["count": 21], "count must be a whole number; 21.5 was said"),
        ("auf 21,5 bitte", ["count": 22], "count must be a whole number; 21.5 was said"),
    ]
    @Test(arguments: refused) func aNumberBeyondTheBoundsIsUnclear(query: String, written: JSONObject, message: String)
    {
        let ruling = Self.ruling(query, written)
        #expect(ruling == .refused(.requestUnclear, message: message))
    }

    /// What was said once may belong to any of several calls.
    @Test func severalCallsAreLeftAlone() {
        #expect(Self.ruling("brightness 150", ["level": 15], calls: 2).parameters == ["level": 15])
    }
}
