/// A value's text as words, numbers and marks, with numbers in words turned into digits: "Twenty-one seats" is
/// 21, seats. What equal notations have in common is easier to see there.
struct NotationWords: Hashable {
    enum Word: Hashable {
        /// `text` has digits and at most one point; `value` is nil if it is no whole number of at most 18 digits.
        case number(text: String, value: Int?, isOrdinal: Bool)
        case word(String)
        case mark(Character)
    }

    var words: [Word]

    /// Texts beyond `maximumLength` characters are compared as they are, not as notations.
    static let maximumLength = 200

    init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        words = Self.joinNumbers(Self.split(text.lowercased()))
    }

    init(words: [Word]) { self.words = words }

    /// Numbers in digits, everything else as it is, without blanks, marks that do not count and a leading article.
    var plain: String {
        var words = words[...]
        if words.count > 1, case .word(let first) = words[0], ["the", "a", "an"].contains(first) {
            words = words.dropFirst()
        }
        return words.map { word in
            switch word {
            case .number(let text, _, _): text
            case .word(let text): text
            case .mark("%"): "percent"
            case .mark("&"): "and"
            case .mark(let mark): TextFolding.ignored.contains(mark) ? "" : String(mark)
            }
        }.joined()
    }

    /// The value if the text is one number and nothing else.
    var number: Double? {
        guard words.count == 1, case .number(let text, _, isOrdinal: false) = words[0] else { return nil }
        return Double(text)
    }

    var hasNumber: Bool {
        words.contains { if case .number = $0 { true } else { false } }
    }

    // MARK: Splitting

    private static func split(_ text: String) -> [Word] {
        let characters = Array(text)
        var words: [Word] = []
        var at = 0
        func run(while holds: (Character) -> Bool) -> [Character] {
            let start = at
            while at < characters.count, holds(characters[at]) { at += 1 }
            return Array(characters[start..<at])
        }
        while at < characters.count {
            let character = characters[at]
            if isDigit(character) {
                appendNumber(run { isDigit($0) || $0 == "." || $0 == "," }, to: &words)
            } else if character.isLetter {
                let word = String(run { $0.isLetter || $0 == "'" || $0 == "’" }.filter { $0 != "'" && $0 != "’" })
                if !markOrdinal(word, &words) { words.append(.word(word)) }
            } else {
                if !character.isWhitespace { words.append(.mark(character)) }
                at += 1
            }
        }
        return joinHalves(words)
    }

    /// Appends a run of digits, points and commas: `1,400` and `3.5` as one number, `3.4.2019` and `1,2` as several.
    private static func appendNumber(_ run: [Character], to words: inout [Word]) {
        let trailing = Array(run.reversed().prefix { !isDigit($0) }.reversed())
        let text = String(run.dropLast(trailing.count))
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        let isGrouped =
            groups.count > 1 && (1...3).contains(groups[0].count)
            && groups.dropFirst().dropLast().allSatisfy { $0.count == 3 && $0.allSatisfy(isDigit) }
            && groups[0].allSatisfy(isDigit) && (groups.last?.prefix { isDigit($0) }.count == 3)
        let plain = isGrouped ? text.filter { $0 != "," } : text
        if !plain.contains(","), plain.count(where: { $0 == "." }) <= 1 {
            words.append(.number(text: plain, value: plain.count <= 18 ? Int(plain) : nil, isOrdinal: false))
        } else {
            var digits = ""
            func flush() {
                if !digits.isEmpty {
                    words.append(.number(text: digits, value: digits.count <= 18 ? Int(digits) : nil, isOrdinal: false))
                }
                digits = ""
            }
            for character in plain {
                if isDigit(character) { digits.append(character) } else { flush(); words.append(.mark(character)) }
            }
            flush()
        }
        words += trailing.map { .mark($0) }
    }

    /// `3rd`: makes the number before an ordinal.
    private static func markOrdinal(_ word: String, _ words: inout [Word]) -> Bool {
        guard ["st", "nd", "rd", "th"].contains(word), case .number(let text, let value, false)? = words.last else {
            return false
        }
        words[words.count - 1] = .number(text: text, value: value, isOrdinal: true)
        return true
    }

    /// `a.m.`, `a m` and `am` are one word; likewise `pm`.
    private static func joinHalves(_ words: [Word]) -> [Word] {
        var joined: [Word] = []
        for word in words {
            if word == .word("m") {
                let before = joined.last == .mark(".") ? joined.dropLast() : joined[...]
                if let last = before.last, last == .word("a") || last == .word("p") {
                    joined = Array(before.dropLast()) + [.word(last == .word("a") ? "am" : "pm")]
                    continue
                }
            }
            if word == .mark("."), joined.last == .word("am") || joined.last == .word("pm") { continue }
            joined.append(word)
        }
        return joined
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    // MARK: Numbers in words

    private static let small: [String: Int] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
        "seventeen": 17, "eighteen": 18, "nineteen": 19,
    ]
    private static let tens: [String: Int] = [
        "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    ]
    private static let scales: [String: Int] = ["thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000]
    private static let ordinals: [String: Int] = [
        "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
        "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
        "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
    ]

    private static func joinNumbers(_ words: [Word]) -> [Word] {
        var joined: [Word] = []
        var at = 0
        while at < words.count {
            if let (value, isOrdinal, next) = number(in: words, from: at) {
                joined.append(.number(text: String(value), value: value, isOrdinal: isOrdinal))
                at = next
            } else {
                joined.append(words[at])
                at += 1
            }
        }
        return joined
    }

    /// The longest number in words that starts at `start`.
    private static func number(in words: [Word], from start: Int) -> (value: Int, isOrdinal: Bool, next: Int)? {
        var total = 0, current = 0, at = start, isOrdinal = false
        // What may follow: below 100 after a start, "hundred" or scale; below 10 after a ten.
        var room = 100
        scan: while at < words.count {
            var next = at
            if at > start, words[at] == .mark("-") || (words[at] == .word("and") && room == 100) { next += 1 }
            guard next < words.count, case .word(let word) = words[next] else { break }
            if let unit = small[word], unit < room, unit > 0 || at == start {
                current += unit
                room = 0
            } else if let ten = tens[word], room == 100 {
                current += ten
                room = 10
            } else if let unit = ordinals[word], unit < room {
                current += unit
                isOrdinal = true
                at = next + 1
                break scan
            } else if word == "hundred", next == at, (1..<100).contains(current) {
                current *= 100
                room = 100
            } else if let scale = scales[word], next == at, (1..<1000).contains(current),
                total == 0 || total >= scale * 1000
            {
                total += current * scale
                current = 0
                room = 100
            } else {
                break
            }
            at = next + 1
        }
        return at > start ? (total + current, isOrdinal, at) : nil
    }
}

/// The canonical comparison of texts: without case, blanks and `, . / - _ * ^`, and with ' for ".
package enum TextFolding {
    static let ignored: Set<Character> = [",", ".", "/", "-", "_", "*", "^"]

    package static func fold(_ text: String) -> String {
        String(
            text.lowercased().compactMap { character in
                character.isWhitespace || ignored.contains(character) ? nil : character == "\"" ? "'" : character
            })
    }
}
