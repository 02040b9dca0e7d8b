/// A language whose words are read: numbers, times, and what rules look for.
///
/// Told from others by script and by its commonest words, and not told at all where there is doubt: a rule must not act on
/// what it cannot read. `LanguageChoice` answers another question and always has an answer: which lexicons of time are
/// worth trying on a text, of which a name of a weekday is enough.
public enum SpokenLanguage: String, Sendable, Hashable, CaseIterable {
    case english, chinese, german, french, spanish

    /// Characters that are looked at.
    private static let maximumLength = 2_000

    /// nil where the text is in none of these languages, in several, or too short to tell.
    ///
    /// - Parameter terms: words of English documents that the text may repeat; they count less than words of the language
    ///   itself, since other languages borrow them.
    public init?(of text: String, documents terms: Set<String> = []) {
        let text = text.prefix(Self.maximumLength)
        let scripts = Scripts(text)
        guard scripts.others == 0 else { return nil }
        guard scripts.han == 0 else {
            // A name in Latin letters or a unit does not make a sentence another one.
            guard scripts.han * 3 >= scripts.latin else { return nil }
            self = .chinese
            return
        }
        var weights: [CommonWords.Tongue: Double] = [:]
        for word in text.lowercased().split(whereSeparator: { !($0.isLetter || $0 == "'" || $0 == "’") }) {
            let parts = [word] + word.split(whereSeparator: { $0 == "'" || $0 == "’" })
            for tongue in Set(parts.flatMap { CommonWords.tongues[String($0)] ?? [] }) {
                weights[tongue, default: 0] += 1 / Double(CommonWords.tongues[String(word)]?.count ?? 1)
            }
            if weights.isEmpty || CommonWords.tongues[String(word)] == nil, terms.contains(String(word)) {
                weights[.known(.english), default: 0] += Self.borrowed
            }
        }
        for character in text { CommonWords.letters[character].map { weights[$0, default: 0] += 1 } }
        let ranked = weights.sorted { $0.value > $1.value }
        guard let first = ranked.first, ranked.count == 1 || first.value > ranked[1].value,
            case .known(let language) = first.key
        else { return nil }
        self = language
    }

    /// What a word of a document counts against one of the language.
    private static let borrowed = 0.4

    /// Letters by script.
    private struct Scripts {
        var latin = 0, han = 0, others = 0

        init(_ text: Substring) {
            for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
                switch scalar.value {
                case 0x41...0x24F, 0x1E00...0x1EFF: latin += 1
                case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF: han += 1
                default: others += 1
                }
            }
        }
    }
}
