/// The form of a string that a parameter's description asks for in words: `in the format 'MM/DD/YYYY'`, `formatted as
/// 'City, State', such as 'Boston, MA'`. A schema could say so by `pattern`, but most people write a sentence.
///
/// A small model overlooks the sentence and repeats what the user said. Decoding under the pattern keeps it to the form.
package enum StatedFormat {
    /// A pattern for dates and times that a description states; nil where it states none that is known here.
    package static func momentPattern(in description: String) -> String? {
        guard description.utf8.count <= 4_000 else { return nil }
        let text = Array(description)
        return (moments(text) ?? shown(text)).map { whole($0, text) }
    }

    /// A pattern for the whole value, of places too (`City, State`), with words that may stand instead (`or 'null'`): a
    /// proposal for whoever takes over a schema, since it is a guess at a sentence. nil where there is none.
    package static func pattern(in description: String) -> String? {
        guard description.utf8.count <= 4_000 else { return nil }
        let text = Array(description)
        guard let (form, end) = moments(text) ?? places(text) ?? shown(text) ?? placesByExample(text) else {
            return nil
        }
        return whole((form, end), text)
    }

    /// The form, or a word beside it: `…, or 'null' for now`.
    private static func whole(_ stated: (pattern: String, end: Int), _ text: [Character]) -> String {
        let (form, end) = stated
        let literals = quoted(text, from: end).filter { isAlternative($0, in: text) && isPlain($0.content) }
        let choices = [form] + literals.map { escaped(String($0.content)) }
        return "^(?:" + choices.joined(separator: "|") + ")$"
    }

    /// What stands in quotes, and where.
    struct Quoted {
        let content: ArraySlice<Character>
        /// Index of the opening quote.
        let start: Int
    }

    static func quoted(_ text: [Character], from start: Int) -> [Quoted] {
        var found: [Quoted] = [], index = start
        while index < text.count {
            let opens = isQuote(text[index]) && (index == 0 || !(text[index - 1].isLetter || text[index - 1].isNumber))
            guard opens, let end = text[(index + 1)...].firstIndex(where: { closes($0, text[index]) }) else {
                index += 1
                continue
            }
            found.append(Quoted(content: text[(index + 1)..<end], start: index))
            index = end + 1
        }
        return found
    }

    private static func isQuote(_ character: Character) -> Bool { "'\"`‘“".contains(character) }

    private static func closes(_ character: Character, _ opening: Character) -> Bool {
        switch opening {
        case "‘": character == "’"
        case "“": character == "”"
        default: character == opening
        }
    }

    /// Whether `or` stands before it.
    private static func isAlternative(_ quoted: Quoted, in text: [Character]) -> Bool {
        let before = text[..<quoted.start].reversed().drop { $0 == " " }.prefix { $0.isLetter }
        return String(before.reversed()).lowercased() == "or"
    }

    /// A word such as `null` or `dontcare`: examples of the form hold digits, commas or blanks.
    private static func isPlain(_ text: ArraySlice<Character>) -> Bool {
        (2...16).contains(text.count) && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "_") }
    }

    static func escaped(_ text: String) -> String {
        String(text.flatMap { "\\^$.|?*+()[]{}/-".contains($0) ? ["\\", $0] : [$0] })
    }
}
