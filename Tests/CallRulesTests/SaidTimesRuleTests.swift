import Documents
import CallRules
import Functions
import OrderedCollections
import Testing

/// What the model wrote, and what the call says.
@Suite struct SaidTimesRuleTests {
    private static func property(_ more: JSONObject) -> JSONValue {
        .object(more.merging(["type": "string"]) { own, _ in own })
    }

    private static let properties: JSONObject = [
        "date": property(["format": "date"]), "other_date": property(["format": "date"]),
        "time": property(["pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"]), "when": property(["format": "date-time"]),
        "length": property(["format": "duration"]), "at": property(["format": "time"]),
        "start_date": property(["format": "date"]), "end_date": property(["format": "date"]),
        "birth_date": property(["format": "date"]), "since": property(["format": "date"]),
        "created_after": property(["format": "date-time"]), "sentOn": property([:]),
        "start_time": property(["pattern": "^[0-2][0-9]:[0-5][0-9]$"]),
        "end_time": property(["pattern": "^[0-2][0-9]:[0-5][0-9]$"]),
        "american": property(["pattern": "^(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01])/[0-9]{4}$"]),
        "twelve": property(["pattern": "^(0[1-9]|1[0-2]):[0-5][0-9] (AM|PM)$"]), "code": property(["pattern": "^.*$"]),
        "told": property(["description": "the day as YYYY-MM-DD"]),
        "minutes": ["type": "integer", "minimum": -600, "maximum": 600],
        "hour": ["type": "integer", "minimum": 0, "maximum": 23],
        "day": ["type": "integer", "minimum": 1, "maximum": 31],
        "delay_seconds": ["type": "integer", "minimum": 0, "maximum": 86400],
        "slot": property(["enum": ["08:00", "20:00"]]), "text": property([:]),
        "duration": [
            "type": "object",
            "properties": [
                "hours": ["type": "integer", "minimum": 0, "maximum": 99],
                "minutes": ["type": "integer", "maximum": 999],
                "seconds": ["type": "integer"],
            ],
            "required": ["hours", "minutes", "seconds"],
        ],
    ]

