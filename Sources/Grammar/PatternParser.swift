/// The regular part of ECMA-262 patterns: what an automaton can hold.
package indirect enum Pattern: Sendable, Hashable {
    case empty
    case characters([ClosedRange<UInt32>])
    case sequence([Pattern])
    case choice([Pattern])
    case repeated(Pattern, minimum: Int, maximum: Int?)
    case start, end
}

/// Why a pattern is refused: what, and at which character.
package struct PatternError: Error, Hashable {
    package let message: String
}

/// Reads a pattern. Classes are ASCII for `\d` and `\w`, ECMA-262's white space for `\s`; `.` is all but line ends.
package struct PatternParser {
    private let scalars: [UInt32]
    private var position = 0
    private var depth = 0

    package static func parse(_ text: String) throws(PatternError) -> Pattern {
        var parser = PatternParser(scalars: text.unicodeScalars.map(\.value))
        guard parser.scalars.count <= 4096 else {
            throw PatternError(message: "the pattern is longer than 4096 characters")
        }
        let pattern = try parser.choice()
        guard parser.peek == nil else { throw parser.error("unexpected \")\"") }
        return pattern
    }

    private init(scalars: [UInt32]) { self.scalars = scalars }

    private var peek: UInt32? { position < scalars.count ? scalars[position] : nil }

    private func error(_ message: String) -> PatternError {
        PatternError(message: "\(message) at character \(position + 1) of the pattern")
    }

    private mutating func take(_ character: Character) -> Bool {
        guard let next = peek, next == character.unicodeScalars.first?.value else { return false }
        position += 1
        return true
    }

    private mutating func choice() throws(PatternError) -> Pattern {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 64 else { throw error("groups more than 64 deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> Pattern {
        var parts: [Pattern] = []
        while let next = peek, next != 0x7C, next != 0x29 {
            let part = try quantified()
            // Nothing, repeated without end, would still be nothing.
            if part != .empty { parts.append(part) }
        }
        return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func quantified() throws(PatternError) -> Pattern {
        let atom = try atom()
        let bounds: (Int, Int?)
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if peek == 0x7B, let braces = braces() {
            bounds = braces
        } else {
            return atom
        }
        if let maximum = bounds.1, maximum < bounds.0 { throw error("repetition with the larger number first") }
        if atom == .start || atom == .end { throw error("a repeated anchor") }
        _ = take("?")  // lazy: the same strings
        if peek == 0x2B || peek == 0x2A { throw error("possessive or doubled repetition") }
        if atom == .empty { return .empty }
        return .repeated(atom, minimum: bounds.0, maximum: bounds.1)
    }

    /// `{n}`, `{n,}` or `{n,m}`; nil (and nothing taken) if the brace stands for itself.
    private mutating func braces() -> (Int, Int?)? {
        let begin = position
        position += 1
        func fail() -> (Int, Int?)? { nil }
        guard let low = integer() else {
            position = begin
            return fail()
        }
        var bounds: (Int, Int?) = (low, low)
        if take(",") { bounds.1 = integer() }
        guard take("}") else {
            position = begin
            return fail()
        }
        return bounds
    }

    private mutating func integer() -> Int? {
        var value: Int?
        while let next = peek, (48...57).contains(next) {
            value = min((value ?? 0) * 10 + Int(next - 48), 1 << 40)
            position += 1
        }
        return value
    }

    private mutating func atom() throws(PatternError) -> Pattern {
        guard let next = peek else { return .empty }
        switch Character(Unicode.Scalar(next) ?? " ") {
        case "^":
            position += 1
            return .start
        case "$":
            position += 1
            return .end
        case ".":
            position += 1
            return .characters(ScalarRanges.complement([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]))
        case "(": return try group()
        case "[": return .characters(try bracket())
        case "\\": return .characters(try escape(inBracket: false))
        case "*", "+", "?": throw error("nothing to repeat")
        default:
            if next == 0x7B, braces() != nil { throw error("nothing to repeat") }
            position += 1
            return .characters([next...next])
        }
    }

    private mutating func group() throws(PatternError) -> Pattern {
        position += 1
        if take("?") {
            if take(":") {
            } else if take("<"), peek != 0x3D, peek != 0x21 {
                while let next = peek, next != 0x3E { _ = next; position += 1 }
                position += 1
            } else {
                throw error("look-around and flags cannot be enforced")
            }
        }
        let inner = try choice()
        guard take(")") else { throw error("a group without \")\"") }
        return inner
    }

    private mutating func bracket() throws(PatternError) -> [ClosedRange<UInt32>] {
        position += 1
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !take("]") {
            guard let low = try bracketItem() else { throw error("a class without \"]\"") }
            if peek == 0x2D, position + 1 < scalars.count, scalars[position + 1] != 0x5D,
                low.count == 1, low[0].lowerBound == low[0].upperBound
            {
                position += 1
                guard let high = try bracketItem(), high.count == 1, high[0].lowerBound == high[0].upperBound,
                    high[0].lowerBound >= low[0].lowerBound
                else { throw error("a range that is not ascending") }
                ranges.append(low[0].lowerBound...high[0].upperBound)
            } else {
                ranges += low
            }
        }
        let union = ScalarRanges.union(ranges)
        return isNegated ? ScalarRanges.complement(union) : union
    }

    private mutating func bracketItem() throws(PatternError) -> [ClosedRange<UInt32>]? {
        guard let next = peek else { return nil }
        if next == 0x5C { return try escape(inBracket: true) }
        position += 1
        return [next...next]
    }

    private mutating func escape(inBracket: Bool) throws(PatternError) -> [ClosedRange<UInt32>] {
        position += 1
        guard let next = peek, let scalar = Unicode.Scalar(next) else { throw error("a backslash at the end") }
        position += 1
        switch Character(scalar) {
        case "d": return ScalarRanges.digits
        case "D": return ScalarRanges.complement(ScalarRanges.digits)
        case "w": return ScalarRanges.word
        case "W": return ScalarRanges.complement(ScalarRanges.word)
        case "s": return ScalarRanges.space
        case "S": return ScalarRanges.complement(ScalarRanges.space)
        case "n": return [0x0A...0x0A]
        case "r": return [0x0D...0x0D]
        case "t": return [0x09...0x09]
        case "f": return [0x0C...0x0C]
        case "v": return [0x0B...0x0B]
        case "0": return [0...0]
        case "b" where inBracket: return [0x08...0x08]
        case "x": return try hexadecimal(2)
        case "u":
            if take("{") {
                var value: UInt32 = 0
                while let digit = peek.flatMap(Self.digit), value < 0x110000 {
                    value = value * 16 + digit
                    position += 1
                }
                guard take("}"), value <= 0x10FFFF else { throw error("a wrong \\u{…}") }
                return [value...value]
            }
            return try hexadecimal(4)
        default:
            let isLetter = (65...90).contains(next) || (97...122).contains(next) || (48...57).contains(next)
            guard !isLetter else {
                throw error("\"\\\(scalar)\" (back-references, \\b and \\p cannot be enforced)")
            }
            return [next...next]
        }
    }

    private mutating func hexadecimal(_ count: Int) throws(PatternError) -> [ClosedRange<UInt32>] {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = peek.flatMap(Self.digit) else { throw error("too few hexadecimal digits") }
            value = value * 16 + digit
            position += 1
        }
        guard !(0xD800...0xDFFF).contains(value) else { throw error("half of a surrogate pair; use \\u{…}") }
        return [value...value]
    }

    private static func digit(_ scalar: UInt32) -> UInt32? {
        Unicode.Scalar(scalar).flatMap { Character($0).hexDigitValue }.map { UInt32($0) }
    }
}

/// Sets of scalars as ascending ranges.
package enum ScalarRanges {
    package static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    package static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    package static let space: [ClosedRange<UInt32>] = [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ]

    package static func union(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound &+ 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    package static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var (result, next): ([ClosedRange<UInt32>], UInt32) = ([], 0)
        for range in ranges {
            if next < range.lowerBound { result.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return result
    }
}
