import Documents
import FunctionCalling
import Functions
import Grammar
import OrderedCollections
import SpokenTime
import Teaching
import Testing

@Suite struct SampleDrawTests {
    private static let now = "2026-11-24T10:15"  // a Tuesday

    /// phrase, language, its kind, the sentence around it, what it comes to
    static let phrases: [(String, TemplateLanguage, TimeParameter, String, String?)] = [
        ("tomorrow", .en, .date, "wake me tomorrow", "2026-11-25"),
        ("on friday", .en, .date, "alarm on friday at 7 am", "2026-11-27"),
        ("in three days", .en, .date, "remind me in three days", "2026-11-27"),
        ("明天", .zh, .date, "明天下午三点叫我", "2026-11-25"),
        ("下午三点", .zh, .clock, "明天下午三点叫我", "15:00"),
        ("half past eight in the evening", .en, .clock, "at half past eight in the evening", "20:30"),
        ("19:00", .en, .clock, "from 7 am to 19:00", "19:00"),
        ("7 am", .en, .clock, "from 7 am to 19:00", "07:00"),
        // A length by itself, a time of day behind its preposition.
        ("20 heures", .fr, .clock, "réveille-moi à 20 heures", "20:00"),
        ("20 heures", .fr, .clock, "", "20:00"),
        // Its sentence tells the half of the day.
        ("seven", .en, .clock, "wake me at seven", "07:00"),
        ("tomorrow", .en, .clock, "wake me tomorrow", nil),
        ("7 am", .en, .date, "at 7 am", nil),
        ("kitchen", .en, .date, "kitchen", nil),
        ("monday and friday", .en, .date, "monday and friday", nil),
    ]

    @Test(arguments: phrases)
    func reads(_ phrase: String, language: TemplateLanguage, kind: TimeParameter, sentence: String, value: String?)
        throws
    {
        let now = try #require(LocalTime(iso8601: Self.now))
        #expect(PhraseReading(now: now, locale: nil, language).value(of: phrase, kind, in: sentence) == value)
    }

    /// schema, and how its words become a value
    static let uses: [(JSONValue, TimeParameter?)] = [
        (["type": "string", "format": "date"], .date),
        (["type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"], .clock),
        (["type": "string", "pattern": "^[0-9]{4}$"], nil), (["type": "string"], nil), (["type": "integer"], nil),
        (["type": "string", "pattern": "^[0-9:]+$"], nil), (["type": "string", "enum": ["07:30", "23:59"]], nil),
    ]

    @Test(arguments: uses) func knowsTimesByTheirSchema(_ schema: JSONValue, use: TimeParameter?) {
        #expect(TimeParameter(schema) == use)
    }

    /// pattern, function, language, and what the call must be (of patterns with one outcome)
    static let calls: [(String, String, String, JSONObject)] = [
        ("light on", "light_on", "en", [:]),
        ("make it {color}", "light_on", "zh", ["color": "red"]),
        ("lock it", "door_lock", "en", ["door": "front_door"]),
        ("lock the {door}", "door_lock", "en", ["door": "back_door"]),
        ("um {time}", "alarm_set", "de", ["time": "20:00"]),
        ("{channel:number 7..7} {items:some room 1..1}", "order", "de", ["items": ["Küche"], "channel": "7"]),
        ("{minutes:span minutes 30..30} {level:number 4..4}", "light_on", "fr", ["level": 4, "minutes": 30]),
        ("{_color} light", "light_on", "en", [:]),
    ]

    @Test(arguments: calls)
    func makes(_ pattern: String, function: String, language: String, expected: JSONObject) throws {
        let template = try TeachingFixture.template(pattern, function: function, language: language)
        var draw = SampleDraw(seed: 3)
        for _ in 0..<20 {
            let call = try #require(try draw.sample(of: template).call)
            #expect(call.function == function)
            #expect(call.parameters == expected)
            #expect(Array(call.parameters.keys) == Array(expected.keys))
        }
    }

