/// What is said, with its choices open: `turn (on|up) the {device}[ in the {room}]`.
///
/// `[…]` may be left out, `(a|b|)` is one of its alternatives, `{slot}` is filled from a list.
package struct TemplatePattern: Sendable, Hashable {
    package indirect enum Part: Sendable, Hashable {
        case words(String)
        case slot(TemplateSlot)
        /// One of the alternatives, or nothing.
        case optional([[Part]])
        case choice([[Part]])
    }

    package let text: String
    package let parts: [Part]

    /// - Throws: where brackets do not match, a slot is malformed, or groups nest too deeply.
    package init(_ text: String) throws(TemplateError) {
        self.text = text
        var reader = PatternReader(text)
        parts = try reader.whole()
    }

    /// All slots, in the order of the text.
    package var slots: [TemplateSlot] { Self.slots(in: parts) }

    private static func slots(in parts: [Part]) -> [TemplateSlot] {
        parts.flatMap { part -> [TemplateSlot] in
            switch part {
            case .words: []
            case .slot(let slot): [slot]
            case .optional(let branches), .choice(let branches): branches.flatMap(slots(in:))
            }
        }
    }
}

/// `{room}`, `{room:list}`, `{level:number 0..100}`, `{_please}`.
package struct TemplateSlot: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        /// nil: the list that is named as the slot.
        case list(String?)
        case builtIn(BuiltInList)
    }

    /// As between the braces.
    package let text: String
    /// Without the `_` of a slot that gives no value.
    package let name: String
    package let givesValue: Bool
    package let source: Source

    package init(_ text: String) throws(TemplateError) {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { half in
            String(half.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let name = halves.first ?? ""
        givesValue = !name.hasPrefix("_")
        self.name = givesValue ? name : String(name.dropFirst())
        self.text = text
        guard Self.isName(self.name) else {
            throw TemplateError("{\(text)}: a slot has a name of letters, digits, _ and ., e.g. {room} or {room:city}")
        }
        guard halves.count == 2 else {
            source = .list(nil)
            return
        }
        if let builtIn = try BuiltInList(halves[1]) {
            source = .builtIn(builtIn)
        } else {
            guard Self.isName(halves[1]) else {
                throw TemplateError(
                    "{\(text)}: \(halves[1]) is neither a list's name nor one of \(BuiltInList.forms.joined(separator: "; "))"
                )
            }
            source = .list(halves[1])
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    }
}

/// Reads one pattern from its beginning to its end.
private struct PatternReader {
    /// Groups within groups; a pattern that needs more is two patterns.
    static let maximumDepth = 4

    private let characters: [Character]
    private var index = 0

    init(_ text: String) { characters = Array(text) }

    mutating func whole() throws(TemplateError) -> [TemplatePattern.Part] {
        let parts = try sequence(depth: 0)
        guard index == characters.count else {
            throw TemplateError(
                "\(characters[index]) stands alone at character \(index + 1): \(String(characters)); alternatives stand in ( ), what may be left out in [ ]"
            )
        }
        return parts
    }

    /// Up to the end, a `|` or a closing bracket.
    private mutating func sequence(depth: Int) throws(TemplateError) -> [TemplatePattern.Part] {
        var parts: [TemplatePattern.Part] = [], words = ""
        func flushed() -> [TemplatePattern.Part] { words.isEmpty ? parts : parts + [.words(words)] }
        while index < characters.count, !"|])}".contains(characters[index]) {
            let character = characters[index]
            index += 1
            switch character {
            case "[", "(":
                guard depth < Self.maximumDepth else {
                    throw TemplateError(
                        "groups nest more than \(Self.maximumDepth) deep: \(String(characters)); split it")
                }
                let branches = try branches(open: character, depth: depth + 1)
                (parts, words) = (flushed() + [character == "[" ? .optional(branches) : .choice(branches)], "")
            case "{": (parts, words) = (flushed() + [.slot(try slot())], "")
            default: words.append(character)
            }
        }
        return flushed()
    }

    private mutating func branches(open: Character, depth: Int) throws(TemplateError) -> [[TemplatePattern.Part]] {
        var branches: [[TemplatePattern.Part]] = []
        let close: Character = open == "[" ? "]" : ")"
        while true {
            branches.append(try sequence(depth: depth))
            guard index < characters.count, characters[index] == close || characters[index] == "|" else {
                throw TemplateError("\(open) without its \(close): \(String(characters)); close it")
            }
            index += 1
            if characters[index - 1] == close { return branches }
        }
    }

    private mutating func slot() throws(TemplateError) -> TemplateSlot {
        let start = index
        while index < characters.count, characters[index] != "}" {
            guard characters[index] != "{" else { break }
            index += 1
        }
        guard index < characters.count, characters[index] == "}" else {
            throw TemplateError("{ without its }: \(String(characters)); close it")
        }
        index += 1
        return try TemplateSlot(String(characters[start..<index - 1]))
    }
}
