import Foundation
import FunctionCalling
import TestSupport
import Testing

@Suite struct SpokenTimeTests {
    /// Tuesday morning.
    static let now = LocalTime(iso8601: "2026-11-24T09:30:00")

    private static func read(_ sentence: String, now: LocalTime? = now) -> [String] {
        SpokenTime.all(in: sentence, now: now).map { time in
            let value =
                switch time.value {
                case .day(let date): date.date
                case .clock(let hour, let minute): String(format: "%02d:%02d", hour, minute)
                case .moment(let moment): "\(moment.date) \(moment.clock)"
                case .duration(let duration): duration.iso8601
                }
            return "\(time.words) = \(value)"
        }
    }

    static let days: [(String, [String])] = [
        ("what about today", ["today = 2026-11-24"]), ("Tomorrow, then", ["Tomorrow = 2026-11-25"]),
        ("the day after tomorrow", ["day after tomorrow = 2026-11-26"]), ("yesterday", ["yesterday = 2026-11-23"]),
        ("on friday", ["friday = 2026-11-27"]), ("this Friday", ["this Friday = 2026-11-27"]),
        ("next friday", ["next friday = 2026-12-04"]), ("tuesday", ["tuesday = 2026-12-01"]),
        ("next monday", ["next monday = 2026-11-30"]), ("last sunday", ["last sunday = 2026-11-22"]),
        ("this weekend", ["this weekend = 2026-11-28"]), ("every friday", []), ("on fridays", []),
        ("in three days", ["in three days = 2026-11-27"]), ("in a week", ["in a week = 2026-12-01"]),
        ("in a couple of days", ["in a couple of days = 2026-11-26"]),
        ("two weeks from tomorrow", ["two weeks from tomorrow = 2026-12-09"]),
        ("three days ago", ["three days ago = 2026-11-21"]),
        ("on december 24th", ["december 24th = 2026-12-24"]), ("24 December", ["24 December = 2026-12-24"]),
        ("the third of may", ["third of may = 2027-05-03"]), ("may I ask", []), ("march on", []),
        ("february 29th", ["february 29th = 2028-02-29"]), ("february 30th", []),
        ("on the 3rd", ["3rd = 2026-12-03"]), ("on the twenty fifth", ["twenty fifth = 2026-11-25"]),
        ("june 1st 2028", ["june 1st 2028 = 2028-06-01"]), ("the second lamp", []),
        ("on 2026-12-24", ["2026-12-24 = 2026-12-24"]), ("2027.10.2", ["2027.10.2 = 2027-10-02"]),
        ("22/3/2027", ["22/3/2027 = 2027-03-22"]), ("3/22/2027", ["3/22/2027 = 2027-03-22"]), ("3/4/2027", []),
        ("3.4.2027", ["3.4.2027 = 2027-04-03"]), ("2027-13-01", []), ("Jun.20,2027", ["Jun.20,2027 = 2027-06-20"]),
        ("July04 2027", ["July04 2027 = 2027-07-04"]), ("Mar. the 10th", ["Mar. the 10th = 2027-03-10"]),
        ("until July. The second lamp", []), ("the 4th of july of 1976", ["4th of july of 1976 = 1976-07-04"]),
    ]
    @Test(arguments: days) func readsDays(sentence: String, expected: [String]) {
        #expect(Self.read(sentence) == expected)
    }

    static let clocks: [(String, [String])] = [
        ("half past seven in the evening", ["half past seven in the evening = 19:30"]),
        ("wake me at half past seven", ["half past seven = 07:30"]),
        ("quarter to eight tonight", ["quarter to eight = 19:45", "tonight = 2026-11-24"]),
        ("alarm at a quarter past six", ["a quarter past six = 06:15"]),
        ("alarm for ten to six", ["ten to six = 05:50"]),
        ("twenty five past nine pm", ["twenty five past nine pm = 21:25"]),
        ("five minutes to midnight", ["five minutes = PT5M", "midnight = 00:00"]),
        ("7:30 pm", ["7:30 pm = 19:30"]), ("7.30pm", ["7.30pm = 19:30"]), ("19:45", ["19:45 = 19:45"]),
        ("at 7", ["7 = 19:00"]), ("at ten", ["ten = 10:00"]), ("at 12:15 am", ["12:15 am = 00:15"]),
        ("seven o'clock tomorrow", ["seven o'clock = 07:00", "tomorrow = 2026-11-25"]),
        ("tomorrow at three", ["tomorrow = 2026-11-25", "three = 15:00"]),
        ("wake me tomorrow at five", ["tomorrow = 2026-11-25", "five = 05:00"]),
        ("at seven thirty p.m.", ["seven thirty p.m = 19:30"]), ("by six forty five", ["six forty five = 18:45"]),
        ("at nine oh five", ["nine oh five = 21:05"]), ("at noon", ["noon = 12:00"]),
        ("tomorrow evening at eight", ["tomorrow evening = 2026-11-25", "eight = 20:00"]),
        ("a meeting from two to four", ["two = 14:00", "four = 16:00"]),
        ("at eight in the morning", ["eight in the morning = 08:00"]), ("half seven", ["half seven = 19:30"]),
        ("at 30 percent", []), ("at 21 degrees", []), ("channel two to four", []), ("set it to seven", []),
        ("one to three lamps", []), ("at two lamps", []), ("25:00", []), ("7:75", []),
        ("07:30:00", ["07:30:00 = 07:30"]),
        ("two in the afternoon", ["two in the afternoon = 14:00"]), ("5 o\"clock", ["5 o\"clock = 17:00"]),
    ]
    @Test(arguments: clocks) func readsTimesOfDay(sentence: String, expected: [String]) {
        #expect(Self.read(sentence) == expected)
    }

