import Foundation
import SpokenTime
import TestSupport
import Testing

@Suite struct TimeLawsTests {
    private static let words = [
        "half", "a", "an", "and", "past", "to", "seven", "the", "of", "may", "31st", "february", "in", "hours", "7:30",
        "12", "9999", "weeks",
        "tomorrow", "next", "friday", "ago", "from", "now", "'", "é", "२", "99999999999", "1.5", ":", "2027", "/", "-",
        ".", "july", "evening",
        "o", "月", "三", "十", "二", "号", "下周", "点", "半", "分钟", "后", "之前", "uhr", "halb", "viertel", "vor", "am", "30.",
        "heures", "et", "demie",
        "le", "31", "abril", "las", "y", "media", "dans", "😀", "👩‍👩‍👧", "\u{301}", "½", "３", "2026-02-30", "29/02/2027",
        "P1Y", "PT99999H", "utc",
        "1e999", "00", "24:00", "year", "years", "9999-12-31", "days", "before", "christmas", "0", "-1", "\"", "not",
        "no,",
    ]

    @Test("law: whatever the text, what is read stands in it, in its order, and is a time", arguments: UInt64(0)..<24)
    func anyWords(seed: UInt64) {
        var random = SeededGenerator(seed)
        for round in 0..<60 {
            let text = (0..<12).map { _ in Self.words.randomElement(using: &random) ?? "" }
                .joined(separator: round % 2 == 0 ? " " : "")
            var end = text.startIndex
            for mention in SpokenTimes(in: text).mentions {
                #expect(mention.range.lowerBound >= end && String(text[mention.range]) == mention.words, "\(text)")
                end = mention.range.upperBound
            }
            for item in SaidTimes(text, at: SaidSummary.place).items {
                switch item.value {
                case .day(let day): #expect(LocalTime(iso8601: day.date) != nil, "\(text)")
                case .moment(let moment):
                    #expect(
                        LocalTime(iso8601: "\(moment.date)T\(moment.clock)") != nil || moment.year > 9999
                            || moment.year < 1, "\(text)")
                case .clock(let hour, let minute, let second):
                    #expect(
                        (0..<24).contains(hour) && (0..<60).contains(minute) && (0..<60).contains(second), "\(text)")
                case .length(let length): #expect(TimeLength(iso8601: length.iso8601) == length, "\(text): \(length)")
                }
            }
        }
    }

    /// Months, numbers and what joins them, taken in turn: spans that meet.
    private static let spans: [(names: [String], numbers: [String], joins: [String])] = [
        (
            ["june", "july", "friday", ""], ["1", "3", "10", "12th"],
            ["-", "and", "to", "until", ", ", "and the", "of", "no,"]
        ),
        (["6月", "7月", "周五", ""], ["1号", "3", "10日"], ["到", "-", "和", "，", "不，"]),
        (["juni", "juli", "freitag", ""], ["1.", "3.", "10"], ["bis", "und", "-", ", ", "vom"]),
        (["juin", "juillet", "vendredi", ""], ["1er", "3", "10"], ["au", "et", "-", ", "]),
        (["de junio", "julio", "viernes", ""], ["1", "3", "10"], ["al", "y", "-", ", "]),
    ]

    @Test("law: however spans meet, no mention reaches into another", arguments: spans.indices)
    func anySpans(language: Int) {
        var random = SeededGenerator(UInt64(language))
        let (names, numbers, joins) = Self.spans[language]
        func part() -> String {
            let pair = [names, numbers].map { $0.randomElement(using: &random) ?? "" }
            let said = Bool.random(using: &random) ? pair : pair.reversed()
            return (said + [joins.randomElement(using: &random) ?? ""]).joined(separator: " ")
        }
        for _ in 0..<600 {
            let text = (0..<Int.random(in: 2...5, using: &random)).map { _ in part() }.joined(separator: " ")
            for locale in ["en", "zh", "de", "fr", "es"] {
                var end = text.startIndex
                for mention in SpokenTimes(in: text, locale: locale).mentions {
                    #expect(mention.range.lowerBound >= end, "\(text)")
                    end = mention.range.upperBound
                }
            }
        }
    }

    /// text, and its mentions
    static let meetings: [(String, [String])] = [
        ("check June 1-3 and July 10-12", ["June 1", "3", "July 10", "12"]),
        ("June 1 - 3 and July 10", ["June 1", "3", "July 10"]),
        ("from 3 to 5 May and 7 June", ["3", "5 May", "7 June"]),
    ]

    @Test("the day between two months is the first one's", arguments: meetings)
    func spansThatMeet(text: String, mentions: [String]) {
        #expect(SpokenTimes(in: text, locale: "en").mentions.map(\.words) == mentions)
    }

    @Test("law: random characters are no trouble", arguments: UInt64(0)..<16)
    func anyCharacters(seed: UInt64) {
        var random = SeededGenerator(seed)
        for _ in 0..<30 {
            let scalars = (0..<60).compactMap { _ in
                Bool.random(using: &random)
                    ? Unicode.Scalar(UInt32.random(in: 0x20...0x7E, using: &random))
                    : Unicode.Scalar(UInt32.random(in: 0...0x1FFFF, using: &random))
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            for mention in SpokenTimes(in: text, locale: "en-US").mentions {
                #expect(String(text[mention.range]) == mention.words)
            }
            _ = TimeNotation(text)
        }
    }

    @Test("law: dates that no calendar has are never read", arguments: 1...12)
    func impossibleDays(month: Int) {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        let spanish = [
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre",
        ]
        let last = LocalTime.days(inMonth: month, of: 2027)
        for day in last + 1...35 {
            for text in [
                "on \(names[month - 1]) \(day), 2027", "book it for \(day) \(names[month - 1]) 2027",
                "on 2027-\(month)-\(day)", "2027年\(month)月\(day)日", "am \(day).\(month).2027",
                "on the \(day)th of \(names[month - 1]) 2027", "el \(day) de \(spanish[month - 1]) de 2027",
            ] {
                #expect(SaidTimes(text, at: SaidSummary.place).date == nil, "\(text)")
            }
        }
    }

    @Test(
        "law: every day of two years is read back from eight notations",
        arguments: Array(stride(from: 0, to: 730, by: 7)))
    func readsBack(offset: Int) throws {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        let german = [
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember",
        ]
        let day = try #require(SaidSummary.place.now).adding(days: offset), month = months[day.month - 1]
        for text in [
            "on \(day.date)", "on \(month) \(day.day), \(day.year)", "on the \(day.day) of \(month) \(day.year)",
            "on \(month.prefix(3)) \(day.day) \(day.year)",
            "am \(day.day).\(day.month).\(day.year)", "am \(day.day). \(german[day.month - 1]) \(day.year)",
            "\(day.year)年\(day.month)月\(day.day)日",
            "\(day.weekdayName), \(day.day) \(month) \(day.year)",
        ] {
            #expect(SaidTimes(text, at: SaidSummary.place).date?.date == day.date, "\(text)")
        }
    }

    @Test("law: every minute is read back from its notations", arguments: Array(stride(from: 0, to: 1440, by: 11)))
    func readsBackClocks(minutes: Int) {
        let (hour, minute) = (minutes / 60, minutes % 60), later = String(format: "%02d", minute)
        let clock = String(format: "%02d:%02d", hour, minute), half = hour < 12 ? "am" : "pm"
        func read(_ text: String) -> LocalTime? { SaidTimes(text, at: SaidSummary.place).clock?.moment }
        #expect(read("at \((hour + 11) % 12 + 1):\(later) \(half)")?.clock == clock)
        if hour < 10 || hour > 12 { #expect(read("at \(clock)")?.clock == clock) }
        // Without its half, a time from one to twelve may be that of the other half of the day.
        for text in [
            "um \(hour) Uhr \(minute)", "à \(hour)h\(later)", minute > 9 ? "\(hour)点\(minute)分" : "at \(clock)",
        ] {
            let found = read(text)
            #expect(found?.minute == minute, "\(text)")
            #expect(
                (found?.hour ?? -1) % 12 == hour % 12 && (found?.hour == hour || (1...12).contains(hour)), "\(text)")
        }
    }

    /// Time that this thread works, whatever else the machine does.
    private static func work(_ body: () -> Void) -> Duration {
        var start = timespec(), end = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
        body()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
        return .seconds(end.tv_sec - start.tv_sec) + .nanoseconds(end.tv_nsec - start.tv_nsec)
    }

    /// Time grows with the text, not with its square: 4 times the text takes less than 12 times as long.
    @Test func isLinear() {
        for piece in [
            "half past seven to 3 may in a ", "十二月二十五日早上七点半", "an hour and an hour and ", "1 1 1 1 ",
            "vor halb nach viertel ",
        ] {
            func time(_ characters: Int) -> Duration {
                let text = String(String(repeating: piece, count: characters / piece.count + 1).prefix(characters))
                return (0..<3).map { _ in Self.work { _ = SaidTimes(text, at: SaidSummary.place) } }.min() ?? .zero
            }
            _ = time(500)
            let (short, long) = (time(500), time(2_000))
            #expect(long < short * 12 + .milliseconds(20), "\(piece): \(short) for 500 characters, \(long) for 2,000")
        }
    }
}
