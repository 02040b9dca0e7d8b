import Documents
import FunctionCalling
import Functions
import OrderedCollections
import Testing

@Suite struct StatedFormatTests {
    static let stated: [(String, String, accepts: String, refuses: String)] = [
        ("day", "The day, in the format 'YYYY-MM-DD'.", "2026-11-24", "24.11.2026"),
        ("day", "Day of arrival (dd.mm.yyyy)", "24.11.2026", "2026-11-24"),
        ("day", "formatted as 'MM/DD/YYYY', or 'anytime'", "anytime", "11-24-2026"),
        ("time", "Departure, HH:MM", "18:05", "6 pm"),
        ("time", "Departure as hh:mm AM/PM", "06:05 PM", "18:05"),
        ("time", "in 24-hour format, such as '18:30'", "07:00", "7:00"),
        ("moment", "since YYYY-MM-DDTHH:MM:SSZ", "2026-11-24T07:00:00Z", "2026-11-24 07:00:00"),
        ("span", "formatted as 'YYYY-MM-DD to YYYY-MM-DD'", "2026-11-24 to 2026-11-30", "2026-11-24"),
        ("town", "The town, in the format of 'City, State', such as 'Boston, MA'", "Salem, OR", "Salem"),
        ("town", "in the format of 'City, State' or 'City, Country'", "Oslo, Norway", "Oslo"),
        ("town", "The town, for example, 'Boston, MA'", "Salem, OR", "Salem, Oregon"),
    ]
    @Test(arguments: stated) func becomesAPattern(_ name: String, text: String, accepts: String, refuses: String) throws
    {
        let pattern = try #require(StatedFormat.pattern(in: text))
        let regex = try Regex(pattern)
        #expect(accepts.wholeMatch(of: regex) != nil)
        #expect(refuses.wholeMatch(of: regex) == nil)
    }

    static let unstated = [
        "The name of the town", "a format, such as 'pdf'", "Add, remove or list", "MMORPG titles",
        "in HH of 'Boston, MA",
        "such as 'Berlin' or 'Boston, MA'", "", "YYYY", "the form 'a, b'",
    ]
    @Test(arguments: unstated) func isNotInvented(_ text: String) { #expect(StatedFormat.pattern(in: text) == nil) }

    /// An answer is held to dates and times; the rest is for whoever takes a schema over.
    @Test(arguments: stated) func onlyMomentsAreEnforced(_ name: String, text: String, accepts: String, refuses: String)
        throws
    {
        let schema: JSONValue = [
            "type": "object", "properties": ["x": ["type": "string", "description": .string(text)]],
        ]
        func pattern(_ schema: JSONValue) -> JSONValue? { schema["properties"]?["x"]?["pattern"] }
        #expect((pattern(StatedFormats.enforced(in: schema)) != nil) == (name != "town"))
        let taken = FunctionDefinition(name: "f", description: "", parameters: schema).withStatedPatterns()
        #expect(pattern(taken.parameters) != nil)
    }

    /// Only strings whose form is not said already, at any depth; whatever else a schema has stays.
    @Test func isAddedWhereNothingElseSpeaks() {
        func schema(_ day: JSONValue) -> JSONValue {
            ["type": "object", "properties": ["trip": ["type": "object", "properties": ["day": day]]]]
        }
        let plain: JSONObject = ["type": "string", "description": "YYYY-MM-DD"]
        var patterned = plain
        patterned["pattern"] = StatedFormat.pattern(in: "YYYY-MM-DD").map { .string($0) }
        #expect(StatedFormats.enforced(in: schema(.object(plain))) == schema(.object(patterned)))
        for other: (String, JSONValue) in [("format", "date"), ("enum", ["x"]), ("pattern", "x"), ("maxLength", 3)] {
            var known = plain
            known[other.0] = other.1
            #expect(StatedFormats.enforced(in: schema(.object(known))) == schema(.object(known)))
        }
    }

    static let trip = FunctionDefinition(
        name: "book_trip", description: "Book a trip.",
        parameters: [
            "type": "object", "required": ["day", "time"],
            "properties": [
                "day": ["type": "string", "description": "MM/DD/YYYY"],
                "time": ["type": "string", "description": "in the format HH:MM"],
                "weights": ["type": "array", "items": ["type": "number"]],
            ],
        ])

    /// What the model wrote, what was said, what comes of it.
    static let said: [(String, day: String, time: String)] = [
        ("a trip on the 10th of March 2024 at 5 in the afternoon", "03/10/2024", "17:00"),
        ("a trip on 2024.3.10, 7 p.m.", "03/10/2024", "19:00"),
        ("a trip on march 10 at noon", "03/10/2023", "12:00"),
        ("a trip, Mar. the 10th 2024, 13:45", "03/10/2024", "13:45"),
        ("a trip on the tenth of march of 2024, half past 10 in the morning", "03/10/2024", "10:30"),
        ("a trip on 20/3/2024 at 9:00, for 12.50 or by 20", "03/20/2024", "09:00"),
        // Two days, a day to count from, a day that is no trip's: what the model wrote stays.
        ("a trip on march 10 or march 11 at 9 or 10 am", "10/10/2023", "10:00"),
        ("a trip two days after march 10", "10/10/2023", "14:30"),
        ("today is 2024.3.10, a trip tomorrow", "10/10/2023", "14:30"),
        ("a trip on 3/4/2024", "10/10/2023", "14:30"),
    ]
    @Test(arguments: said) func aDayThatWasSaidCounts(_ query: String, day: String, time: String) async throws {
        var request = FunctionCallRequest(query: query)
        (request.functions, request.retriever) = ([Self.trip], .all)
        let generator = try ScriptedGenerator { _ in
            #"{"name": "book_trip", "arguments": {"day": "10/10/2023", "time": "14:30"}}"#
        }
        let pipeline = try SmartHome.pipeline(generator, choosing: .calibrated)
        pipeline.catalog.store(ChoosingTests.always, for: "inline")
        let call = try await pipeline.run(request).calls.first
        #expect(call?.parameters == ["day": .string(day), "time": .string(time)])
    }
}
