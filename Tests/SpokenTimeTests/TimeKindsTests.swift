import SpokenTime
import Testing

/// Kinds of expressions that were read wrongly, each in several languages and with what only looks like it. Now is Tuesday,
/// 24 November 2026, half past nine in Berlin.
@Suite struct TimeKindsTests {
    static let kinds: [(String, String)] = [
        // Spans of days of a month.
        ("the 14th to the 16th", "2026-12-14..2026-12-16"), ("between the 3rd and the 5th", "2026-12-03..2026-12-05"),
        ("from the 2nd until the 10th", "2026-12-02..2026-12-10"), ("the 3rd and the 5th floor", ""),
        ("set a reminder for the first of each month", ""), ("pay rent on the 1st of every month", ""),
        ("a hotel from 3 to 7 March", "2027-03-03..2027-03-07"), ("from 3-7 March", "2027-03-03..2027-03-07"),
        ("from 3 to 5 may", "2027-05-03..2027-05-05"), ("du 3 au 7 mai", "2027-05-03..2027-05-07"),
        ("从3月3号到7号", "2027-03-03..2027-03-07"), ("3月3日至7日", "2027-03-03..2027-03-07"),
        // Bare numbers that are counted, rated or chosen.
        ("pick a number from 1 to 10", ""), ("rate it from 1 to 5", ""), ("raise the temperature from 20 to 22", ""),
        ("set the temperature to 20 at 7", "2026-11-24 19:00"), ("keep the temperature until 9 pm", "2026-11-24 21:00"),
        ("from 8 to 10 tomorrow", "2026-11-25 08:00..10:00"), ("block my calendar from 8 to 10", "08:00..10:00"),
        // Another day than the one that is ruled out.
        ("book it not for tomorrow but for the day after", "2026-11-26"),
        ("not on Friday, the day after", "2026-11-28"), ("nicht morgen, sondern am Tag danach", "2026-11-26"),
        ("pas demain mais le lendemain", "2026-11-26"), ("no mañana sino al día siguiente", "2026-11-26"),
        ("不是明天，是第二天", "2026-11-26"), ("the day after the meeting", ""), ("第二天早上", ""),
        ("am Freitag nicht, sondern am Samstag", "2026-11-28"), ("el viernes no, el sábado", "2026-11-28"),
        ("Friday doesn't work, make it Saturday at 3 pm", "2026-11-28 15:00"), ("周五没空，周六吧", "2026-11-28"),
        ("明天不行，后天上午十点", "2026-11-26 10:00"),
        // As late as it is now.
        ("this time tomorrow", "2026-11-25 09:30"), ("tomorrow at this time", "2026-11-25 09:30"),
        ("this time next week", "2026-12-01 09:30"), ("morgen um diese Zeit", "2026-11-25 09:30"),
        ("demain à cette heure-ci", "2026-11-25 09:30"), ("mañana a esta hora", "2026-11-25 09:30"),
        ("明天这个时候", "2026-11-25 09:30"), ("wait for me this time", ""),
        // What is over.
        ("since Monday", "2026-11-23"), ("desde el lunes", "2026-11-23"), ("seit Montag", "2026-11-23"),
        ("depuis lundi", "2026-11-23"), ("last week's Tuesday", "2026-11-17"), ("next week's Thursday", "2026-12-03"),
        ("a week ago today", "2026-11-17"),
        // What comes again.
        ("todos los lunes a las 9", "09:00"), ("tous les lundis à 9h", "09:00"), ("montags um 9", "09:00"),
        // Lengths with a colon, with a blank between thousands, in parts, with a letter for the unit.
        ("set a timer for 1:45 hours", "PT1H45M"), ("a call of 0:45 hours at 3 pm", "2026-11-24 15:00, PT45M"),
        ("start in 1:15 hours", "2026-11-24 10:45"), ("count down 2:30 minutes", "PT2M30S"),
        ("Timer 1:30 Stunden", "PT1H30M"), ("temporizador de 1:30 horas", "PT1H30M"),
        ("at 1:30 hours", "2026-11-24 13:30"),
        ("meet at 18:30 hours", "2026-11-24 18:30"), ("mets 1 000 secondes", "PT16M40S"), ("1 500 secondes", "PT25M"),
        ("set a timer for 1 000 seconds", "PT16M40S"), ("two and three quarter hours", "PT2H45M"),
        ("an hour and three quarters", "PT1H45M"), ("temporizador de hora y media", "PT1H30M"),
        ("set a timer for 2 h", "PT2H"), ("rewind 15 s", "PT15S"), ("size 7 s shoes", ""), ("3 wks", "P21D"),
        ("one second please", ""), ("de 9 a 17 horas", ""),
        // Two numerals side by side.
        ("周一十一点", "2026-11-30 11:00"), ("周一一点", "2026-11-30 13:00"), ("周三三点半", "2026-11-25 15:30"),
        ("周二十二点", "2026-12-01 12:00"), ("周五五点", "2026-11-27 17:00"), ("每周一九点", "09:00"),
        ("à midi dix", "2026-11-24 12:10"), ("midi moins cinq", "2026-11-24 11:55"),
        // Titles and streets.
        ("watch The Day After Tomorrow", ""), ("watch The Night Before Christmas", ""), ("play Midnight City", ""),
        ("watch The Office Monday at 9", "2026-11-30 09:00"), ("play A Day in the Life", ""),
        ("play The Weeknd tomorrow at 8", "2026-11-25 08:00"), ("play the news tomorrow at 8 am", "2026-11-25 08:00"),
        ("play jazz at midnight", "2026-11-25 00:00"), ("20 May Street", ""), ("5 March Lane", ""),
        // A time of day of a day that is none.
        ("29 Feb 2027 at 9 am", "09:00"),
    ]
    @Test(arguments: kinds) func isReadAsMeant(text: String, expected: String) {
        #expect(SaidSummary.of(text) == expected)
    }

