import Foundation
import FunctionCalling
import SpokenTime
import Testing

/// What the prompt says of the times in a request.
@Suite struct TimeExpressionsTests {
    /// Tuesday morning.
    static let now = LocalTime(iso8601: "2026-11-24T09:30:00")

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
        ("in ten minutes", .duration, "Time expressions: in ten minutes -> PT10M"),
        ("1,000 seconds", .seconds, "Time expressions: 1,000 seconds -> seconds 1000"),
        ("3 months", [.duration, .minutes], "Time expressions: 3 months -> P3M"),
        ("明天早上七点半", [.days, .clock], "Time expressions: 明天早上 -> 2026-11-25, 七点半 -> 07:30"),
        ("morgen um halb acht", [.days, .clock], "Time expressions: morgen -> 2026-11-25, halb acht -> 07:30"),
        // Ruled out, or of a person.
        ("not tomorrow but friday", .days, "Time expressions: friday -> 2026-11-27"),
        ("tomorrow, I was born on 3 March 1990", .days, "Time expressions: tomorrow -> 2026-11-25"),
        ("I was born on 3 March 1990", [.days, .birthdays], "Time expressions: 3 March 1990 -> 1990-03-03"),
        ("hello", .days, ""), ("tomorrow at noon", [], ""), ("for April 31st", .days, ""),
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
