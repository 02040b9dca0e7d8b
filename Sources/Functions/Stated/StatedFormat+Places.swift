extension StatedFormat {
    /// Parts with commas between them: `in the format of 'City, State'`. Examples say whether a last part is an
    /// abbreviation of capitals.
    ///
    /// - Returns: a pattern, and where the statement ends.
    static func places(_ text: [Character]) -> (pattern: String, end: Int)? {
        let quoted = quoted(text, from: 0)
        guard let named = quoted.first(where: { followsFormat($0, in: text) && parts(of: $0.content) != nil }),
            let parts = parts(of: named.content)
        else { return nil }
        let others = quoted.filter { $0.start > named.start }
        let alternatives = others.compactMap { self.parts(of: $0.content) }.filter { $0.count == parts.count }
        let examples = others.map { pieces($0.content) }.filter { $0.count == parts.count }
            .filter { !alternatives.contains($0) }
        let isShort =
            alternatives.isEmpty && !examples.isEmpty && parts.last?.hasPrefix("State") == true
            && examples.allSatisfy { $0.last.map(isAbbreviation) ?? false }
        let last = isShort ? "[A-Z]{2}" : part
        let pattern = (Array(repeating: part, count: parts.count - 1) + [last]).joined(separator: ", ")
        return (pattern, named.start + named.content.count + 2)
    }

    /// `format`, `formatted as`, `in the form of` within the words before the quote.
    private static func followsFormat(_ quoted: Quoted, in text: [Character]) -> Bool {
        let before = String(text[max(0, quoted.start - 24)..<quoted.start]).lowercased()
        return before.contains("format") || before.contains("the form of ")
    }

    /// Names of parts, each beginning with a capital: nil for anything else, such as an example.
    private static func parts(of content: ArraySlice<Character>) -> [String]? {
        let pieces = pieces(content)
        let known = ["City", "State", "Country", "Street", "Address", "Province", "Region", "Town", "Zip"]
        guard (2...4).contains(pieces.count), pieces.allSatisfy({ piece in known.contains { piece.hasPrefix($0) } })
        else { return nil }
        return pieces
    }

    private static func pieces(_ content: ArraySlice<Character>) -> [String] {
        var pieces: [String] = [], piece = ""
        for character in content {
            if character == "," {
                pieces.append(piece)
                piece = ""
            } else if character != " " || !piece.isEmpty {
                piece.append(character)
            }
        }
        return pieces + [piece]
    }

    private static func isAbbreviation(_ text: String) -> Bool {
        text.count == 2 && text.allSatisfy { $0.isASCII && $0.isUppercase }
    }
}
