import Documents
import Foundation
import Retrieval

/// Says how much of a value the dialogue speaks of. A small model fills what it was not told with what is usual.
package struct ValueGround {
    /// Bytes of the dialogue that are looked at, the latest.
    private static let maximumBytes = 64 << 10

    private let text: String
    private let words: Set<String>

    package init(dialogue: String) {
        let latest = String(decoding: dialogue.utf8.suffix(Self.maximumBytes), as: UTF8.self)
        text = Self.folded(latest)
        words = Set(Self.words(latest) + Self.numbers(latest))
    }

    /// 0 to 1; nil for values that are chosen rather than said: of an enum, true and false, objects.
    package func share(of value: JSONValue, _ schema: JSONValue) -> Double? {
        guard schema["enum"] == nil, schema["const"] == nil else { return nil }
        switch value {
        case .string(let text): return share(of: text)
        case .integer, .number: return hasNumber(value) ? 1 : 0
        case .array(let elements):
            let shares = elements.compactMap { share(of: $0, schema["items"] ?? .null) }
            return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
        case .bool, .null, .object: return nil
        }
    }

    /// Numbers are said in words that are not simply one number: "half an hour", "a dozen".
    var speltNumbers: Bool { !words.isDisjoint(with: Self.spelt) }
    /// Something is said from which a date or time can be worked out.
    var speaksOfTime: Bool { !words.isDisjoint(with: Self.moments) }

    private static let spelt: Set<String> = [
        "half", "quarter", "dozen", "couple", "hundred", "thousand", "million", "third", "twice", "double", "thirty",
        "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ]
    private static let moments: Set<String> = [
        "today", "tomorrow", "tonight", "yesterday", "morning", "afternoon", "evening", "night", "noon", "midnight",
        "week", "weekend", "month", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "am", "pm", "hour", "hours", "minutes", "clock",
    ]

    /// Whether a text is said more than once.
    func isSaidTwice(_ value: String) -> Bool {
        let folded = Self.folded(value)
        guard !folded.isEmpty, let first = text.range(of: folded) else { return false }
        return text[first.upperBound...].contains(folded)
    }

    private func share(of value: String) -> Double? {
        let folded = Self.folded(value)
        if folded.isEmpty { return 0 }
        // Within words three letters mean nothing: "art" is not said by "start".
        if folded.count > 3 || !folded.allSatisfy(\.isASCII), text.contains(folded) { return 1 }
        let parts = Self.words(value)
        guard !parts.isEmpty else { return nil }
        // An article or a preposition in both says nothing of the rest.
        let telling = parts.filter { !Terms.isCommon($0) }
        let looked = telling.isEmpty ? parts : telling
        return Double(looked.count(where: isSaid)) / Double(looked.count)
    }

    /// Whether a word is said; its beginning counts, so that inflection does not matter.
    private func isSaid(_ part: String) -> Bool {
        if words.contains(part) { return true }
        let stem = part.prefix(max(4, part.count * 3 / 5))
        return part.count > 4 && words.contains { $0.hasPrefix(stem) }
    }

    private func hasNumber(_ value: JSONValue) -> Bool {
        guard let number = value.doubleValue else { return false }
        let plain = value.text()
        if words.contains(plain) || words.contains(plain.replacingFirst(".0", with: "")) { return true }
        if number == number.rounded(), (0...20).contains(number) {
            if words.contains(Self.numerals[Int(number)]) { return true }
        }
        // 5 % as 0.05, "2k" as 2000: the digits that count are said.
        let digits = plain.filter(\.isNumber).drop { $0 == "0" }
        let telling = String(digits.reversed().drop { $0 == "0" }.reversed())
        return telling.count > 1 && text.contains(telling)
    }

    private static let numerals = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ]

    private static func folded(_ text: String) -> String {
        String(text.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// Runs of letters and digits; a point between digits belongs to the number.
    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == ".") }
            .map { $0.trimmingPoints() }.filter { !$0.isEmpty }
    }
}

extension ValueGround {
    /// Numbers that letters of other scripts stand next to, `最多10个`, or with their thousands apart, `300,000`.
    private static func numbers(_ text: String) -> [String] {
        text.replacing(/(\d),(?=\d{3}(?!\d))/) { $0.1 }
            .split { !($0.isASCII && ($0.isNumber || $0 == ".")) }.map { $0.trimmingPoints() }.filter { !$0.isEmpty }
    }
}

extension Substring {
    fileprivate func trimmingPoints() -> String {
        var text = self
        while text.last == "." { text.removeLast() }
        while text.first == "." { text.removeFirst() }
        return String(text)
    }
}

extension String {
    fileprivate func replacingFirst(_ end: String, with other: String) -> String {
        hasSuffix(end) ? dropLast(end.count) + other : self
    }
}
