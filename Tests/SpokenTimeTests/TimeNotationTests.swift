import SpokenTime
import Testing

@Suite struct TimeNotationTests {
    static let equal: [(String, String)] = [
        // Times of day
        ("23:00", "11 pm"), ("23:00", "11:00 p.m."), ("11pm", "11 P M"), ("7:30", "07:30"), ("19:30", "7.30 pm"),
        ("6:30 pm", "half past six in the evening"),
        ("16:45", "quarter to five pm"), ("noon", "12:00"), ("12 noon", "12 pm"), ("midnight", "12 am"),
        ("0:00", "midnight"), ("3 in the afternoon", "15:00"),
        ("seven pm", "19:00"), ("six thirty pm", "18:30"), ("5 o'clock", "5 pm"), ("5 o'clock", "5 am"),
        ("10:00:00", "10 am"), ("下午3点", "15:00"),
        ("23:00", "晚上十一点"), ("11 pm", "晚上11点"), ("23:30", "halb zwölf abends"), ("晚上十一点半", "halb zwölf abends"),
        ("8 Uhr abends", "20:00"), ("20 Uhr", "8 pm"),
        ("huit heures et demie du soir", "20:30"), ("midi", "noon"), ("minuit", "0:00"), ("à 19h30", "7:30 pm"),
        ("las siete y media de la tarde", "19:30"),
        ("a las 8 de la noche", "20:00"), ("medianoche", "午夜"), ("mediodía", "中午"), ("凌晨两点", "2 am"),
        ("Viertel nach sechs morgens", "06:15"),
        // Days
        ("2019-03-03", "March 3, 2019"), ("2019-03-03", "3 March 2019"), ("2019/3/3", "3rd of March 2019"),
        ("2019-03-03", "March 3rd"), ("Sunday, March 3, 2019", "2019-03-03"),
        ("march third", "March 3"), ("12/25/2024", "2024-12-25"), ("25.12.2024", "December 25, 2024"),
        ("3.4.2019", "2019-04-03"), ("2019年3月3日", "2019-03-03"), ("3月3日", "March 3"),
        ("三月三号", "3. März"), ("24. Dezember 2026", "le 24 décembre 2026"), ("24 de diciembre de 2026", "2026-12-24"),
        ("el 3 de marzo", "3 mars"), ("Christmas", "December 25"),
        ("tomorrow", "明天"), ("morgen", "demain"), ("übermorgen", "后天"), ("Friday", "周五"), ("next monday", "下周一"),
        // Both
        ("2019-03-01T13:00:00", "March 1, 2019 at 1 pm"), ("7 pm on March 3", "March 3 19:00"),
        ("3月3日晚上七点", "March 3, 7 pm"), ("tomorrow at 8 pm", "明天晚上八点"),
        // Lengths
        ("90 minutes", "an hour and a half"), ("PT1H30M", "90 minutes"), ("两个半小时", "2.5 hours"),
        ("anderthalb Stunden", "une heure et demie"), ("una hora y media", "90 min"),
        ("two weeks", "14 days"), ("a fortnight", "两周"), ("1 day", "24 hours"), ("半小时", "half an hour"),
        ("1,000 seconds", "16 minutes 40 seconds"), ("3 months", "三个月"),
    ]
    @Test(arguments: equal) func sees(_ first: String, _ second: String) throws {
        let (one, two) = (try #require(TimeNotation(first)), try #require(TimeNotation(second)))
        #expect(one.equals(two) && two.equals(one))
    }

    static let different: [(String, String)] = [
        ("23:00", "11 am"), ("7:00", "7 pm"), ("7:00", "19:00"), ("12 am", "12 pm"), ("10:00", "10:01"),
        ("half past six", "half past seven"), ("2019-03-03", "2019-03-04"),
        ("2019-03-03", "March 3, 2020"), ("2019-03-03", "March 30"), ("March 3", "May 3"), ("2019-03-03", "10:00"),
        ("2019-03-01T13:00:00", "2019-03-01"), ("晚上八点", "早上八点"),
        ("halb acht", "8:30"), ("10 minutes", "10 hours"), ("10 minutes", "10:00"), ("tomorrow", "today"),
        ("3 months", "90 days"), ("monday", "tuesday"), ("10:00:00", "10:00:30"),
    ]
    @Test(arguments: different) func tellsApart(_ first: String, _ second: String) {
        guard let one = TimeNotation(first), let two = TimeNotation(second) else { return }
        #expect(!one.equals(two) && !two.equals(one))
    }

    static let none = [
        "four seats", "25:00", "5", "the Beatles", "a table at 7 pm", "2019-13-03", "", "may", "second", "true",
        "2019-03-13T00", "page 7", "tomorrow and friday", "三点五度", String(repeating: "7 pm ", count: 60),
    ]
    @Test(arguments: none) func isNoTime(_ text: String) { #expect(TimeNotation(text) == nil) }
}
