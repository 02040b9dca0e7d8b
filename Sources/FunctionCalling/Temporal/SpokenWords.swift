/// The words of an English sentence as expressions of time are read from them: lower case, `7pm` and `June01` cut in two,
/// the point or colon of `7:30` kept.
struct SpokenWords: Sendable {
    private let text: String
    private let ranges: [Range<String.Index>]
    let words: [String]

    /// - Parameter limit: characters that are looked at.
    init(_ text: String, limit: Int = 4_000) {
        self.text = text
        var ranges: [Range<String.Index>] = []
        for run in text.prefix(limit).split(whereSeparator: { !Self.isPart($0) }) {
            var run = run
            while let last = run.last, ".:'’".contains(last) { run.removeLast() }
            while let first = run.first, ".:'’".contains(first) { run.removeFirst() }
            // `Jun.20` and `June01`
            let name = run.prefix { $0.isLetter }, number = run[name.endIndex...].drop { $0 == "." }
            if !name.isEmpty, number.first?.isASCII == true, number.first?.isNumber == true {
                ranges.append(name.startIndex..<name.endIndex)
                run = number
            }
            guard !run.isEmpty else { continue }
            let digits = run.prefix { $0.isASCII && ($0.isNumber || ".:".contains($0)) }, rest = run[digits.endIndex...]
            if digits.isEmpty || rest.isEmpty || ["st", "nd", "rd", "th"].contains(rest.lowercased()) {
                ranges.append(run.startIndex..<run.endIndex)
            } else {
                ranges.append(digits.startIndex..<digits.endIndex)
                ranges.append(rest.startIndex..<rest.endIndex)
            }
        }
        self.ranges = ranges
        words = ranges.map { text[$0].lowercased().replacing("’", with: "'") }
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || ".:'’".contains(character)
    }

    var count: Int { words.count }

    /// nil beyond either end.
    subscript(index: Int) -> String? { words.indices.contains(index) ? words[index] : nil }

    /// The words as they stand in the text.
    func spelling(_ range: Range<Int>) -> String {
        guard let first = range.first, let last = range.last else { return "" }
        return String(text[ranges[first].lowerBound..<ranges[last].upperBound])
    }

    /// What stands between a word and the one behind it; nil beyond either end.
    func gap(behind index: Int) -> String? {
        guard ranges.indices.contains(index), ranges.indices.contains(index + 1) else { return nil }
        return String(text[ranges[index].upperBound..<ranges[index + 1].lowerBound])
    }

    func has(_ known: Set<String>) -> Bool { words.contains(where: known.contains) }
}

extension SpokenWords {
    /// A whole number from 0 to 9999 in digits, or to 99 in words, and the index behind it.
    func number(at index: Int) -> (value: Int, end: Int)? {
        guard let word = self[index] else { return nil }
        if word.utf8.allSatisfy({ (0x30...0x39).contains($0) }), word.utf8.count <= 4, let value = Int(word) {
            return (value, index + 1)
        }
        if let small = Self.small[word] { return (small, index + 1) }
        guard let tens = Self.tens[word] else { return nil }
        if let next = self[index + 1], let unit = Self.small[next], (1...9).contains(unit) {
            return (tens + unit, index + 2)
        }
        return (tens, index + 1)
    }

    /// A day of a month: `3rd`, `third`, `twenty first`.
    func ordinal(at index: Int) -> (value: Int, end: Int)? {
        guard let word = self[index] else { return nil }
        if let suffix = ["st", "nd", "rd", "th"].first(where: word.hasSuffix),
            let value = Int(word.dropLast(suffix.count))
        {
            return (1...31).contains(value) ? (value, index + 1) : nil
        }
        if let value = Self.ordinals[word] { return (value, index + 1) }
        if let tens = Self.tens[word], tens <= 30, let next = self[index + 1], let unit = Self.ordinals[next],
            unit < 10,
            tens + unit <= 31
        {
            return (tens + unit, index + 2)
        }
        return nil
    }

    private static let small: [String: Int] = Dictionary(
        uniqueKeysWithValues: zip(
            [
                "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
                "twelve",
                "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
            ], 0...))
    private static let tens: [String: Int] = [
        "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    ]
    private static let ordinals: [String: Int] = Dictionary(
        uniqueKeysWithValues: zip(
            [
                "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
                "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
                "eighteenth", "nineteenth", "twentieth",
            ], 1...)
    ).merging(["thirtieth": 30]) { first, _ in first }
}
