import Evaluation
import Judging
import TestSupport
import Testing

@Suite struct NotationTests {
    static let equal: [(String, String)] = [
        // Times of day
        ("23:00", "11 pm"), ("23:00", "11:00 pm"), ("11 pm", "11:00 p.m."), ("11pm", "11 P M"), ("7:30", "07:30"),
        ("19:30", "7.30 pm"), ("6:30 pm", "half past six in the evening"), ("16:45", "quarter to five pm"),
        ("noon", "12:00"), ("12 noon", "12 pm"), ("midnight", "12 am"),
        ("0:00", "midnight"),
        ("3 in the afternoon", "15:00"), ("seven pm", "19:00"), ("six thirty pm", "18:30"), ("5 o'clock", "5 pm"),
        ("5 o'clock", "5 am"), ("10:00:00", "10 am"), ("at 9 am", "9:00"), ("下午3点", "15:00"),
        // Days
        ("2019-03-03", "March 3, 2019"), ("2019-03-03", "3 March 2019"), ("2019/3/3", "3rd of March 2019"),
        ("2019-03-03", "March 3rd"), ("Sunday, March 3, 2019", "2019-03-03"), ("march third", "March 3"),
        ("12/25/2024", "2024-12-25"), ("25.12.2024", "December 25, 2024"), ("3.4.2019", "2019-04-03"),
        ("Sept 5", "September 5th"), ("2019年3月3日", "2019-03-03"), ("3月3日", "March 3"),
        ("2019-03-01T13:00:00", "March 1, 2019 at 1 pm"), ("7 pm on March 3", "March 3 19:00"),
        // Numbers
        ("4", "four"), ("twenty-one", "21"), ("two hundred and five", "205"), ("two thousand nineteen", "2019"),
        ("1,400", "1400"), ("4", "4.0"), ("2.50", "2.5"), ("3rd", "third"), ("twenty first", "21st"),
        ("four seats", "4 seats"), ("one hundred thousand", "100000"), ("50%", "fifty percent"),
        // Articles, case, marks
        ("the Beatles", "beatles"), ("A Night at the Opera", "night at the opera"), ("San Francisco", "san-francisco"),
        ("rock & roll", "Rock and Roll"), ("e-mail", "E.Mail"), ("say \"hi\"", "say 'hi'"), ("", ""), (" . ", "-"),
    ]
    @Test(arguments: equal) func sees(_ first: String, _ second: String) {
        #expect(Notation.equal(first, second))
        #expect(Notation.equal(second, first))
    }

    static let different: [(String, String)] = [
        ("23:00", "11 am"), ("7:00", "7 pm"), ("7:00", "19:00"), ("12 am", "12 pm"), ("10:00", "10:01"),
        ("half past six", "half past seven"), ("25:00", "1:00"), ("5", "5 pm"),
        ("2019-03-03", "2019-03-04"), ("2019-03-03", "March 3, 2020"), ("2019-03-03", "March 30"), ("March 3", "May 3"),
        ("2019-13-03", "2019-03-13T00"), ("2019-03-03", "10:00"), ("2019-03-01T13:00:00", "2019-03-01"),
        ("4", "5"), ("four", "fourteen"), ("twenty one", "20"), ("1.5", "2.5"), ("007", "8"), ("one", "none"),
        ("the", "a"), ("the Who", "The Guess Who"), ("", "the"), ("!", "?"), ("may", "march"), ("mon", "tue"),
        ("second", "seconds"), ("true", "false"), ("New York", "New York, NY"),
    ]
    @Test(arguments: different) func tellsApart(_ first: String, _ second: String) {
        #expect(!Notation.equal(first, second))
        #expect(!Notation.equal(second, first))
    }

    @Test("property: any text equals itself, and none makes trouble", arguments: UInt64(0)..<300)
    func reflexive(seed: UInt64) {
        var random = SeededGenerator(seed)
        let parts = [
            "23", ":", "00", " ", "pm", "a", ".", "m", "march", "3", ",", "2019", "-", "/", "twenty", "one", "the",
            "th",
            "hundred", "%", "年", "é", "\u{301}", "99999999999999999999", "half", "past", "to", "\"", "and", "first",
        ]
        let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in
            parts.randomElement(using: &random) ?? ""
        }.joined()
        #expect(Notation.equal(text, text))
        #expect(Notation.equal(text, text.uppercased().lowercased()))
    }

    @Test func longTextsAreComparedAsTheyAre() {
        let long = String(repeating: "four ", count: 10_000)
        #expect(Notation.equal(long, long.uppercased()))
        #expect(!Notation.equal(long, String(repeating: "4 ", count: 10_000)))
    }
}
