/// How characters stand in a JSON string: as they are, or with the one escape that needs be.
///
/// Written as they are: all but `"`, `\` and the control characters U+0000..001F and U+007F. Those are escaped: `\"`,
/// `\\`, `\b \f \n \r \t`, or `\u00XX`. No other character is ever escaped, so two texts of the same string differ only in
/// control characters, and no lone surrogate can be written.
extension AutomatonBuilder {
    static let shortEscapes: [UInt32: UInt8] = [
        0x08: UInt8(ascii: "b"), 0x0C: UInt8(ascii: "f"), 0x0A: UInt8(ascii: "n"), 0x0D: UInt8(ascii: "r"),
        0x09: UInt8(ascii: "t"), 0x22: UInt8(ascii: "\""), 0x5C: UInt8(ascii: "\\"),
    ]
    static let allScalars: [ClosedRange<UInt32>] = [0...0xD7FF, 0xE000...0x10FFFF]
    /// Ranges of scalars that stand as they are.
    private static let plain: [ClosedRange<UInt32>] = [
        0x20...0x21, 0x23...0x5B, 0x5D...0x7E, 0x80...0x7FF, 0x800...0xFFFF, 0x10000...0x10FFFF,
    ]

    /// Any character.
    mutating func anyCharacter(from source: Int32, to target: Int32) {
        characters(Self.allScalars, from: source, to: target)
    }

    /// One character of `ranges` (ascending, apart).
    mutating func characters(_ ranges: [ClosedRange<UInt32>], from source: Int32, to target: Int32) {
        var tails: [Int32] = [target]
        for range in ranges {
            for plain in Self.plain where range.overlaps(plain) {
                utf8(range.clamped(to: plain), from: source, to: target, &tails)
            }
        }
        escapes(ranges, from: source, to: target)
    }

    /// `tails[n]`: node from where n continuation bytes of any value lead to `target`.
    private mutating func tail(_ length: Int, _ tails: inout [Int32]) -> Int32 {
        while tails.count <= length {
            let next = node()
            byte(next, 0x80, 0xBF, to: tails[tails.count - 1])
            tails.append(next)
        }
        return tails[length]
    }

    /// The UTF-8 forms of a range that has one length of form; surrogates are left out.
    package mutating func utf8(
        _ range: ClosedRange<UInt32>, from source: Int32, to target: Int32, _ tails: inout [Int32]
    ) {
        for part in Self.allScalars where range.overlaps(part) {
            let clamped = range.clamped(to: part)
            guard let low = Unicode.Scalar(clamped.lowerBound), let high = Unicode.Scalar(clamped.upperBound) else {
                continue
            }
            sequence(Array(low.utf8)[...], Array(high.utf8)[...], from: source, &tails)
        }
    }

    /// All byte strings between `low` and `high`, of equal length, whose bytes after the first are continuation bytes.
    private mutating func sequence(
        _ low: ArraySlice<UInt8>, _ high: ArraySlice<UInt8>, from source: Int32, _ tails: inout [Int32]
    ) {
        guard let first = low.first, let last = high.first else { return }
        let rest = low.count - 1
        let (lowRest, highRest) = (low.dropFirst(), high.dropFirst())
        let lowIsFull = lowRest.allSatisfy { $0 == 0x80 }, highIsFull = highRest.allSatisfy { $0 == 0xBF }
        if lowIsFull && highIsFull {
            byte(source, first, last, to: tail(rest, &tails))
        } else if first == last {
            let next = node()
            byte(source, first, first, to: next)
            sequence(lowRest, highRest, from: next, &tails)
        } else {
            var (from, to) = (first, last)
            if !lowIsFull {
                let next = node()
                byte(source, first, first, to: next)
                sequence(lowRest, ArraySlice(repeatElement(0xBF, count: rest)), from: next, &tails)
                from += 1
            }
            if !highIsFull {
                let next = node()
                byte(source, last, last, to: next)
                sequence(ArraySlice(repeatElement(0x80, count: rest)), highRest, from: next, &tails)
                to -= 1
            }
            if from <= to { byte(source, from, to, to: tail(rest, &tails)) }
        }
    }

    private mutating func escapes(_ ranges: [ClosedRange<UInt32>], from source: Int32, to target: Int32) {
        func has(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } }
        let short = Self.shortEscapes.keys.filter(has).sorted()
        let long = (Array(0...0x1F) + [0x7F]).filter(has)
        guard !short.isEmpty || !long.isEmpty else { return }
        let backslash = literal("\\", from: source)
        for scalar in short {
            guard let letter = Self.shortEscapes[scalar] else { continue }
            byte(backslash, letter, letter, to: target)
        }
        guard !long.isEmpty else { return }
        let zeros = literal("u00", from: backslash)
        for high in Set(long.map { $0 >> 4 }).sorted() {
            let digit = node()
            byte(zeros, UInt8(ascii: "0") + UInt8(high), UInt8(ascii: "0") + UInt8(high), to: digit)
            for scalar in long where scalar >> 4 == high {
                let low = UInt8(scalar & 15)
                if low < 10 {
                    byte(digit, UInt8(ascii: "0") + low, UInt8(ascii: "0") + low, to: target)
                } else {
                    for letter in [UInt8(ascii: "a") + low - 10, UInt8(ascii: "A") + low - 10] {
                        byte(digit, letter, letter, to: target)
                    }
                }
            }
        }
    }

    /// A string's text as the grammar writes it, quotes included.
    static func quoted(_ string: String) -> [UInt8] {
        var bytes: [UInt8] = [0x22]
        for scalar in string.unicodeScalars {
            if let letter = shortEscapes[scalar.value] {
                bytes += [0x5C, letter]
            } else if scalar.value < 0x20 || scalar.value == 0x7F {
                let digits = String(scalar.value, radix: 16)
                bytes += Array("\\u00".utf8) + Array((digits.count == 1 ? "0" + digits : digits).utf8)
            } else {
                bytes += Array(String(scalar).utf8)
            }
        }
        return bytes + [0x22]
    }
}
