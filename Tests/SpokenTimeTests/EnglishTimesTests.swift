import Testing

@Suite struct EnglishTimesTests {
    static let days: [(String, String)] = [
        ("what's on today", "2026-11-24"), ("is it going to rain tomorrow", "2026-11-25"),
        ("show yesterday's log", "2026-11-23"),
        ("book a table for the day after tomorrow", "2026-11-26"),
        ("monday of this week", "2026-11-23"), ("the third day of october", "2027-10-03"),
        ("25-Dec-2026", "2026-12-25"), ("Sunday 12/13", "2026-12-13"),
        ("the weekend after next", "2026-12-12"), ("emails since yesterday", "2026-11-23"),
        ("the friday before christmas", "2026-12-18"),
        ("the first monday of january", "2027-01-04"),
        ("the last friday of the month", "2026-11-27"), ("the last day of february", "2027-02-28"),
        ("what happened the day before yesterday", "2026-11-22"),
        ("a demo the week after next on tuesday", "2026-12-08"), ("dinner with Ana on friday", "2026-11-27"),
        ("lunch this Thursday", "2026-11-26"),
        ("see you next friday", "2026-12-04"),
        ("the gym opens next monday", "2026-11-30"), ("what did I do last sunday", "2026-11-22"),
        ("free this coming Saturday?", "2026-11-28"), ("any concerts this weekend", "2026-11-28"),
        ("plan something for next weekend", "2026-12-05"), ("a week on friday works", "2026-12-04"),
        ("friday week suits me", "2026-12-04"), ("the friday after next", "2026-12-11"),
        ("wednesday next week", "2026-12-02"),
        ("next week on thursday", "2026-12-03"), ("two weeks from tomorrow", "2026-12-09"),
        ("two weeks from now", "2026-12-08"),
        ("a fortnight from today", "2026-12-08"), ("in a fortnight", "2026-12-08"), ("in three days", "2026-11-27"),
        ("in a couple of days", "2026-11-26"), ("in 3 months", "2027-02-24"), ("in a month", "2026-12-24"),
        ("a year from now", "2027-11-24"), ("three days ago", "2026-11-21"), ("two weeks ago", "2026-11-10"),
        ("the end of the month", "2026-11-30"), ("by the end of next month", "2026-12-31"),
        ("at the end of the year", "2026-12-31"),
        ("at the end of february", "2027-02-28"), ("on the 5th", "2026-12-05"), ("on the twenty-fifth", "2026-11-25"),
        ("the first of next month", "2026-12-01"), ("the 15th of this month", "2026-11-15"),
        ("on december 24th", "2026-12-24"), ("24 December please", "2026-12-24"), ("the third of may", "2027-05-03"),
        ("March 5, 2027", "2027-03-05"), ("5 march 2027", "2027-03-05"), ("on June 1st 2028", "2028-06-01"),
        ("the 4th of July", "2027-07-04"), ("on Feb. 29", "2028-02-29"), ("on 2026-12-24", "2026-12-24"),
        ("due 22/3/2027", "2027-03-22"), ("due 3/22/2027", "2027-03-22"), ("due 24.12.2026", "2026-12-24"),
        ("on 12/25", "2026-12-25"), ("Friday, December 4", "2026-12-04"),
        ("on Friday the 4th of December", "2026-12-04"),
        ("on Sunday 3 January 2027", "2027-01-03"), ("on Sep 9", "2027-09-09"), ("meet on Sat", "2026-11-28"),
        ("book it for May 2", "2027-05-02"), ("a trip on may 2nd", "2027-05-02"), ("on march 3", "2027-03-03"),
        ("three days after christmas", "2026-12-28"), ("the day before christmas", "2026-12-24"),
        ("two days before new year's eve", "2026-12-29"),
    ]