    static let lengths: [(String, [String])] = [
        ("for ten minutes", ["ten minutes = PT10M"]), ("half an hour", ["half an hour = PT30M"]),
        ("an hour and a half", ["an hour and a half = PT1H30M"]),
        ("two and a half hours", ["two and a half hours = PT2H30M"]),
        ("1.5 hours", ["1.5 hours = PT1H30M"]),
        ("an hour and twenty minutes", ["an hour and twenty minutes = PT1H20M"]),
        ("a quarter of an hour", ["a quarter of an hour = PT15M"]), ("90 seconds", ["90 seconds = PT1M30S"]),
        ("1h", ["1h = PT1H"]), ("3 days", ["3 days = P3D"]), ("two weeks", ["two weeks = P14D"]),
        ("one hour five seconds", ["one hour five seconds = PT1H0M5S"]),
        ("ten minutes and one hour", ["ten minutes = PT10M", "one hour = PT1H"]),
        ("in ten minutes", ["in ten minutes = 2026-11-24 09:40"]),
        ("in half an hour", ["in half an hour = 2026-11-24 10:00"]),
        ("fifteen hours from now", ["fifteen hours from now = 2026-11-25 00:30"]),
    ]
    @Test(arguments: lengths) func readsLengths(sentence: String, expected: [String]) {
        #expect(Self.read(sentence) == expected)
    }

    @Test func withoutNowThereAreNoDays() {
        #expect(
            Self.read("tomorrow at half past seven for an hour", now: nil) == [
                "half past seven = 07:30", "an hour = PT1H",
            ])
    }

    /// Said late, an hour without half of the day is the next one.
    @Test func whatIsOverIsNotMeant() throws {
        let late = try #require(LocalTime(iso8601: "2026-11-24T20:00:00"))
        #expect(Self.read("at nine", now: late) == ["nine = 21:00"])
        #expect(Self.read("at seven", now: late) == ["seven = 07:00"])
        #expect(Self.read("at seven tonight", now: late) == ["seven = 19:00", "tonight = 2026-11-24"])
    }

    @Test("law: whatever the text, what is read stands in it, in its order, and is a time", arguments: UInt64(0)..<20)
    func anyWords(seed: UInt64) {
        var random = SeededGenerator(seed)
        let words = [
            "half", "a", "an", "and", "past", "to", "seven", "the", "of", "may", "31st", "february", "in", "hours",
            "7:30",
            "12", "9999", "weeks", "tomorrow", "next", "friday", "ago", "from", "now", "'", "é", "२", "99999999999",
            "1.5", ":", "2027", "/", "-", ".", "july", "in", "evening", "o",
        ]
        for _ in 0..<200 {
            let text = (0..<12).map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ")
            var rest = text[...]
            for time in SpokenTime.all(in: text, now: Self.now) {
                let place = rest.firstRange(of: time.words)
                #expect(place != nil && !time.words.isEmpty, "\(time.words) in \(text)")
                rest = place.map { rest[$0.upperBound...] } ?? rest
                switch time.value {
                case .day(let day), .moment(let day): #expect(LocalTime(iso8601: day.date) != nil, "\(text)")
                case .clock(let hour, let minute):
                    #expect((0..<24).contains(hour) && (0..<60).contains(minute), "\(text)")
                case .duration(let length): #expect(length.iso8601.hasPrefix("P"), "\(text)")
                }
            }
        }
    }

    static let lines: [(String, CalendarNeeds, String)] = [
        (
            "tomorrow at half past seven in the morning", [.days, .clock],
            #"Time expressions: tomorrow -> 2026-11-25, half past seven in the morning -> 07:30"#
        ),
        ("at noon", .time, #"Time expressions: noon -> 12:00:00+08:00"#),
        ("tomorrow at noon", [.moment, .offset], #"Time expressions: tomorrow noon -> 2026-11-25T12:00:00+08:00"#),
        ("at eight in the morning", .moment, #"Time expressions: eight in the morning -> 2026-11-25T08:00:00+08:00"#),
        (
            "for an hour and a half", [.duration, .minutes],
            #"Time expressions: an hour and a half -> PT1H30M or minutes 90"#
        ),
        ("ten minutes", .parts, #"Time expressions: ten minutes -> {"hours": 0, "minutes": 10, "seconds": 0}"#),
        ("in ten minutes", .clock, #"Time expressions: in ten minutes -> 09:40"#), ("tomorrow", .clock, ""),
        ("hello", .days, ""),
        ("tomorrow at noon", [], ""),
    ]
    @Test(arguments: lines) func tellsWhatIsNeeded(sentence: String, needs: CalendarNeeds, line: String) {
        let place = TimePlace(now: Self.now, zone: nil, fixedOffset: 8 * 3600)
        #expect(place.resolved([sentence], needs) == line)
    }

    @Test func saysItOnceWithWhatWasSaidBefore() {
        let place = TimePlace(now: Self.now, zone: TimeZone(identifier: "Europe/Berlin"), fixedOffset: nil)
        #expect(
            place.resolved(["at noon", "on friday at noon"], [.days, .clock])
                == #"Time expressions: noon -> 12:00, friday -> 2026-11-27"#)
    }
}
