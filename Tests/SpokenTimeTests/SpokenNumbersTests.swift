import SpokenTime
import Testing

@Suite struct SpokenNumbersTests {
    static let said: [(String, SpokenLanguage?, [Double])] = [
        // Digits, in all languages.
        ("brightness 80 percent", .english, [80]), ("-18 °C", nil, [-18]), ("minus 18 degrees", .english, [-18]),
        ("18 below zero", nil, [-18]), ("eighteen degrees below zero", .english, [-18]),
        ("零下18度", .chinese, [-18]), ("moins 3 degrés", .french, [-3]), ("1,200 of them", .english, [1200]),
        ("1.200 Gramm", .german, [1200]), ("0.250 Gramm", .german, [0.25]), ("1.200 pieces", .english, [1.2]),
        ("21,5 Grad", .german, [21.5]),
        ("from 20 to 30 and 20 again", .english, [20, 30]), ("最多10个", .chinese, [10]),
        // Part of a name, a date, a clock time, a version, a place in a row.
        ("co2 and h264", .english, []), ("at 7:30 on 2026-11-24", .english, []), ("version 1.2.3", .english, []),
        ("the 3rd one at 7 pm", .english, []), ("um 7 Uhr", .german, []), ("7点", .chinese, []),
        ("7 more", .english, [7]), ("150 stars", .english, [150]), ("3 things and 4 amps", .english, [3, 4]),
        ("20 hamsters", .english, [20]), ("12 thumbs", .english, [12]), ("90 rdf files", .english, [90]),
        ("at 7 p.m.", .english, []), ("at 7 a. m.", .english, []), ("5 a day", .english, [5]),
        ("20 hours", .english, [20]),
        ("the 21st and 22nd", .english, []), ("8 h", .english, []), ("30 Uhren", .german, [30]),
        // Words.
        ("eighty-five percent", .english, [85]), ("one hundred and twenty", .english, [120]),
        ("two thousand and five", .english, [2005]), ("minus fifteen hundred", .english, [-1500]),
        ("just one more", .english, []), ("twenty and thirty", .english, [20, 30]),
        ("one, two, three", .english, [2, 3]), ("seven thirty", .english, [7, 30]), ("a hundred times", .english, []),
        ("two hundred thousand", .english, [200_000]), ("eighty-five percent", nil, []), ("zwanzig", .german, [20]),
        ("hundertfünfzig Prozent", .german, [150]), ("cent cinquante", .french, [150]),
        ("ciento cincuenta", .spanish, [150]), ("minus zwanzig Grad", .german, [-20]),
        // One word is an article, another an adjective.
        ("ein Licht, acht Lampen", .german, []), ("un vélo neuf", .french, []), ("una luz", .spanish, []),
        ("一百五十个", .chinese, [150]), ("百分之二十", .chinese, [20]), ("零下五度", .chinese, [-5]), ("负二十度", .chinese, [-20]),
        ("三千零五", .chinese, [3005]), ("打开一下", .chinese, []), ("两个", .chinese, []), ("五度", .chinese, [5]),
        ("打开百度", .chinese, []), ("千万别忘", .chinese, []), ("二零二六", .chinese, []), ("兩百度", .chinese, [200]),
        ("", .english, []),
    ]
    @Test(arguments: said) func finds(text: String, language: SpokenLanguage?, numbers: [Double]) {
        #expect(SpokenNumbers(text, language).all.map(\.value) == numbers)
    }

    static let timed: [(String, SpokenLanguage?, isOfTime: Bool)] = [
        ("90 seconds", .english, true), ("90 Minuten", .german, true), ("ninety minutes", .english, true),
        ("九十分钟", .chinese, true), ("90 percent", .english, false), ("ninety percent", .english, false),
        ("九十度", .chinese, false), ("90 stars", .english, false), ("ninety songs", .english, false),
        ("90s", .english, true), ("90 s", .english, true), ("90 Sekunden", .german, true),
        ("90 segundos", .spanish, true), ("3 semanas", .spanish, true),
    ]
    @Test(arguments: timed) func tellsUnitsOfTime(text: String, language: SpokenLanguage?, isOfTime: Bool) {
        #expect(SpokenNumbers(text, language).all.map(\.isOfTime) == [isOfTime])
    }

    @Test func digitsAreWithoutSignAndThousands() {
        let numbers = SpokenNumbers("-1,200 or eighty-five", .english).all
        #expect(numbers.map(\.digits) == ["1200", "85"])
    }

    @Test func theEndOfALongTextIsNotRead() {
        #expect(SpokenNumbers(String(repeating: "a ", count: 1_000) + "80", .english).all.isEmpty)
    }
}
