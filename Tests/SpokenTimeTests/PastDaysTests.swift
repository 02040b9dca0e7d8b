import SpokenTime
import Testing

/// Days of sentences that ask or tell of what is over: the last one of its name; and sentences that only look like them, whose
/// day is the coming one. Now is Tuesday, 24 November 2026, half past nine in Berlin.
@Suite struct PastDaysTests {
    /// What was, and since when.
    static let over: [(String, String)] = [
        ("news since the 5th", "2026-11-05"),
        ("what was the price on the 27th of november", "2025-11-27"),
        ("who won on sunday", "2026-11-22"),
        ("did it rain on saturday", "2026-11-21"),
        ("what did I eat on the 5th", "2026-11-05"),
        ("how much did we spend on november 20", "2026-11-20"),
        ("which team scored on friday", "2026-11-20"),
        ("on sunday, who won the race", "2026-11-22"),
        ("on the 12th what did I spend", "2026-11-12"),
        ("find that mail about the boat trip, after the 1st of november", "2026-11-01"),
        ("show me the photos from november 5th", "2026-11-05"),
        ("the photos from the 20th", "2026-11-20"),
        ("list emails received on monday", "2026-11-23"),
        ("calls missed on friday", "2026-11-20"),
        ("steps I walked on wednesday", "2026-11-18"),
        ("what did I do from monday to friday", "2026-11-16..2026-11-20"),
        ("how much did I spend from the 3rd to the 7th", "2026-11-03..2026-11-07"),
        ("where was I at easter", "2026-04-05"),
        ("what was the weather like on halloween", "2026-10-31"),
        ("temperature since october 3", "2026-10-03"),
        ("sales since christmas", "2025-12-25"),
        ("emails since last friday", "2026-11-20"),
        ("emails since the first monday of november", "2026-11-02"),
        ("what happened the day after christmas", "2025-12-26"),
        ("who called me on sunday", "2026-11-22"),
        ("the mails that came on thursday", "2026-11-19"),
        ("was anyone at the door on saturday", "2026-11-21"),
        ("what happened on 24 november", "2026-11-24"),
        ("what was my weight at the end of october", "2026-10-31"),
        ("what did the stock close at on december 3", "2025-12-03"),
        ("can you tell me who won on sunday", "2026-11-22"),
        ("how do I get to what they played on friday", "2026-11-20"),
        ("what did the dollar cost on the 3rd of march", "2026-03-03"),
        ("which mails did Anna send on tuesday", "2026-11-17"),
        ("how long did I sleep on monday", "2026-11-23"),
        ("show me what happened on the 20th", "2026-11-20"),
        ("the invoices from october 12", "2026-10-12"),
        ("everything since the 30th", "2026-10-30"),
        ("how many steps since sunday", "2026-11-22"),
        ("list transactions after october 15", "2026-10-15"),
        ("how many people came on friday", "2026-11-20"),
        ("what time did the train leave on thursday", "2026-11-19"),
        ("tell me who scored on the 22nd", "2026-11-22"),
        ("how was the traffic on monday", "2026-11-23"),
        ("were there any calls on the 23rd", "2026-11-23"),
        ("what was the temperature on december 24", "2025-12-24"),
        ("any news from the 18th?", "2026-11-18"),
        ("did the cleaner come on wednesday?", "2026-11-18"),
        ("I had lunch with Tom on the 19th", "2026-11-19"),
        ("photos taken on new year's eve", "2025-12-31"),
        ("what was on tv the friday before easter", "2026-04-03"),
        ("who was here on the 24th", "2026-11-24"),
        ("did I take my pills on sunday evening", "2026-11-22"),
    ]
    @Test(arguments: over) func isTheLastOne(text: String, expected: String) {
        #expect(SaidSummary.of(text) == expected)
    }

