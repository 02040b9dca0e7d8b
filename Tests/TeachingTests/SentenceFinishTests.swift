import Digests
import Teaching
import Testing

@Suite struct SentenceFinishTests {
    /// text, language, and all ways in which it may be written
    static let written: [(String, TemplateLanguage, Set<String>)] = [
        ("lights on", .en, ["lights on", "Lights on", "lights on.", "Lights on."]),
        ("is it warm", .en, ["is it warm", "Is it warm", "is it warm?", "Is it warm?"]),
        ("what's new", .en, ["what's new", "What's new", "what's new?", "What's new?"]),
        ("is it warm?", .en, ["is it warm?", "Is it warm?"]),
        ("set it to 7 p.m.", .en, ["set it to 7 p.m.", "Set it to 7 p.m."]),
        ("licht an", .de, ["licht an", "Licht an", "licht an.", "Licht an."]),
        ("kannst du singen", .de, ["kannst du singen", "Kannst du singen", "kannst du singen?", "Kannst du singen?"]),
        ("quelle heure", .fr, ["quelle heure", "Quelle heure", "quelle heure?", "Quelle heure?"]),
        ("¿qué hora es", .es, ["¿qué hora es", "¿qué hora es?"]),
        ("开灯", .zh, ["开灯", "开灯。"]), ("几点了吗", .zh, ["几点了吗", "几点了吗？"]), ("WiFi密码", .zh, ["WiFi密码", "WiFi密码。"]),
        ("", .en, [""]),
    ]

    @Test(arguments: written) func writes(_ text: String, language: TemplateLanguage, expected: Set<String>) {
        #expect(Set(Self.drawn(text, language, 400)) == expected)
    }

    /// language, the part with a capital, the part with a mark
    static let shares: [(TemplateLanguage, Double, Double)] = [(.en, 1 / 3, 1 / 3), (.es, 1 / 3, 1 / 3), (.zh, 0, 0.2)]

    @Test(arguments: shares) func keepsTheShares(_ language: TemplateLanguage, capital: Double, mark: Double) {
        let texts = Self.drawn("ab", language, 6_000)
        func part(_ holds: (String) -> Bool) -> Double { Double(texts.filter(holds).count) / 6_000 }
        #expect(abs(part { $0.hasPrefix("A") } - capital) < 0.03)
        #expect(abs(part { $0.count == 3 } - mark) < 0.03)
    }

    private static func drawn(_ text: String, _ language: TemplateLanguage, _ count: Int) -> [String] {
        var random = SplitMix64(5)
        return (0..<count).map { _ in SentenceFinish.finished(text, language, using: &random) }
    }
}