    /// Days that no calendar has and times that no clock shows, as they are said; nothing else is read in their place.
    static let impossible: [(String, days: [String], clocks: [String])] = [
        ("29 February 2027", ["29 February 2027"], []), ("on February 29, 2027", ["February 29, 2027"], []),
        ("29. Februar 2027", ["29. Februar 2027"], []), ("le 29 février 2027", ["29 février 2027"], []),
        ("el 29 de febrero de 2027", ["29 de febrero de 2027"], []), ("2027年2月29日", ["2月29日"], []),
        ("二零二七年二月二十九日", ["二月二十九日"], []), ("the 32nd of May", ["32nd of May"], []),
        ("September 31, 2028", ["September 31, 2028"], []), ("am 32. Mai", ["32. Mai"], []),
        ("el 32 de mayo", ["32 de mayo"], []), ("五月三十二号", ["五月三十二号"], []),
        ("an alarm for 25:00", [], ["25:00"]), ("meet at 7:75", [], ["7:75"]), ("tomorrow at 24:01", [], ["24:01"]),
        // None that is missing in the calendar, and none that is said as a time.
        ("2028年2月29日", [], []), ("29 February 2028", [], []), ("50 May flowers", [], []), ("a ratio of 25:90", [], []),
        ("psalm 119:105", [], []), ("the score was 30:28", [], []), ("at 24:00", [], []),
    ]
    @Test(arguments: impossible) func tellsWhatDoesNotExist(text: String, days: [String], clocks: [String]) {
        let said = SaidTimes(text, at: SaidSummary.place)
        #expect(said.impossibleDays == days)
        #expect(said.impossibleClocks == clocks)
        if !days.isEmpty { #expect(said.date == nil && said.moment == nil) }
        if !clocks.isEmpty { #expect(said.clock == nil) }
    }
}
