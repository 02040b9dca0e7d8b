import Documents
import Teaching
import Testing

@Suite struct ValueListTests {
    /// own lists, shared lists, and the first entry that `alarm.room` finds in English
    static let orders: [([String: String], [String: String], String?)] = [
        (["alarm.room": "a", "room": "b"], ["alarm.room": "c", "room": "d"], "a"),
        (["room": "b"], ["alarm.room": "c", "room": "d"], "b"),
        ([:], ["alarm.room": "c", "room": "d"], "c"),
        (["light.room": "x"], ["room": "d"], "d"),
        (["light.room": "x"], [:], nil),
    ]

    @Test(arguments: orders) func looksUp(own: [String: String], shared: [String: String], expected: String?) {
        let lookup = ValueLookup(own: Self.lists(own), shared: Self.lists(shared))
        #expect(lookup.entries("room", function: "alarm", .en)?.first?.say == expected)
    }

    @Test func aListWithoutWordsOfTheLanguageGivesWayToTheNext() {
        let lookup = ValueLookup(own: Self.lists(["room": "Küche"], "de"), shared: Self.lists(["room": "hall"]))
        #expect(lookup.entries("room", function: nil, .en)?.map(\.say) == ["hall"])
        #expect(lookup.entries("room", function: nil, .de)?.map(\.say) == ["Küche"])
        #expect(lookup.entries("room", function: nil, .fr) == nil)
    }

    @Test func whatFitsAnyLanguageIsAddedToEach() {
        var lists = Self.lists(["name": "Anna"])
        lists.lists["name"]?["any"] = [ValueEntry(say: "Kim")]
        let lookup = ValueLookup(own: lists, shared: ValueLists())
        #expect(lookup.entries("name", function: nil, .en)?.map(\.say) == ["Anna", "Kim"])
        #expect(lookup.entries("name", function: nil, .zh)?.map(\.say) == ["Kim"])
    }

    private static func lists(_ words: [String: String], _ language: String = "en") -> ValueLists {
        var lists = ValueLists()
        for (name, word) in words { lists.lists[name] = [language: [ValueEntry(say: word)]] }
        return lists
    }

    /// entry, its words, its value, whether that is written out
    static let entries: [(JSONValue, String, JSONValue, Bool)] = [
        ("red", "red", "red", false), (5, "5", 5, true), (2.5, "2.5", 2.5, true),
        (["say": "violet", "value": "purple"], "violet", "purple", true),
        (["say": "half", "value": 50], "half", 50, true), (["say": "the lounge"], "the lounge", "the lounge", false),
        (["say": ""], "", "", false), (["say": 7, "value": "seven"], "7", "seven", true), (["say": 7], "7", 7, true),
        (["say": "two", "value": ["dish": "tea", "quantity": 2]], "two", ["dish": "tea", "quantity": 2], true),
    ]

    @Test(arguments: entries) func reads(_ json: JSONValue, say: String, value: JSONValue, isExplicit: Bool) throws {
        let entry = try ValueEntry(json: json)
        #expect(entry.say == say)
        #expect(entry.value == value)
        #expect(entry.isExplicit == isExplicit)
    }

    static let refused: [JSONValue] = [nil, [], ["value": 1], ["say": "a", "vlaue": 1], ["say": true], ["say": ["a"]]]

    @Test(arguments: refused) func refuses(_ json: JSONValue) {
        #expect(throws: TemplateError.self) { _ = try ValueEntry(json: json) }
    }
}
