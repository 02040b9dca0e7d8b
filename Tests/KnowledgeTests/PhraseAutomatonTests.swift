import Knowledge
import TestSupport
import Testing

@Suite struct PhraseAutomatonTests {
    private static func found(_ phrases: [String], _ text: String) -> [String] {
        let folded = FoldedText(text)
        return PhraseAutomaton(phrases.map { FoldedText($0).scalars }).find(in: folded).map {
            folded.text(of: $0.range)
        }
    }

    static let cases: [([String], String, [String])] = [
        (["movie night"], "It's Movie  NIGHT!", ["movie night"]),
        (["cat"], "concatenate the cat's cats", ["cat"]),
        (["7"], "at 7:30 or 17", ["7"]),
        (["living room", "living room lamp", "lamp"], "the living room lamp", ["living room lamp"]),
        // The longer wins although the other begins earlier.
        (["a b", "b c d"], "a b c d", ["b c d"]),
        (["客厅"], "把客厅的灯打开", ["客厅"]),
        (["客厅", "客厅的灯"], "把客厅的灯打开", ["客厅的灯"]),
        (["リビング"], "リビングの電気をつけて", ["リビング"]),
        (["ライタ"], "ライターを買う", []),  // the long-vowel sign belongs to what stands before it
        (["거실"], "거실의 불을 켜", ["거실"]),
        (["ห้อง"], "เปิดไฟห้องนอน", ["ห้อง"]),
        (["straße"], "in der STRASSE", ["strasse"]),
        (["ΟΔΟΣ"], "η οδός, οδος", ["οδοσ"]),
        (["café"], "le cafe\u{301} ferme", ["café"]),
        (["cafe"], "le café ferme", []),
        (["tv"], "ＴＶをつけて", ["tv"]),
        (["İstanbul"], "i̇stanbul", ["i̇stanbul"]),
        (["ısı"], "isi ısı", ["ısı"]),
        (["x"], "", []),
    ]

    @Test(arguments: cases) func finds(_ phrases: [String], text: String, expected: [String]) {
        #expect(Self.found(phrases, text) == expected)
    }

    /// Every phrase tried at every place.
    private static func plainSearch(_ phrases: [[Unicode.Scalar]], _ text: FoldedText) -> [PhraseAutomaton.Occurrence] {
        var all: [PhraseAutomaton.Occurrence] = []
        for start in text.scalars.indices {
            for (number, phrase) in phrases.enumerated() where text.scalars[start...].starts(with: phrase) {
                let end = start + phrase.count
                if text.isBoundary(start), text.isBoundary(end) {
                    all.append(.init(range: start..<end, phrase: number))
                }
            }
        }
        var chosen: [PhraseAutomaton.Occurrence] = []
        for length in Set(all.map(\.range.count)).sorted(by: >) {
            for candidate in all where candidate.range.count == length {
                if !chosen.contains(where: { $0.range.overlaps(candidate.range) }) { chosen.append(candidate) }
            }
        }
        return chosen.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    @Test("law: finds what a plain search finds", arguments: UInt64(0)..<300)
    func agreesWithPlainSearch(seed: UInt64) {
        var random = SeededGenerator(seed)
        let alphabets = ["ab ", "abc  -", "aé中文 ー", "ab0 客厅灯"]
        let alphabet = Array(alphabets[Int(seed) % alphabets.count])
        func text(_ count: Int) -> String {
            String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "a" })
        }
        let phrases = Set(
            (0..<Int.random(in: 1...12, using: &random)).map { _ in
                FoldedText(text(Int.random(in: 1...5, using: &random))).scalars
            }
        )
        .filter { !$0.isEmpty }.sorted { $0.map(\.value).lexicographicallyPrecedes($1.map(\.value)) }
        let folded = FoldedText(text(Int.random(in: 0...60, using: &random)))
        #expect(PhraseAutomaton(phrases).find(in: folded) == Self.plainSearch(phrases, folded))
    }
}