    private static func run(_ query: String, _ written: JSONObject) -> Ruling {
        let used = JSONObject(
            uniqueKeysWithValues: written.keys.compactMap { name in properties[name].map { (name, $0) } })
        let function = FunctionDefinition(
            name: "f", description: "",
            parameters: [
                "type": "object", "properties": .object(used), "required": .array(used.keys.map { .string($0) }),
            ])
        let context = RuleContext(RuleRequest(query: query, place: .berlin), function: function)
        return RuleBook(RuleBook.names).apply(to: FunctionCall(function: "f", parameters: written), context).ruling
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
        // A date that is made up beside a time of day or a delay; what is over is the coming one.
        ("set an alarm for 7 pm", ["time": "19:00", "date": "2026-12-01"], ["time": "19:00", "date": "2026-11-24"]),
        ("set an alarm for 8 am", ["time": "08:00", "date": "2026-12-01"], ["time": "08:00", "date": "2026-11-25"]),
        ("remind me in 20 minutes", ["time": "10:00", "date": "2026-12-01"], ["time": "09:50", "date": "2026-11-24"]),
        // What is meant, and not what merely stands there.
        ("a room in Rome for tomorrow, I was born on 3 March 1990", ["date": "1990-03-03"], ["date": "2026-11-25"]),
        (
            "I was born on 3 March 1990, a room for tomorrow", ["birth_date": "2026-11-25", "date": "1990-03-03"],
            ["birth_date": "1990-03-03", "date": "2026-11-25"]
        ),
        ("not tomorrow but on friday", ["date": "2026-11-25"], ["date": "2026-11-27"]),
        (
            "from december 3 to december 10", ["start_date": "2026-12-10", "end_date": "2026-12-03"],
            ["start_date": "2026-12-03", "end_date": "2026-12-10"]
        ),
        (
            "quiet from 10 pm until 6:30 am", ["start_time": "22:30", "end_time": "18:30"],
            ["start_time": "22:00", "end_time": "06:30"]
        ),
        // Any pattern of a clock or a date, whatever the name.
        ("set an alarm for 12:30 am", ["start_time": "12:30"], ["start_time": "00:30"]),
        ("tomorrow", ["american": "01/02/2026"], ["american": "11/25/2026"]),
        ("at 7 pm", ["twelve": "07:00 AM"], ["twelve": "07:00 PM"]), ("at 7 pm", ["code": "x"], ["code": "x"]),
        ("a trip on 10 December 2026", ["told": "2026-10-12"], ["told": "2026-12-10"]),
        ("a trip on 10 December", ["told": "2025-10-12"], ["told": "2026-12-10"]),
        // Lengths.
        (
            "a timer for 1,000 seconds", ["duration": ["hours": 0, "minutes": 0, "seconds": 0]],
            ["duration": ["hours": 0, "minutes": 16, "seconds": 40]]
        ),
        ("for 2 hours 30", ["length": "PT2H"], ["length": "PT2H30M"]),
        ("ten more minutes", ["minutes": 1], ["minutes": 10]),
        ("take two minutes off", ["minutes": -20], ["minutes": -2]),
        ("run it in half an hour", ["delay_seconds": 30], ["delay_seconds": 1800]),
        ("at seven for 2 hours", ["hour": 7], ["hour": 7]), ("on the 15th for 3 days", ["day": 15], ["day": 15]),
        // Other languages.
        ("明天早上七点半叫我起床", ["date": "2026-11-24", "time": "19:30"], ["date": "2026-11-25", "time": "07:30"]),
        (
            "Weck mich übermorgen um Viertel vor sieben", ["date": "2026-11-25", "time": "07:15"],
            ["date": "2026-11-26", "time": "06:45"]
        ),
        (
            "réveille-moi demain à huit heures et demie", ["date": "2026-11-24", "time": "08:00"],
            ["date": "2026-11-25", "time": "08:30"]
        ),
        (
            "despiértame mañana a las siete y media", ["date": "2026-11-24", "time": "19:30"],
            ["date": "2026-11-25", "time": "07:30"]
        ),
        // A span for one parameter: its beginning, or its end where the name asks for that.
        ("from two to four", ["time": "02:00"], ["time": "14:00"]),
        ("from two to four", ["end_time": "02:00"], ["end_time": "16:00"]),
        ("a hotel from 3 to 7 March", ["date": "2027-03-07"], ["date": "2027-03-03"]),
        ("a hotel from 3 to 7 March", ["end_date": "2027-03-03"], ["end_date": "2027-03-07"]),
        (
            "block tomorrow from 2 to 4 pm", ["when": "2026-11-24T02:00:00+01:00"],
            ["when": "2026-11-25T14:00:00+01:00"]
        ),
        ("not tomorrow but the day after", ["date": "2026-12-02"], ["date": "2026-11-26"]),
        ("am Freitag nicht, sondern am Samstag", ["date": "2026-11-27"], ["date": "2026-11-28"]),
        ("a timer of 1:30 hours", ["length": "PT13H30M"], ["length": "PT1H30M"]),
        ("mets 1 000 secondes", ["length": "PT0S"], ["length": "PT16M40S"]),
        // A name that asks since when: the last such day, in whatever form the model took the coming one.
        ("that mail about the boat trip, after the 1st of november", ["since": "2027-11-01"], ["since": "2026-11-01"]),
        (
            "show me the meetings on friday", ["created_after": "2026-11-27T00:00:00+01:00"],
            ["created_after": "2026-11-20T00:00:00+01:00"]
        ),
        ("notes of the 5th of november", ["sentOn": "2027-11-05 or later"], ["sentOn": "2026-11-05 or later"]),
        ("after the 1st of november 2027", ["since": "2027-11-01"], ["since": "2027-11-01"]),
        ("after yesterday", ["since": "2026-11-25"], ["since": "2026-11-23"]),
        ("book a room on friday", ["date": "2026-11-20"], ["date": "2026-11-27"]),
        ("who won on sunday", ["date": "2026-11-29"], ["date": "2026-11-22"]),
        ("a timer for 1h30", ["length": "PT1H"], ["length": "PT1H30M"]),
        ("Stell einen Timer auf 1 Std. 20 Min.", ["minutes": 20], ["minutes": 80]),
        // Several of a kind, or values that the schema chooses: the model's.
        (
            "tomorrow", ["date": "2026-11-24", "other_date": "2026-11-26"],
            ["date": "2026-11-24", "other_date": "2026-11-26"]
        ),
        ("at noon", ["slot": "08:00"], ["slot": "08:00"]), ("at noon", ["text": "noon"], ["text": "noon"]),
        ("warmer", ["time": "09:00"], ["time": "09:00"]),
    ]
    @Test(arguments: settled) func setsWhatIsSaidOnce(query: String, written: JSONObject, expected: JSONObject) {
        let found = Self.run(query, written).parameters
        #expect(found == expected, "\(JSONValue.object(found ?? [:]).text())")
    }

