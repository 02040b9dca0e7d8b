/// Another notation of the same day, time of day or length: 23:00 and 晚上十一点, 24.12.2026 and December 24, PT90M and anderthalb Stunden.
///
/// Only of texts that say a time and nothing else, in any of the languages that are read.
package struct TimeNotation: Sendable, Hashable {
    private enum Day: Sendable, Hashable {
        case calendar([CalendarDay])
        case other(SaidDay)
    }
    private struct Clock: Sendable, Hashable {
        /// Seconds after midnight.
        var seconds: Int
        /// Said without its half of the day: 12 hours later is meant as well.
        var isEitherHalf: Bool
    }

    private var day: Day?
    private var clock: Clock?
    private var length: TimeLength?

    /// Texts beyond this are compared as they are.
    static let maximumLength = 200

    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        let spoken = SpokenTimes(in: text), mentions = spoken.mentions
        guard (1...2).contains(mentions.count), Self.isCovered(text, mentions) else { return nil }
        let part =
            mentions.lazy.compactMap { if case .day(_, let part) = $0.said { part } else { nil } }.first ?? spoken.part
        for mention in mentions {
            switch mention.said {
            case .day(let said, _):
                guard day == nil, mentions.count == 1 || length == nil else { return nil }
                day = Self.day(said)
            case .clock(let said):
                guard clock == nil, said.zone == nil else { return nil }
                clock = Self.clock(said, mention.words, part)
            case .length(let said):
                guard mentions.count == 1 else { return nil }
                length = said
            case .moment: return nil
            }
        }
    }

    package func equals(_ other: TimeNotation) -> Bool {
        guard (day == nil) == (other.day == nil), (clock == nil) == (other.clock == nil) else { return false }
        if let length {
            return length == other.length
                || (length.totalSeconds != nil && length.totalSeconds == other.length?.totalSeconds)
        }
        if let day, let otherDay = other.day, !Self.equal(day, otherDay) { return false }
        if let clock, let otherClock = other.clock {
            let either = clock.isEitherHalf || otherClock.isEitherHalf
            return either ? clock.seconds % 43_200 == otherClock.seconds % 43_200 : clock.seconds == otherClock.seconds
        }
        return other.length == nil
    }

    /// Words around a time that change nothing.
    private static let ignored: Set<String> = [
        "at", "on", "the", "in", "of", "um", "am", "den", "der", "dem", "le", "la", "las", "los", "el", "a", "de",
        "del", "du", "for", "date", "t",
        ",", ".", "(", ")", "-", "，", "在", "于", "的", "fur", "pour", "por", "y", "and", "und", "et", "z",
    ]

    private static func isCovered(_ text: String, _ mentions: [TimeMention]) -> Bool {
        Tokenizer.tokens(of: text).allSatisfy { token in
            ignored.contains(token.text) || mentions.contains { $0.range.overlaps(token.range) } || isPart(token)
                || ["zone", "offset"].contains(token.text)
        }
    }

    /// The part of the day beside a time: "at night".
    private static func isPart(_ token: Token) -> Bool {
        SpokenLanguage.allCases.contains { Lexicon.of($0).names[.part]?[token.text] != nil }
            || ["morning", "afternoon", "evening", "night"].contains(token.text)
    }

    private static func day(_ said: SaidDay) -> Day {
        switch said {
        case .calendar(let day): .calendar([day])
        case .ambiguous(let days): .calendar(days)
        case .holiday(.fixed(let month, let day), let year):
            CalendarDay(year: year, month: month, day: day).map { .calendar([$0]) } ?? .other(said)
        default: .other(said)
        }
    }

    private static func clock(_ said: SaidClock, _ words: String, _ part: DayPart?) -> Clock {
        var said = said
        // Written with a colon it is of 24 hours, unless a part of the day says else.
        if words.contains(where: { $0 == ":" || $0 == "：" }), said.part == nil, part == nil { said.isCertain = true }
        said.part = said.part ?? part
        let isEitherHalf = said.isEitherHalf
        let hour = isEitherHalf ? said.hour : said.resolvedHour(part: nil, now: nil, prefersMorning: false)
        return Clock(seconds: hour * 3600 + said.minute * 60 + said.second, isEitherHalf: isEitherHalf)
    }

    private static func equal(_ first: Day, _ second: Day) -> Bool {
        switch (first, second) {
        case (.calendar(let days), .calendar(let others)):
            days.contains { day in
                others.contains { other in
                    day.month == other.month && day.day == other.day
                        && (day.year == nil || other.year == nil || day.year == other.year)
                }
            }
        default: first == second
        }
    }
}