    static let holidays: [(String, String)] = [
        ("on christmas", "2026-12-25"), ("what's open on Christmas Eve", "2026-12-24"),
        ("boxing day sales", "2026-12-26"),
        ("new year's eve party", "2026-12-31"), ("a run on new year's day", "2027-01-01"),
        ("halloween costumes", "2027-10-31"),
        ("flowers for valentine's day", "2027-02-14"), ("when is thanksgiving", "2026-11-26"),
        ("easter brunch", "2027-03-28"),
        ("good friday", "2027-03-26"), ("black friday deals", "2026-11-27"), ("easter 2028", "2028-04-16"),
        ("Christmas 2027", "2027-12-25"),
    ]

    static let clocks: [(String, String)] = [
        ("set an alarm for 7 pm", "2026-11-24 19:00"), ("set an alarm for 8 am", "2026-11-25 08:00"),
        ("wake me at half past seven", "2026-11-25 07:30"), ("alarm at a quarter past six", "2026-11-25 06:15"),
        ("wake me at ten to six", "2026-11-25 05:50"), ("ring at twenty five past nine pm", "2026-11-24 21:25"),
        ("a call at 7:30 pm", "2026-11-24 19:30"), ("a call at 7.30pm", "2026-11-24 19:30"),
        ("lights on at 19:45", "2026-11-24 19:45"),
        ("remind me at 12:15 am", "2026-11-25 00:15"), ("set an alarm for 12:30 am", "2026-11-25 00:30"),
        ("lunch at 12:30 pm", "2026-11-24 12:30"), ("at noon", "2026-11-24 12:00"), ("at midnight", "2026-11-25 00:00"),
        ("at half past noon", "2026-11-24 12:30"), ("start it at 0730 hours", "2026-11-25 07:30"),
        ("at 1900 hours", "2026-11-24 19:00"),
        ("heating off at 23:15", "2026-11-24 23:15"), ("by six forty five", "2026-11-24 18:45"),
        ("at nine oh five", "2026-11-24 21:05"),
        ("at seven thirty p.m.", "2026-11-24 19:30"), ("at eight in the evening", "2026-11-24 20:00"),
        ("two in the afternoon", "2026-11-24 14:00"), ("quarter to eight tonight", "2026-11-24 19:45"),
        ("5 o'clock", "2026-11-24 17:00"),
        ("five minutes to midnight", "2026-11-24 23:55"), ("ten minutes past four", "2026-11-24 16:10"),
        ("half seven please", "2026-11-24 19:30"),
        ("at ten", "2026-11-24 10:00"), ("remind me around 3", "2026-11-24 15:00"),
        ("in the morning at 6, wake me", "2026-11-25 06:00"),
        ("at 07:30:15", "2026-11-25 07:30:15"), ("at 12 noon", "2026-11-24 12:00"),
        ("a meeting at 11 a.m.", "2026-11-24 11:00"),
        ("alarm on weekdays at 8", "08:00"), ("each Monday at 9", "09:00"),
        ("at 5 to 9 in the morning", "2026-11-25 08:55"), ("a quarter past noon", "2026-11-24 12:15"),
        ("at a quarter to midnight", "2026-11-24 23:45"), ("wake me eight tonight", "2026-11-24 20:00"),
        ("breakfast at 9", "2026-11-25 09:00"), ("lunch at 1", "2026-11-24 13:00"),
        ("at 11 at night", "2026-11-24 23:00"),
    ]