    /// What was said before tells which eight is meant. It is half past nine in the morning.
    static let answers: [(String, before: String, time: String)] = [
        ("no, at eight", "wake me at seven", "08:00"), ("make it half past seven", "wake me at seven", "07:30"),
        ("nein, um acht", "weck mich um sieben", "08:00"), ("no, at eight", "a table at seven", "20:00"),
        ("no, at 8 pm", "wake me at seven", "20:00"),
    ]
    @Test(arguments: answers) func anAnswerIsAboutWhatWasAsked(query: String, before: String, time: String) {
        let function = FunctionDefinition(
            name: "f", description: "",
            parameters: ["type": "object", "properties": ["time": Self.properties["time"] ?? .null]])
        let context = RuleContext(
            RuleRequest(query: query, before: before, place: .berlin),
            function: function)
        let call = FunctionCall(function: "f", parameters: ["time": "19:00"])
        #expect(RuleBook(["said_times"]).apply(to: call, context).ruling.parameters == ["time": .string(time)])
    }

    /// What is said and cannot be written within the schema: nothing else is written in its place.
    static let unsayable: [(String, JSONObject, String)] = [
        ("book a hotel in Rome for April 31st", ["date": "2026-04-30"], "April 31st"),
        ("am 31. April ein Hotel", ["date": "2026-04-30"], "31. April"),
        ("4月31号订酒店", ["date": "2026-04-30"], "4月31号"),
        ("a room on 29 February 2027", ["date": "2927-02-24"], "29 February 2027"),
        ("a room on February 29, 2027 at 9 am", ["when": "2026-11-25T09:00:00+01:00"], "February 29, 2027"),
        ("the 32nd of May", ["date": "2026-12-01"], "32nd of May"), ("2027年2月29日", ["date": "2027-02-28"], "2月29日"),
        ("el 32 de mayo", ["date": "2027-05-30"], "32 de mayo"),
        ("ein Hotel am 30.2.2028", ["date": "2028-02-03"], "30.2.2028"),
        ("set an alarm for 25:00", ["time": "20:00"], "25:00"), ("meet at 7:75", ["at": "07:15:00Z"], "7:75"),
        ("a call tomorrow at 24:30", ["when": "2026-11-25T20:30:00+01:00"], "24:30"),
        ("set a countdown timer for two weeks", ["duration": ["hours": 14, "minutes": 0, "seconds": 0]], "two weeks"),
        ("a timer for 3 months", ["duration": ["hours": 3, "minutes": 0, "seconds": 0]], "3 months"),
        ("start it for 30 seconds", ["minutes": 30], "30 seconds"),
        ("run it in 12 hours", ["minutes": 12], "in 12 hours"),
        ("extend it by eleven hours", ["minutes": 11], "eleven hours"),
    ]
    @Test(arguments: unsayable) func tellsWhatCannotBeWritten(query: String, written: JSONObject, words: String) {
        let ruling = Self.run(query, written)
        #expect(ruling.outcome == .requestUnclear)
        #expect(ruling.message?.contains(words) == true, "\(ruling.message ?? "")")
    }
}
