import Documents

/// Lists that nobody has to write: their members are made.
package enum BuiltInList: Sendable, Hashable {
    /// `number 5..100/5`: in digits.
    case number(NumberRange)
    /// `duration`: a length in words, an object of hours, minutes and seconds.
    case duration
    /// `span minutes 1..90`: a length in words, a whole number of one unit.
    case span(LengthUnit, ClosedRange<Int>)
    /// `some item 1..3`: members of another list, an array.
    case some(list: String, ClosedRange<Int>)
    /// `digits 4..6`: a text of so many digits.
    case digits(ClosedRange<Int>)
    /// `weekdays`: days of the week, an array of their English names.
    case weekdays
    /// `phone`: a telephone number, a text of digits.
    case phone

    /// As error messages list them.
    static let forms = [
        "number A..B", "number A..B/STEP", "duration", "span minutes A..B", "span seconds A..B", "some LIST A..B",
        "digits A..B", "weekdays", "phone",
    ]

    /// nil where the text begins like none of them.
    ///
    /// - Throws: for one that is malformed.
    package init?(_ text: String) throws(TemplateError) {
        let words = text.split(separator: " ").map(String.init)
        func range(_ place: Int, _ allowed: ClosedRange<Int>) throws(TemplateError) -> ClosedRange<Int> {
            let ends =
                words.count == place + 1 ? words[place].split(separator: ".", omittingEmptySubsequences: false) : []
            guard ends.count == 3, ends[1].isEmpty, let low = Int(ends[0]), let high = Int(ends[2]), low <= high,
                allowed.contains(low), allowed.contains(high)
            else {
                throw TemplateError(
                    "\(text): its numbers are written LOW..HIGH, within \(allowed.lowerBound)..\(allowed.upperBound)")
            }
            return low...high
        }
        switch words.first {
        case "number": self = .number(try NumberRange(words.dropFirst().joined(separator: " ")))
        case "span":
            guard words.count > 1, let unit = LengthUnit(rawValue: words[1]) else {
                throw TemplateError("\(text): write span minutes A..B or span seconds A..B")
            }
            self = .span(unit, try range(2, 1...1_000_000))
        case "some" where words.count > 2: self = .some(list: words[1], try range(2, 1...20))
        case "digits": self = .digits(try range(1, 1...20))
        case "duration" where words.count == 1: self = .duration
        case "weekdays" where words.count == 1: self = .weekdays
        case "phone" where words.count == 1: self = .phone
        default: return nil
        }
    }
}

/// Numbers from a lowest to a highest by a step, which may have decimals.
package struct NumberRange: Sendable, Hashable {
    /// In units of the last decimal.
    let low: Int, high: Int, step: Int
    let decimals: Int

    /// `0..100`, `16..28/0.5`, `-10..10`.
    package init(_ text: String) throws(TemplateError) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let ends = halves.first.map { Self.ends($0) } ?? []
        let texts = ends + (halves.count == 2 ? [halves[1]] : ["1"])
        let decimals = texts.map { $0.split(separator: ".").dropFirst().first?.count ?? 0 }.max() ?? 0
        let numbers = texts.compactMap { Self.scaled($0, decimals) }
        guard halves.count <= 2, ends.count == 2, decimals <= 3, numbers.count == 3, numbers[0] <= numbers[1],
            numbers[2] > 0
        else { throw TemplateError("number \(text): write number LOW..HIGH or number LOW..HIGH/STEP") }
        (low, high, step, self.decimals) = (numbers[0], numbers[1], numbers[2], decimals)
    }

    /// The numbers around the two dots.
    private static func ends(_ text: String) -> [String] {
        guard let dots = text.firstRange(of: "..") else { return [] }
        return [String(text[..<dots.lowerBound]), String(text[dots.upperBound...])]
    }

    private static func scaled(_ text: String, _ decimals: Int) -> Int? {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.count <= 12, let whole = Int(parts[0]), whole >= 0 else { return nil }
        var fraction = parts.count == 2 ? String(parts[1]) : ""
        fraction += String(repeating: "0", count: max(0, decimals - fraction.count))
        guard let rest = fraction.isEmpty ? 0 : Int(fraction) else { return nil }
        let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
        return (isNegative ? -1 : 1) * (whole * scale + rest)
    }

    /// How many there are.
    package var count: Int { (high - low) / step + 1 }

    /// The number at a place below `count`, as a value and as it is written with a point or a comma.
    package func entry(at place: Int, _ language: TemplateLanguage) -> ValueEntry {
        let number = low + place * step
        let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
        guard decimals > 0, number % scale != 0 else {
            return ValueEntry(say: String(number / scale), value: .integer(number / scale))
        }
        var digits = String(abs(number) % scale)
        digits = String(repeating: "0", count: decimals - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        let sign = number < 0 ? "-" : "", whole = abs(number) / scale
        let value = Double("\(sign)\(whole).\(digits)").map { JSONValue.number($0) }
        let mark = language == .en || language == .zh ? "." : ","
        return ValueEntry(say: "\(sign)\(whole)\(mark)\(digits)", value: value)
    }
}
