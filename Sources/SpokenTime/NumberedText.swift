/// A short text as words and numbers, with numbers in words turned into digits: "Twenty-one seats" is 21, seats.
///
/// What equal notations of a value have in common is easier to see there.
package struct NumberedText: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        /// In digits, thousands not parted.
        case number(String, isOrdinal: Bool)
        case word(String)
        case mark(String)
    }

    private let pieces: [Piece]

    /// Texts beyond `maximumLength` bytes are compared as they are.
    static let maximumLength = 200

    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        let tokens = Tokenizer.tokens(of: text)
        let languages = LanguageChoice(tokens).languages
        let matchers = languages.map { PhraseMatcher(tokens, Lexicon.of($0)) }
        var pieces: [Piece] = [], index = 0
        while index < tokens.count {
            let found = matchers.lazy.compactMap { Self.number($0, at: index) }.first
            pieces.append(found?.piece ?? Self.piece(tokens[index]))
            index = found?.end ?? index + 1
        }
        self.pieces = pieces
    }

    private static func number(_ matcher: PhraseMatcher, at index: Int) -> (piece: Piece, end: Int)? {
        if let day = matcher.match(.ordinal, at: index), case .number(let value) = day.value {
            return (.number(String(Int(value)), isOrdinal: true), day.end)
        }
        guard matcher.tokens[index].isWord, let (value, end) = matcher.number(at: index) else { return nil }
        return (.number(String(value), isOrdinal: false), end)
    }

    private static func piece(_ token: Token) -> Piece {
        switch token.kind {
        case .word: .word(token.text.filter { $0 != "'" })
        case .mark: .mark(token.text)
        default: .number(digits(token.text), isOrdinal: false)
        }
    }

    /// `1,400` as 1400; everything else as it is.
    private static func digits(_ text: String) -> String {
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        let areThousands =
            groups.count > 1 && (1...3).contains(groups[0].count)
            && groups.dropFirst().allSatisfy { $0.prefix { $0 != "." }.count == 3 }
        return areThousands ? text.filter { $0 != "," } : text
    }

    package var isEmpty: Bool { pieces.isEmpty }

    /// Numbers in digits, everything else as it is, without a leading article.
    ///
    /// - Parameter ignored: marks that do not count.
    package func plain(without ignored: Set<Character>) -> String {
        var pieces = pieces[...]
        if pieces.count > 1, case .word(let first)? = pieces.first, ["the", "a", "an"].contains(first) {
            pieces = pieces.dropFirst()
        }
        return pieces.map { piece in
            switch piece {
            case .number(let text, _): text
            case .word(let text): text
            case .mark("%"): "percent"
            case .mark("&"): "and"
            case .mark(let mark): mark.filter { !ignored.contains($0) }
            }
        }.joined()
    }

    /// The value if the text is one number and nothing else.
    package var number: Double? {
        guard pieces.count == 1, case .number(let text, isOrdinal: false)? = pieces.first else { return nil }
        return Double(text)
    }

    package var hasNumber: Bool {
        pieces.contains { if case .number = $0 { true } else { false } }
    }
}
