/// Masks what points to a person in what users said: e-mail addresses, IBANs, numbers of cards and telephones. By rules of
/// form and check digits, in any language; rather a number too many than one too few.
package enum PersonalData {
    package enum Kind: String, Sendable, CaseIterable {
        case email, iban, card, phone
        var mask: String { "<\(rawValue)>" }
    }

    /// The text with masks, and what was masked.
    package static func masked(_ text: String) -> (text: String, found: [Kind]) {
        var scalars = Array(text.unicodeScalars), found: [Kind] = []
        for kind in Kind.allCases {
            var place = 0
            while let range = next(kind, in: scalars, from: place) {
                let mask = Array(kind.mask.unicodeScalars)
                scalars.replaceSubrange(range, with: mask)
                place = range.lowerBound + mask.count
                found.append(kind)
            }
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return (String(result), found)
    }

    private static func next(_ kind: Kind, in text: [Unicode.Scalar], from start: Int) -> Range<Int>? {
        var place = start
        while place < text.count {
            let range: Range<Int>? =
                switch kind {
                case .email: email(text, at: place)
                case .iban: iban(text, at: place)
                case .card: NumberRun(text, at: place).flatMap { $0.isCard ? $0.range : nil }
                case .phone: NumberRun(text, at: place).flatMap { $0.isPhone ? $0.range : nil }
                }
            if let range { return range }
            place = max(
                place + 1, kind == .card || kind == .phone ? NumberRun(text, at: place)?.range.upperBound ?? 0 : 0)
        }
        return nil
    }

    /// Around an @.
    private static func email(_ text: [Unicode.Scalar], at place: Int) -> Range<Int>? {
        guard text[place] == "@" else { return nil }
        var start = place, end = place + 1
        while start > 0, isWord(text[start - 1]) || "._%+-".unicodeScalars.contains(text[start - 1]) { start -= 1 }
        while end < text.count, isWord(text[end]) || ".-".unicodeScalars.contains(text[end]) { end += 1 }
        while end > place + 1, ".-".unicodeScalars.contains(text[end - 1]) { end -= 1 }
        guard start < place, text[place + 1..<end].contains(".") else { return nil }
        return start..<end
    }

    /// Two letters, two digits, 11 to 30 of both, blanks between groups; check digits by modulo 97 (ISO 13616).
    private static func iban(_ text: [Unicode.Scalar], at place: Int) -> Range<Int>? {
        guard place == 0 || !isWord(text[place - 1]) else { return nil }
        var ends: [Int] = [], signs: [Unicode.Scalar] = [], index = place
        while index < text.count, signs.count < 34 {
            if isAlphanumeric(text[index]) {
                signs.append(text[index])
                ends.append(index + 1)
            } else if text[index] != " " || ends.last != index {
                break
            }
            index += 1
        }
        guard signs.count >= 15, signs[0..<2].allSatisfy(\.properties.isAlphabetic),
            signs[2..<4].allSatisfy({ $0.properties.numericType != nil })
        else { return nil }
        for count in stride(from: signs.count, through: 15, by: -1) where remainder(signs[..<count]) == 1 {
            let end = ends[count - 1]
            if end == text.count || !isWord(text[end]) { return place..<end }
        }
        return nil
    }

    private static func remainder(_ signs: ArraySlice<Unicode.Scalar>) -> Int {
        (signs.dropFirst(4) + signs.prefix(4)).reduce(0) { sum, sign in
            let value = Int(String(Character(sign)), radix: 36) ?? 0
            return (sum * (value > 9 ? 100 : 10) + value) % 97
        }
    }

    private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool { scalar.isASCII && isWord(scalar) }

    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
    }
}

/// Digits with the signs that people put between them.
struct NumberRun {
    let range: Range<Int>
    private let digits: [Int]
    /// Digits between signs, as in 3, 3, 4.
    private let groups: [Int]
    private let hasPlus: Bool

    /// nil where no number begins.
    init?(_ text: [Unicode.Scalar], at place: Int) {
        let first = text[place]
        // Chinese has no blank before a number.
        guard
            place == 0
                || !(text[place - 1].isASCII && (PersonalData.isWord(text[place - 1]) || text[place - 1] == ".")),
            Self.digit(first) != nil || first == "+" || first == "("
        else { return nil }
        var digits: [Int] = [], groups: [Int] = [], end = place, index = place, gap = 0
        hasPlus = first == "+"
        if hasPlus { index += 1 }
        while index < text.count, gap < 3 {
            if let digit = Self.digit(text[index]) {
                if gap > 0 || groups.isEmpty { groups.append(0) }
                groups[groups.count - 1] += 1
                digits.append(digit)
                (end, gap) = (index + 1, 0)
            } else if " -./()".unicodeScalars.contains(text[index]) {
                gap += 1
            } else {
                break
            }
            index += 1
        }
        guard !digits.isEmpty else { return nil }
        (self.digits, self.groups, range) = (digits, groups, place..<end)
    }

    /// 13 to 19 digits whose sum is right (ISO/IEC 7812, Luhn).
    var isCard: Bool {
        guard (13...19).contains(digits.count), !hasPlus else { return false }
        let sum = digits.reversed().enumerated().reduce(0) { sum, element in
            let doubled = element.element * (element.offset % 2 == 1 ? 2 : 1)
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum % 10 == 0
    }

    /// By how numbers begin and are grouped: international, national with a 0, American, Chinese mobile numbers.
    var isPhone: Bool {
        if hasPlus { return (8...16).contains(digits.count) }
        if groups.prefix(3) == [2, 2, 4] || groups.prefix(3) == [4, 2, 2] { return false }  // a date
        if digits[0] == 0 { return (9...18).contains(digits.count) }
        if groups == [3, 3, 4] || groups == [1, 3, 3, 4] { return true }
        let isMobile = digits[0] == 1 && digits.count == 11 && digits[1] >= 3
        return isMobile && (groups == [11] || groups == [3, 4, 4])
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Int? {
        ("0"..."9").contains(scalar) ? Int(scalar.value) - 48 : nil
    }
}
