/// Words and slots in a row, and what they mean: `{m} past {h}`, `day after tomorrow`, `nach|ab heute?`.
struct Pattern: Sendable {
    indirect enum Element: Sendable {
        /// One of several runs of tokens, longest first.
        case words([[String]])
        case slot(Slot)
        case optional(Element)
    }

    let elements: [Element]
    let meaning: Meaning
    /// Texts that the first token may have; nil if it is a slot or optional.
    let firsts: Set<String>?

    /// - Parameter text: parts with blanks between them: `{slot}`, or alternatives with `|`, whose words are joined by `_`;
    ///   with `?` at the end it may be missing.
    init(_ text: String, _ meaning: Meaning) {
        elements = text.split(separator: " ").map { Self.element($0) }
        self.meaning = meaning
        firsts = if case .words(let runs)? = elements.first { Set(runs.compactMap(\.first)) } else { nil }
    }

    private static func element(_ part: Substring) -> Element {
        if part.count > 1, part.hasSuffix("?") { return .optional(element(part.dropLast())) }
        if part.hasPrefix("{"), part.hasSuffix("}"), let slot = Slot(name: part.dropFirst().dropLast()) {
            return .slot(slot)
        }
        let runs = part.split(separator: "|").map { run in
            run.split(separator: "_").flatMap { Phrase.tokens(String($0)) }
        }
        return .words(runs.sorted { $0.count > $1.count })
    }
}

/// A phrase of the lexicon as the tokens of a text.
enum Phrase {
    static func tokens(_ text: String) -> [String] { Tokenizer.tokens(of: text).map(\.text) }
}