    /// What was planned, what is, what will be.
    static let ahead: [(String, String)] = [
        ("did you set the alarm for friday", "2026-11-27"),
        ("was the meeting moved to friday", "2026-11-27"),
        ("is the shop closed on sunday", "2026-11-29"),
        ("what's planned on friday", "2026-11-27"),
        ("what is scheduled on the 27th", "2026-11-27"),
        ("I was wondering if there is a concert on friday", "2026-11-27"),
        ("I was going to fly on friday", "2026-11-27"),
        ("what was the forecast for sunday", "2026-11-29"),
        ("since friday is a holiday, wake me late", "2026-11-27"),
        ("remind me on friday because I was late", "2026-11-27"),
        ("I had a table booked on friday", "2026-11-27"),
        ("what if it rained on sunday", "2026-11-29"),
        ("book the restaurant where I was for friday", "2026-11-27"),
        ("who won the cup and remind me on friday", "2026-11-27"),
        ("send the report to Ana on friday", "2026-11-27"),
        ("find flights after the 1st of december", "2026-12-01"),
        ("the flights from the 5th", "2026-12-05"),
        ("messages from friday on", "2026-11-27"),
        ("I had a dentist appointment on friday, please cancel it", "2026-11-27"),
        ("will the parcel be received on monday", "2026-11-30"),
        ("when was the meeting on friday again", "2026-11-27"),
        ("what did I plan on friday", "2026-11-27"),
        ("the first monday of december", "2026-12-07"),
        ("who plays on sunday", "2026-11-29"),
        ("what would it cost on sunday", "2026-11-29"),
        ("could I have a table on sunday", "2026-11-29"),
        ("do we have anything on friday", "2026-11-27"),
        ("did you add the dentist on the 30th", "2026-11-30"),
        ("I wanted to book a table on friday", "2026-11-27"),
        ("has the concert on friday been cancelled", "2026-11-27"),
        ("if it was cold on sunday, turn up the heating", "2026-11-29"),
        ("the shop that was closed opens on monday", "2026-11-30"),
        ("how much is a ticket on sunday", "2026-11-29"),
        ("weather on saturday", "2026-11-28"),
        ("she said she would come on friday", "2026-11-27"),
        ("let me know what's on tv on friday", "2026-11-27"),
        ("we met and agreed to talk again on friday", "2026-11-27"),
        ("order the book that I saw, delivery on friday", "2026-11-27"),
        ("turn off the lights that were left on, on friday at 8 am", "2026-11-27 08:00"),
        ("wake me up since I have a flight on friday", "2026-11-27"),
    ]
    @Test(arguments: ahead) func isTheComingOne(text: String, expected: String) {
        #expect(SaidSummary.of(text) == expected)
    }

    /// A day of a year that is said, and one that is counted from today, stay as they are.
    static let certain: [(String, String)] = [
        ("what was the price on 27 november 2024", "2024-11-27"), ("since 5 december 2027", "2027-12-05"),
        ("who won yesterday", "2026-11-23"), ("what did I eat three days ago", "2026-11-21"),
        ("who won last sunday", "2026-11-22"), ("what happened on the 15th of this month", "2026-11-15"),
        ("news since 2026-11-02", "2026-11-02"),
    ]
    @Test(arguments: certain) func isAsItIsSaid(text: String, expected: String) {
        #expect(SaidSummary.of(text) == expected)
    }

    @Test("law: read as over, a day is the latest up to today; else the next from today on", arguments: 0..<60)
    func sides(week: Int) throws {
        let now = try #require(SaidSummary.place.now).adding(days: week * 11)
        let place = TimePlace(now: now, zone: SaidSummary.place.zone, fixedOffset: nil)
        for day in ["on friday", "on the 5th", "on march 3", "on christmas", "on the first monday of may", "on easter"]
        {
            let said = SaidTimes("lunch \(day)", at: place), today = now.date
            let (ahead, over) = (try #require(said.date), try #require(said.over.date))
            #expect(over.date <= today && ahead.date >= today, "\(day): \(over.date), \(ahead.date)")
            #expect(over.days(until: ahead) <= 400 && over.days(until: now) <= 400, "\(day) at \(today)")
        }
    }

    @Test func whatIsAskedForIsNotARemark() {
        let said = SaidTimes("who won on sunday", at: SaidSummary.place)
        #expect(said.items.map(\.standing) == [.meant])
        #expect(SaidTimes("since friday I sleep badly", at: SaidSummary.place).items.map(\.standing) == [.remark])
    }
}
