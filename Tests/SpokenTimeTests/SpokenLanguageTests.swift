import SpokenTime
import Testing

@Suite struct SpokenLanguageTests {
    static let languages: [(String, SpokenLanguage?)] = [
        ("turn off the lights in the kitchen", .english), ("play some jazz", .english), ("louder", .english),
        ("wake me at seven tomorrow", .english), ("what is it", .english), ("café con leche, please", .english),
        ("把厨房的灯关掉", .chinese), ("打开TV", .chinese), ("我想听 Taylor Swift 的歌", .chinese),
        ("Mach das Licht in der Küche aus", .german), ("Licht an", .german), ("Stell den Wecker auf sieben", .german),
        ("éteins la lumière de la cuisine", .french), ("mets de la musique", .french),
        ("apaga la luz de la cocina", .spanish), ("pon música en el salón", .spanish),
        ("zet de lamp in de keuken uit", nil), ("spegni la luce in cucina", nil), ("desligue a luz da cozinha", nil),
        ("キッチンの電気を消して", nil), ("выключи свет на кухне", nil), ("주방 불 꺼줘", nil), ("أطفئ الضوء", nil),
        ("släck ljuset i köket", nil), ("mutfaktaki ışığı kapat", nil), ("", nil), ("42", nil), ("xyzzy", nil),
    ]
    @Test(arguments: languages) func tellsLanguages(text: String, language: SpokenLanguage?) {
        #expect(SpokenLanguage(of: text) == language)
    }

    /// A word of the documents speaks for English only where nothing speaks against it.
    @Test func wordsOfTheDocumentsCountLess() {
        #expect(SpokenLanguage(of: "kitchen bulb", documents: ["kitchen"]) == .english)
        #expect(SpokenLanguage(of: "alarm um sieben", documents: ["alarm"]) == .german)
    }
}