    static let moments: [(String, String)] = [
        ("put dinner with Lee down for eight thirty on saturday", "2026-11-28 20:30"),
        ("tomorrow at 3", "2026-11-25 15:00"), ("wake me tomorrow at five", "2026-11-25 05:00"),
        ("seven o'clock tomorrow", "2026-11-25 07:00"),
        ("tomorrow evening at eight", "2026-11-25 20:00"), ("tomorrow morning at 9:15", "2026-11-25 09:15"),
        ("noon tomorrow", "2026-11-25 12:00"),
        ("on friday at 6 pm", "2026-11-27 18:00"), ("next monday at half past ten", "2026-11-30 10:30"),
        ("this evening at 6", "2026-11-24 18:00"),
        ("tonight at nine", "2026-11-24 21:00"), ("midnight tonight", "2026-11-25 00:00"),
        ("on December 24 at 18:00", "2026-12-24 18:00"),
        ("at 8 am on the 3rd of January", "2027-01-03 08:00"), ("2026-12-01T14:30", "2026-12-01 14:30"),
        ("on christmas day at noon", "2026-12-25 12:00"),
        ("the day after tomorrow at a quarter to nine", "2026-11-26 08:45"),
        ("in about half an hour", "2026-11-24 10:00"), ("10:00 PDT", "2026-11-24 19:00"),
        ("in 20 minutes", "2026-11-24 09:50"), ("turn it off in half an hour", "2026-11-24 10:00"),
        ("in an hour and a half", "2026-11-24 11:00"),
        ("fifteen hours from now", "2026-11-25 00:30"), ("90 seconds from now", "2026-11-24 09:31"),
        ("two hours ago", "2026-11-24 07:30"),
        ("in 2½ hours", "2026-11-24 12:00"), ("in 1 1/2 hours", "2026-11-24 11:00"),
        ("saturday night at 11", "2026-11-28 23:00"),
        ("today at 8 pm", "2026-11-24 20:00"), ("later today at 4", "2026-11-24 16:00"),
        ("a week from friday at 2pm", "2026-12-04 14:00"),
    ]

    static let lengths: [(String, String)] = [
        ("for ten minutes", "PT10M"), ("a timer for 1,000 seconds", "PT16M40S"), ("timer for half an hour", "PT30M"),
        ("for an hour and a half", "PT1H30M"),
        ("two and a half hours of jazz", "PT2H30M"), ("bake it 1.5 hours", "PT1H30M"), ("1,5 hours", "PT1H30M"),
        ("an hour and twenty minutes", "PT1H20M"),
        ("a quarter of an hour", "PT15M"), ("three quarters of an hour", "PT45M"), ("3 quarters of an hour", "PT45M"),
        ("90 seconds", "PT1M30S"),
        ("timer 1h30", "PT1H30M"),
        ("for 2 hours 30", "PT2H30M"), ("1 hour 5 seconds", "PT1H0M5S"), ("for 3 days", "P3D"),
        ("set a countdown timer for two weeks", "P14D"), ("timer for 3 months", "P3M"), ("for a fortnight", "P14D"),
        ("½ hour", "PT30M"),
        ("2½ hours", "PT2H30M"), ("1/2 hour", "PT30M"), ("a 10-minute timer", "PT10M"), ("forty-five minutes", "PT45M"),
        ("a hundred and twenty seconds", "PT2M"), ("twelve hundred seconds", "PT20M"),
        ("two minutes and thirty seconds", "PT2M30S"), ("7 mins", "PT7M"),
        ("for a couple of hours", "PT2H"), ("snooze for another 5 minutes", "PT5M"), ("1 year", "P1Y"),
        ("two thousand seconds", "PT33M20S"),
        ("timer 1h 30m", "PT1H30M"), ("1h 30m 10s", "PT1H30M10S"), ("another 20 minutes", "PT20M"),
        ("3 hours, 20 minutes and 10 seconds", "PT3H20M10S"), ("within 30 minutes", "PT30M"),
        ("one minute thirty", "PT1M30S"), ("2hrs 15mins", "PT2H15M"),
    ]

