import SpokenTime

/// Whether two texts are two notations of one value: 23:00 and 11 pm, 2019-03-03 and March 3, 2019, 4 and four, 90 minutes and
/// anderthalb Stunden, "the Beatles" and "beatles" (the paper's judge accepts them, 3.1).
package struct Notation {
    /// As the canonical matcher compares texts.
    let folded: String
    private let words: NumberedText?
    private let time: TimeNotation?

    /// Reads a text once; comparing takes no more reading.
    init(_ text: String) {
        folded = TextFolding.fold(text)
        words = NumberedText(text)
        time = TimeNotation(text)
    }

    /// Whether two notations are of one value.
    func equals(_ other: Notation) -> Bool {
        if folded == other.folded { return true }
        guard let words, let otherWords = other.words, !words.isEmpty, !otherWords.isEmpty else { return false }
        if let number = words.number, let otherNumber = otherWords.number { return number == otherNumber }
        if let time, let otherTime = other.time { return time.equals(otherTime) }
        return words.plain(without: TextFolding.ignored) == otherWords.plain(without: TextFolding.ignored)
    }

    /// Whether two texts are notations of one value.
    package static func equal(_ first: String, _ second: String) -> Bool { Notation(first).equals(Notation(second)) }
}

/// The canonical comparison of texts: without case, blanks and `, . / - _ * ^`, and with ' for ".
package enum TextFolding {
    static let ignored: Set<Character> = [",", ".", "/", "-", "_", "*", "^"]

    /// A text without case, accents and width.
    package static func fold(_ text: String) -> String {
        String(
            text.lowercased().compactMap { character in
                character.isWhitespace || ignored.contains(character) ? nil : character == "\"" ? "'" : character
            })
    }
}