    @Test func aSlotIsTheSameDrawThroughoutADialogue() throws {
        let dialogue = try #require(try TeachingFixture.set().templates.first { $0.kind == .dialogue })
        var draw = SampleDraw(seed: 1), rooms: Set<String> = []
        for _ in 0..<100 {
            let sample = try draw.sample(of: dialogue)
            let room = try #require(sample.call?.parameters["room"]?.stringValue)
            rooms.insert(room)
            #expect(sample.history == ["light on in the \(room)", "The \(room) is lit.", "thanks"])
            #expect(sample.query.lowercased().contains(room))
        }
        #expect(rooms.count == 8)
    }

    @Test("a call may hold a phrase of time") func phraseOfTheCall() throws {
        let text = "functions: {alarm_set: {en: [{say: the usual alarm, call: {time: 7 am, date: tomorrow}}]}}"
        let template = try #require(try TeachingFixture.set([("a.yaml", text)]).templates.first)
        var draw = SampleDraw(seed: 5)
        let sample = try draw.sample(of: template)
        #expect(sample.call?.parameters["time"] == "07:00")
        #expect(sample.call?.parameters["date"] == .string(sample.now.adding(days: 1).date))
    }

    /// pattern, function, whether another draw may do, and a part of what is said
    static let refused: [(String, String, Bool, String)] = [
        ("light {level:number 101..101}", "light_on", false, "which the schema of light_on refuses: /level"),
        ("alarm", "alarm_set", false, "refuses: time is missing"),
        ("light {lamp:room}", "light_on", false, "light_on has no parameter lamp; it has room, level"),
        ("light {lamp}", "light_on", false, "no list lamp has words in en"),
        ("[light]", "light_on", false, "all of it may be left out"),
        ("wake me {time:dish}", "alarm_set", true, "is not read as one time of day"),
    ]

    @Test(arguments: refused)
    func refuses(_ pattern: String, function: String, passes: Bool, message: String) throws {
        let template = try TeachingFixture.template(pattern, function: function)
        var draw = SampleDraw(seed: 2), found: SampleDraw.Refusal?
        for _ in 0..<50 where found == nil {
            do throws(SampleDraw.Refusal) { _ = try draw.sample(of: template) } catch { found = error }
        }
        let refusal = try #require(found)
        #expect(refusal.fault.message.contains(message), "\(refusal.fault.message)")
        #expect(refusal == (passes ? .phrase(refusal.fault) : .template(refusal.fault)))
        #expect(refusal.fault.path == "functions.\(function).en[0]")
    }

    @Test("property: every sample is valid, at a time when people are awake, and training reads it")
    func valid() throws {
        let pool = try TeachingFixture.pool()
        var draw = SampleDraw(seed: 11)
        for template in try TeachingFixture.set().templates {
            for _ in 0..<40 {
                let sample = try draw.sample(of: template)
                #expect((sample.call != nil) == (template.outcome == .call))
                if let call = sample.call {
                    let function = try #require(pool[call.function])
                    try SchemaValidator(function.parameters).validate(.object(call.parameters))
                }
                #expect((2026...2027).contains(sample.now.year) && sample.now.hour >= 6)
                #expect(!sample.query.contains("  ") && !sample.query.hasPrefix(" ") && !sample.query.hasSuffix(" "))
                let taught = try TaughtRequest(json: sample.json(pool: "pool.yaml"))
                #expect(taught.request.context.time == sample.now)
                #expect(taught.request.context.locale == sample.locale)
                #expect(taught.request.history.map(\.content) == sample.history)
                #expect(taught.label.outcome == sample.outcome)
                #expect(taught.label.calls.map(\.parameters) == [sample.call].compactMap { $0?.parameters })
            }
        }
    }

    /// text, and how it is tidied
    static let tidied: [(String, String)] = [
        ("  turn  it on ", "turn it on"), ("打开 客厅", "打开 客厅"), ("a\tb\n", "a b"), ("", ""),
    ]

    @Test(arguments: tidied) func tidies(_ text: String, expected: String) {
        #expect(SentenceFinish.tidied(text) == expected)
    }
}