    static let spans: [(String, String)] = [
        ("6am-8am", "06:00..08:00"), ("free Monday-Wednesday", "2026-11-30..2026-12-02"),
        ("10 - 22 August", "2027-08-10..2027-08-22"), ("a meeting from two to four", "14:00..16:00"),
        ("block 9:00-17:00", "09:00..17:00"),
        ("busy between 3 and 5 pm", "15:00..17:00"),
        ("from 3 to 5 pm", "15:00..17:00"), ("3-5pm", "15:00..17:00"), ("from 11 to 1 pm", "11:00..13:00"),
        ("quiet hours from 22:00 until 6:30 am", "22:00..06:30"),
        ("tomorrow from 9 am to 11 am", "2026-11-25 09:00..11:00"), ("from monday to friday", "2026-11-30..2026-12-04"),
        ("off from december 24 to january 2", "2026-12-24..2027-01-02"),
        ("a hotel from the 3rd to the 7th of may", "2027-05-03..2027-05-07"),
        ("rent a car June 3-7", "2027-06-03..2027-06-07"),
        ("between 2027-01-01 and 2027-01-31", "2027-01-01..2027-01-31"),
        ("from tomorrow until sunday", "2026-11-25..2026-11-29"),
        ("on friday between 10 and 11:30 am", "2026-11-27 10:00..11:30"),
        ("vacation from the 1st to the 10th", "2026-12-01..2026-12-10"),
        ("from friday to monday", "2026-11-27..2026-11-30"),
    ]

    /// More is said than is meant.
    static let meant: [(String, String)] = [
        ("Book a hotel in Rome for tomorrow, I was born on 3 March 1990", "2026-11-25"),
        ("not tomorrow but friday", "2026-11-27"), ("text Dad happy birthday on january 8 at 9 am", "2027-01-08 09:00"),
        ("no meetings on thursday please, friday is better", "2026-11-27"),
        ("my flight was on 3 june, book the next one on 4 december", "2026-12-04"),
        ("wake me at 7, no, at 8", "2026-11-25 08:00"), ("lunch on friday instead of thursday", "2026-11-27"),
        ("a taxi tomorrow, not today", "2026-11-25"), ("order pizza for tonight, we had sushi on monday", "2026-11-24"),
        ("call Tim on friday, his birthday was on 2 May 1980", "2026-11-27"),
        ("set it for 6 pm, I mean 7 pm", "2026-11-24 19:00"),
        ("remind me tomorrow about the exam on 12 December", "2026-11-25"),
        ("book friday rather than saturday", "2026-11-27"),
        ("the flat built on 1 June 1950, a viewing on thursday", "2026-11-26"), ("any day except Monday", ""),
        ("a room for the 5th, since 4 May 2020 I come each year", "2026-12-05"),
        ("move my meeting from two to four", "2026-11-24 16:00"),
        ("move the party from monday to friday", "2026-11-27"),
        ("change the alarm from 7 to 8 am", "2026-11-25 08:00"), ("tomorrow at 9 am Tokyo time", "2026-11-25 01:00"),
        ("call her at 8 pm UTC", "2026-11-24 21:00"), ("a call at 10 am PST", "2026-11-24 19:00"),
        ("join at 3 pm London time", "2026-11-24 16:00"),
    ]

    @Test func readsAtLeast97Percent() {
        let table = Self.days + Self.holidays + Self.clocks + Self.moments + Self.lengths + Self.spans + Self.meant
        #expect(table.count >= 200, "\(table.count)")
        SaidSummary.check(table, least: 1, "English")
    }

    static let locales: [(String, String?, String)] = [
        ("on 3/4/2027", nil, ""), ("on 3/4/2027", "en", ""), ("on 3/4/2027", "en-US", "2027-03-04"),
        ("on 3/4/2027", "en-GB", "2027-04-03"),
        ("on 3/4/2027", "de-DE", "2027-04-03"), ("on 3/4", "en_US", "2027-03-04"), ("on 3/4", nil, ""),
        ("on 3/3/2027", nil, "2027-03-03"),
    ]
    @Test(arguments: locales) func localeTellsTheMonth(text: String, locale: String?, expected: String) {
        #expect(SaidSummary.of(text, locale: locale) == expected)
    }
}
