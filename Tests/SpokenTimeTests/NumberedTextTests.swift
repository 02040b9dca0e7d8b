import SpokenTime
import Testing

@Suite struct NumberedTextTests {
    static let numbers: [(String, Double?)] = [
        ("four", 4), ("twenty-one", 21), ("two hundred and five", 205), ("two thousand nineteen", 2019),
        ("1,400", 1400), ("4.0", 4), ("2.50", 2.5),
        ("one hundred thousand", 100_000), ("二十五", 25), ("dreiundvierzig", 43), ("quatre-vingt-dix", 90),
        ("treinta y cinco", 35), ("007", 7), ("third", nil),
        ("four seats", nil), ("", nil), ("none", nil), ("1.5", 1.5),
    ]
    @Test(arguments: numbers) func readsNumbers(text: String, expected: Double?) throws {
        #expect(try #require(NumberedText(text)).number == expected)
    }

    static let plain: [(String, String)] = [
        ("The Beatles", "beatles"), ("Twenty-one seats", "21seats"), ("rock & roll", "rockandroll"),
        ("fifty percent", "50percent"), ("50%", "50percent"),
        ("e-mail", "email"), ("E.Mail", "email"), ("3rd", "3"), ("third", "3"), ("1.5", "1.5"), ("2 500", "2500"),
        ("café", "cafe"), ("the", "the"),
    ]
    @Test(arguments: plain) func writesPlainly(text: String, expected: String) throws {
        #expect(try #require(NumberedText(text)).plain(without: [",", ".", "/", "-"]) == expected)
    }

    @Test func longTextsAreNotRead() {
        #expect(NumberedText(String(repeating: "four ", count: 41)) == nil)
        #expect(NumberedText("seven")?.hasNumber == true && NumberedText("heaven")?.hasNumber == false)
        #expect(NumberedText(" ")?.isEmpty == true)
    }
}
