/// What of the matches goes into the prompt.
public struct KnowledgeText: Sendable, Hashable {
    /// Lines for the prompt; empty without matches.
    public let text: String
    /// Whether each match is in `text`.
    public let isUsed: [Bool]

    /// - Parameters:
    ///   - budget: tokens that the lines may have.
    ///   - count: tokens of a text.
    public init(_ matches: [KnowledgeMatch], budget: Int, count: (String) -> Int) {
        var lines: [String] = [], isUsed: [Bool] = [], left = budget
        for match in matches {
            let line = [Self.line(match.term, isFull: true), Self.line(match.term, isFull: false)].first { line in
                // One for the line break.
                count(line) + 1 <= left
            }
            isUsed.append(line != nil)
            guard let line else { continue }
            left -= count(line) + 1
            lines.append(line)
        }
        (text, self.isUsed) = (lines.joined(separator: "\n"), isUsed)
    }

    private static func line(_ term: KnowledgeTerm, isFull: Bool) -> String {
        var line = "Note: \(term.term)"
        if isFull, !term.aliases.isEmpty { line += " (also \(term.aliases.joined(separator: ", ")))" }
        line += ": \(term.explanation)"
        if isFull, let example = term.examples.first { line += " For example: \(example)" }
        return line.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
