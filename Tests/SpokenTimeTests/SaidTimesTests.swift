import Foundation
import SpokenTime
import TestSupport
import Testing

/// The words that each expression takes of a sentence, and what they come to: what the prompt shows.
@Suite struct SaidTimesTests {
    private static func read(_ sentence: String, now: LocalTime? = SaidSummary.place.now) -> [String] {
        let place = TimePlace(now: now, zone: TimeZone(identifier: "Europe/Berlin"), fixedOffset: nil)
        return SaidTimes(sentence, at: place).items.filter { $0.standing == .meant }.map { item in
            let value =
                switch item.value {
                case .day(let date): date.date
                case .clock(let hour, let minute, _): String(format: "%02d:%02d", hour, minute)
                case .moment(let moment): "\(moment.date) \(moment.clock)"
                case .length(let length): length.iso8601
                }
            return "\(item.words) = \(value)"
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
        ("five minutes to midnight", ["five minutes to midnight = 23:55"]),
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
        let place = TimePlace(now: late, zone: nil, fixedOffset: 3600)
        #expect(SaidSummary.of("set an alarm for 7 pm", at: place) == "2026-11-25 19:00")
        #expect(SaidSummary.of("set an alarm for 9 pm", at: place) == "2026-11-24 21:00")
    }

    static let standings: [(String, [TimeMention.Standing])] = [
        ("not tomorrow but friday", [.denied, .meant]), ("I was born on 3 March 1990", [.aside]),
        ("play \"Yesterday\" now", [.aside]),
        ("tomorrow, because I was ill on monday", [.meant, .remark]), ("move it from two to four", [.remark, .meant]),
        ("wake me at 7, no, at 8", [.denied, .meant]), ("除了周一", [.denied]),
    ]
    @Test(arguments: standings) func tellsHowItIsMeant(text: String, expected: [TimeMention.Standing]) {
        #expect(SpokenTimes(in: text).mentions.map(\.standing) == expected)
    }

    @Test func birthdaysAreKeptApart() {
        let said = SaidTimes("a room for tomorrow, I was born on 3 March 1990", at: SaidSummary.place)
        #expect(said.date?.date == "2026-11-25")
        #expect(said.asideDate?.date == "1990-03-03")
    }

    static let impossible: [(String, [String])] = [
        ("book a hotel for April 31st", ["April 31st"]), ("on 30 Feb", ["30 Feb"]),
        ("on the 31st of November", ["31st of November"]),
        ("on 2026-02-30", ["2026-02-30"]), ("2月30号", ["2月30号"]), ("am 31. April", ["31. April"]),
        ("el 31 de abril", ["31 de abril"]),
        ("on April 30th", []), ("version 1.2.3", []), ("tomorrow", []),
    ]
    @Test(arguments: impossible) func tellsDaysThatNoCalendarHas(text: String, expected: [String]) {
        let said = SaidTimes(text, at: SaidSummary.place)
        #expect(said.impossibleDays == expected)
        if !expected.isEmpty { #expect(said.date == nil) }
    }

    static let stated: [(String, String?)] = [
        ("at 9:00", "9:00"), ("at 9 pm", "21:00"), ("at nine", nil), ("5 in the afternoon", "17:00"),
        ("at 14:30", "14:30"), ("9:00 and 10:00", nil),
    ]
    @Test(arguments: stated) func tellsTimesThatNeedNoGuess(text: String, expected: String?) {
        let clock = SaidTimes(text, at: SaidSummary.place).statedClock
        #expect(clock.map { "\($0.hour):\(LocalTime.padded($0.minute, 2))" } == expected)
    }

    @Test func tellsWhatIsKnownWithoutTheTime() {
        let place = TimePlace(now: nil, zone: nil, fixedOffset: nil)
        #expect(SaidTimes("flights on March 5", at: place).calendarDay == CalendarDay(year: nil, month: 3, day: 5))
        #expect(
            SaidTimes("flights on March 5", at: place).date == nil && SaidTimes("tomorrow", at: place).hasUnknownDay)
        #expect(SaidTimes("March 5 or March 6", at: place).calendarDay == nil)
        #expect(SaidTimes("in ten minutes", at: SaidSummary.place).delay == TimeLength(seconds: 600))
        #expect(SaidTimes("not tomorrow", at: SaidSummary.place).deniedDates == ["2026-11-25"])
    }

    @Test func whatRecursHasNoDay() {
        let said = SaidTimes("wake me every day at 7 am", at: SaidSummary.place)
        #expect(said.recurs && said.date == nil)
        #expect(said.clock?.moment.clock == "07:00")
    }
}
