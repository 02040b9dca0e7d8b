import Grammar
import TestSupport
import Testing

/// The automaton of a pattern against a matcher that backtracks, on random patterns and strings.
@Suite struct GrammarPatternTests {
    @Test(arguments: UInt64(0)..<200) func equalsBacktracking(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let pattern = Self.draw(depth: 0, &random)
        let text =
            (Bool.random(using: &random) ? "^" : "") + Self.text(of: pattern) + (Bool.random(using: &random) ? "$" : "")
        let parsed = try PatternParser.parse(text)
        guard let automaton = try PatternAutomaton.make(text, limit: 4_000) else { return }
        for _ in 0..<60 {
            let word = (0..<Int.random(in: 0...7, using: &random)).map { _ in
                "abc1_ é\n".randomElement(using: &random) ?? "a"
            }
            let scalars = String(word).unicodeScalars.map(\.value)
            let expected = (0...scalars.count).contains { start in
                Self.match(parsed, scalars, start) { _ in true }
            }
            #expect(automaton.matches(String(word)) == expected, "\(text) on \(String(word))")
        }
    }

    private static func draw(depth: Int, _ random: inout SeededGenerator) -> Pattern {
        switch Int.random(in: depth > 3 ? 0...1 : 0...6, using: &random) {
        case 0, 1:
            let classes: [[ClosedRange<UInt32>]] = [
                [97...97], [98...98], [97...99], ScalarRanges.digits, ScalarRanges.word,
            ]
            return .characters(classes.randomElement(using: &random) ?? [97...97])
        case 2, 3:
            return .sequence((0..<Int.random(in: 1...3, using: &random)).map { _ in draw(depth: depth + 1, &random) })
        case 4: return .choice((0..<2).map { _ in draw(depth: depth + 1, &random) })
        default:
            let minimum = Int.random(in: 0...2, using: &random)
            let maximum = Bool.random(using: &random) ? nil : minimum + Int.random(in: 0...2, using: &random)
            return .repeated(draw(depth: depth + 1, &random), minimum: minimum, maximum: maximum)
        }
    }

    private static func text(of pattern: Pattern) -> String {
        switch pattern {
        case .empty: return ""
        case .start: return "^"
        case .end: return "$"
        case .characters(let ranges):
            let parts = ranges.map {
                "\\u{\(String($0.lowerBound, radix: 16))}-\\u{\(String($0.upperBound, radix: 16))}"
            }
            return "[" + parts.joined() + "]"
        case .sequence(let parts): return "(?:" + parts.map(text).joined() + ")"
        case .choice(let branches): return "(" + branches.map(text).joined(separator: "|") + ")"
        case .repeated(let part, let minimum, let maximum):
            return "(?:" + text(of: part) + "){\(minimum),\(maximum.map(String.init) ?? "")}"
        }
    }

    /// Whether `pattern` matches from `position` on and `rest` accepts where it ends.
    private static func match(
        _ pattern: Pattern, _ text: [UInt32], _ position: Int, _ rest: (Int) -> Bool
    ) -> Bool {
        switch pattern {
        case .empty: return rest(position)
        case .start: return position == 0 && rest(position)
        case .end: return position == text.count && rest(position)
        case .characters(let ranges):
            return position < text.count && ranges.contains { $0.contains(text[position]) } && rest(position + 1)
        case .sequence(let parts):
            guard let first = parts.first else { return rest(position) }
            return match(first, text, position) { match(.sequence(Array(parts.dropFirst())), text, $0, rest) }
        case .choice(let branches): return branches.contains { match($0, text, position, rest) }
        case .repeated(let part, let minimum, let maximum):
            if let maximum, maximum == 0 { return rest(position) }
            if minimum == 0, rest(position) { return true }
            return match(part, text, position) { end in
                // A round without progress only counts towards the minimum.
                guard end > position || minimum > 0 else { return false }
                return match(
                    .repeated(part, minimum: max(0, minimum - 1), maximum: maximum.map { $0 - 1 }), text, end, rest)
            }
        }
    }
}
