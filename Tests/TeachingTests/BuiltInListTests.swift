import Digests
import Documents
import Grammar
import OrderedCollections
import SpokenTime
import Teaching
import Testing

@Suite struct BuiltInListTests {
    /// text, and what is read
    static let read: [(String, BuiltInList?)] = [
        ("duration", .duration), ("weekdays", .weekdays), ("phone", .phone), ("digits 4..6", .digits(4...6)),
        ("span minutes 1..90", .span(.minutes, 1...90)), ("span seconds 10..600", .span(.seconds, 10...600)),
        ("some item 1..3", .some(list: "item", 1...3)), ("city", nil), ("durations", nil), ("phone number", nil),
        ("some", nil), ("weekdays 1..2", nil),
    ]

    @Test(arguments: read) func reads(_ text: String, expected: BuiltInList?) throws {
        #expect(try BuiltInList(text) == expected)
    }

    static let refused = [
        "number", "number 5", "number 5..", "number 9..1", "number a..b", "number 1..5/0", "number 1..5/-1",
        "number 1..2/3/4", "number 1...5", "span hours 1..2", "span", "span minutes", "span minutes 0..5",
        "digits 0..4", "digits 4..99", "digits 6..4", "digits 4-6", "some item 0..2", "some item 2..1",
    ]

    @Test(arguments: refused) func refuses(_ text: String) {
        #expect(throws: TemplateError.self) { _ = try BuiltInList(text) }
    }

    /// range, a place in it, language, words, value
    static let numbers: [(String, Int, TemplateLanguage, String, JSONValue)] = [
        ("0..100", 0, .en, "0", 0), ("0..100", 100, .en, "100", 100), ("5..100/5", 1, .en, "10", 10),
        ("-10..10", 0, .zh, "-10", -10), ("16..28/0.5", 0, .en, "16", 16), ("16..28/0.5", 9, .en, "20.5", 20.5),
        ("16..28/0.5", 9, .zh, "20.5", 20.5), ("16..28/0.5", 9, .de, "20,5", 20.5),
        ("16..28/0.5", 9, .es, "20,5", 20.5),
        ("0..1/0.05", 1, .fr, "0,05", 0.05), ("-1..1/0.5", 1, .en, "-0.5", -0.5), ("0.25..1/0.25", 3, .en, "1", 1),
    ]

    @Test(arguments: numbers)
    func writes(_ range: String, place: Int, language: TemplateLanguage, say: String, value: JSONValue) throws {
        let entry = try NumberRange(range).entry(at: place, language)
        #expect(entry.say == say)
        #expect(entry.value == value)
    }

    @Test(
        "property: a number is one of its range, and all come", arguments: ["3..9", "0..100/10", "-2..2/0.5", "0..60"])
    func numbersOfARange(_ text: String) throws {
        let range = try NumberRange(text)
        let all = (0..<range.count).map { range.entry(at: $0, .en).value }
        let drawn = Set(try Self.draws("number \(text)", .en, 5_000).map(\.value))
        #expect(drawn == Set(all))
    }

    @Test("property: a length in words is read back as its value", arguments: TemplateLanguage.allCases)
    func lengths(_ language: TemplateLanguage) throws {
        let seconds = Array(1...130) + (1...48).map { $0 * 900 } + [3_690, 5_445, 86_400, 172_800, 90_000]
        for seconds in seconds {
            let phrases = SpokenLength.phrases(seconds, language)
            #expect(!phrases.isEmpty)
            for phrase in phrases { Self.expect(phrase, is: seconds) }
        }
    }

    @Test("property: spans stay in their range and are said as long as they are", arguments: TemplateLanguage.allCases)
    func spans(_ language: TemplateLanguage) throws {
        for (text, unit, range) in [
            ("minutes 1..90", 60, 1...90), ("minutes 30..600", 60, 30...600), ("seconds 10..300", 1, 10...300),
        ] {
            for entry in try Self.draws("span \(text)", language, 300) {
                let count = try #require(entry.value.intValue)
                #expect(range.contains(count))
                Self.expect(entry.say, is: count * unit)
            }
        }
    }

    @Test("property: a duration has all three members and reads back", arguments: TemplateLanguage.allCases)
    func durations(_ language: TemplateLanguage) throws {
        for entry in try Self.draws("duration", language, 300) {
            let parts = ["hours", "minutes", "seconds"].map { entry.value[$0]?.intValue }
            let (hours, minutes, seconds) = (try #require(parts[0]), try #require(parts[1]), try #require(parts[2]))
            #expect(minutes < 60 && seconds < 60 && hours + minutes + seconds > 0)
            Self.expect(entry.say, is: hours * 3600 + minutes * 60 + seconds)
        }
    }

    private static func expect(_ phrase: String, is seconds: Int) {
        let mentions = SpokenTimes(in: phrase).mentions
        guard mentions.count == 1, case .length(let length) = mentions[0].said else {
            Issue.record("\(phrase): \(mentions.map(\.words))")
            return
        }
        #expect(length.totalSeconds == seconds, "\(phrase)")
    }

    @Test("property: days are those of a week in their order", arguments: TemplateLanguage.allCases)
    func weekdays(_ language: TemplateLanguage) throws {
        let week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        var counts: Set<Int> = []
        for entry in try Self.draws("weekdays", language, 400) {
            let days = try #require(entry.value.arrayValue).compactMap(\.stringValue)
            counts.insert(days.count)
            let places = days.compactMap(week.firstIndex)
            #expect(places.count == days.count && places == places.sorted() && Set(places).count == places.count)
        }
        #expect(counts.isSuperset(of: [1, 2, 3, 5]))
    }

    /// what is said, and the days that it means
    static let days: [(String, TemplateLanguage, [JSONValue])] = [
        ("weekdays", .en, ["monday", "tuesday", "wednesday", "thursday", "friday"]),
        ("weekends", .en, ["saturday", "sunday"]), ("周末", .zh, ["saturday", "sunday"]), ("周三", .zh, ["wednesday"]),
        ("星期天", .zh, ["sunday"]), ("Dienstag und Freitag", .de, ["tuesday", "friday"]), ("jeudi", .fr, ["thursday"]),
        ("lunes a viernes", .es, ["monday", "tuesday", "wednesday", "thursday", "friday"]),
    ]

    @Test(arguments: days) func says(_ words: String, language: TemplateLanguage, days: [JSONValue]) throws {
        let entry = try #require(try Self.draws("weekdays", language, 3_000).first { $0.say == words })
        #expect(entry.value == .array(days))
    }

    @Test("property: a telephone number's value is its digits") func phones() throws {
        let schema = SchemaValidator(["type": "string", "pattern": "^[+]?[0-9]{3,15}$"])
        for entry in try Self.draws("phone", .en, 300) {
            try schema.validate(entry.value)
            #expect(entry.value.stringValue == entry.say.filter { $0.isNumber || $0 == "+" })
        }
    }

    @Test("property: so many digits, and leading zeros stay") func digits() throws {
        let entries = try Self.draws("digits 4..6", .zh, 400)
        #expect(Set(entries.map(\.say.count)) == [4, 5, 6])
        #expect(entries.allSatisfy { $0.say.allSatisfy(\.isNumber) && $0.value == .string($0.say) })
        #expect(entries.contains { $0.say.hasPrefix("0") })
    }

    private static func draws(_ text: String, _ language: TemplateLanguage, _ count: Int) throws -> [ValueEntry] {
        let list = try #require(try BuiltInList(text))
        var random = SplitMix64(7)
        return (0..<count).compactMap { _ in list.draw(language, using: &random) }
    }
}
