import Documents

/// An answer that is no JSON: one of a few texts, or a text that a pattern describes whole.
public enum TextGrammar: Hashable, Sendable {
    case choice([String])
    case pattern(String)

    /// How it stands where a JSON Schema is expected. No schema is an array, so the two are never taken for each other.
    public var document: JSONValue {
        switch self {
        case .choice(let texts): ["choice", .array(texts.map { .string($0) })]
        case .pattern(let text): ["pattern", .string(text)]
        }
    }

    /// - Returns: nil for a JSON Schema, and for anything else.
    package init?(document: JSONValue) {
        guard let parts = document.arrayValue, parts.count == 2, let kind = parts[0].stringValue else { return nil }
        if kind == "choice", let texts = parts[1].arrayValue?.compactMap(\.stringValue), !texts.isEmpty {
            self = .choice(texts)
        } else if kind == "pattern", let text = parts[1].stringValue {
            self = .pattern(text)
        } else {
            return nil
        }
    }
}

extension SchemaCompiler {
    /// The text without quotes or escapes.
    mutating func text(_ grammar: TextGrammar, from source: Int32) throws(GrammarError) -> Int32 {
        switch grammar {
        case .choice(let texts):
            guard texts.count <= limits.enumValues, texts.allSatisfy({ !$0.isEmpty }) else {
                throw GrammarError(
                    pointer: "", message: "the choice must have 1 to \(limits.enumValues) texts, none of them empty")
            }
            return builder.oneOf(texts.map { Array($0.utf8) }, from: source)
        case .pattern(let text):
            // Read alone first: `a)|(b` must not close the brackets around it.
            do {
                _ = try PatternParser.parse(text)
            } catch {
                throw GrammarError(pointer: "", message: "the pattern cannot be enforced: \(error.message)")
            }
            let whole = try patterns.automaton("^(?:\(text))$", at: "", limit: limits.patternStates)
            return builder.content(whole, isEscaped: false, from: source)
        }
    }
}

extension AutomatonBuilder {
    /// UTF-8 forms by their length.
    private static let lengths: [ClosedRange<UInt32>] = [0...0x7F, 0x80...0x7FF, 0x800...0xFFFF, 0x10000...0x10FFFF]

    /// One character of `ranges` (ascending, apart), as it is.
    mutating func plainCharacters(_ ranges: [ClosedRange<UInt32>], from source: Int32, to target: Int32) {
        var tails: [Int32] = [target]
        for range in ranges {
            for length in Self.lengths where range.overlaps(length) {
                utf8(range.clamped(to: length), from: source, to: target, &tails)
            }
        }
    }
}
