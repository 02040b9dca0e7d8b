extension StatedFormat {
    /// Templates of dates and times that a description names, or shows by examples that are all of one form: `in ISO
    /// format, such as '2026-11-24'`, `in 24-hour format (e.g. '18:30')`.
    package static func moments(in description: [Character]) -> [MomentTemplate] {
        let named = templates(description).map(\.template)
        guard named.isEmpty else { return named }
        let examples = quoted(description, from: 0).map { String($0.content) }.filter { $0.contains(where: \.isNumber) }
        let words = String(description).lowercased()
        let known: [(template: MomentTemplate, hint: String)] = [(.isoDate, "date"), (.clock, "24")]
        return known.filter { template, hint in
            words.contains(hint) && !examples.isEmpty && examples.allSatisfy { template.read($0) != nil }
        }.map(\.template)
    }

    static func shown(_ text: [Character]) -> (pattern: String, end: Int)? {
        moments(in: text).first.map { ($0.pattern, text.count) }
    }

    /// `such as 'Boston, MA'`: a place and an abbreviation of capitals, where all examples are so.
    static func placesByExample(_ text: [Character]) -> (pattern: String, end: Int)? {
        let quoted = quoted(text, from: 0)
        guard let first = quoted.first, let last = quoted.last,
            quoted.allSatisfy({ isPlaceAndAbbreviation($0.content) }), isIntroduced(first, in: text)
        else { return nil }
        return (part + ", [A-Z]{2}", last.start + last.content.count + 2)
    }

    /// Something that holds no comma.
    static let part = #"[^,\s][^,\n]*"#

    private static func isPlaceAndAbbreviation(_ text: ArraySlice<Character>) -> Bool {
        let end = text.suffix(4)
        return text.count > 5 && text.first?.isUppercase == true && end.starts(with: [",", " "])
            && end.dropFirst(2).allSatisfy { $0.isASCII && $0.isUppercase } && text.filter { $0 == "," }.count == 1
    }

    private static func isIntroduced(_ quoted: Quoted, in text: [Character]) -> Bool {
        let before = String(text[max(0, quoted.start - 16)..<quoted.start]).lowercased()
        return ["such as ", "e.g. ", "e.g., ", "example, ", "example: ", "like "].contains { before.hasSuffix($0) }
    }
}
