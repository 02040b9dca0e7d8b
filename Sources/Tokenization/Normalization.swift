/// Unicode normalisation form C (UAX #15) as Hugging Face `tokenizers` 0.22 does it.
///
/// Own code, because that library's data are of Unicode 9 (a younger scalar stays where it stands) and because
/// Foundation's `precomposedStringWithCanonicalMapping` on Linux composes wrongly beyond U+FFFF (U+10041 U+0301 becomes
/// U+00C1), leaves U+0345 before the parts of U+0F75, and needs quadratic time for a run of combining marks.
package enum Normalization {
    /// Lookups that are made once from the generated table.
    private struct Tables {
        var decompositions: [UInt32: (UInt32, UInt32?)] = [:]
        var compositions: [UInt64: UInt32] = [:]
        /// Scalars of combining class 0 that are not what they were after NFC, or may join what stands before them.
        var unstable: Set<UInt32> = []

        init() {
            for entry in canonicalDecompositions.split(whereSeparator: \.isWhitespace) {
                let values = entry.split(whereSeparator: { "=>+".contains($0) }).compactMap { UInt32($0, radix: 16) }
                guard values.count == 2 || values.count == 3 else { continue }
                let second = values.count == 3 ? values[2] : nil
                decompositions[values[0]] = (values[1], second)
                if let second, entry.contains("=") {
                    compositions[Normalization.pair(values[1], second)] = values[0]
                    unstable.insert(second)
                } else {
                    unstable.insert(values[0])
                }
            }
            unstable.formUnion(Hangul.vowels)
            unstable.formUnion(Hangul.trailing)
        }
    }

    private static let tables = Tables()

    /// Whether a scalar may change, or may change its neighbours' order or composition.
    static func isUnstable(_ scalar: Unicode.Scalar) -> Bool {
        combiningClass(scalar) != 0 || tables.unstable.contains(scalar.value)
    }

    /// The canonical combining class; 0 for starters.
    private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
        let properties = scalar.properties
        let combiningClass = properties.canonicalCombiningClass.rawValue
        guard combiningClass != 0, let age = properties.age, age.major <= 9 else { return 0 }
        return combiningClass
    }

    /// Two scalars as one word.
    private static func pair(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

    /// `text` in NFC.
    package static func composed(_ text: String) -> String {
        var text = text
        return text.withUTF8 { composed($0).map { String(decoding: $0, as: UTF8.self) } } ?? text
    }

    /// `text` in NFC; nil if it is that already.
    ///
    /// - Parameter text: valid UTF-8.
    static func composed(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        let reader = ScalarReader(text: text)
        guard reader.end(ofNo: ScalarClasses.unstable, from: 0, before: text.count) < text.count else { return nil }
        var scalars: [UInt64] = []
        scalars.reserveCapacity(text.count / 2)
        var index = 0
        while index < text.count {
            let (scalar, length) = reader.scalar(index)
            appendDecomposed(scalar, to: &scalars, reader.classes)
            index += length
        }
        sortMarks(&scalars)
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        for value in compose(scalars) {
            if let encoded = Unicode.Scalar(value).flatMap(UTF8.encode) { output.append(contentsOf: encoded) }
        }
        return output
    }

    /// `scalars` in NFD.
    static func decomposed(_ scalars: [UInt32]) -> [UInt32] {
        let classes = ScalarClasses.shared
        var words: [UInt64] = []
        words.reserveCapacity(scalars.count + scalars.count / 4)
        for scalar in scalars { appendDecomposed(scalar, to: &words, classes) }
        sortMarks(&words)
        return words.map { UInt32(truncatingIfNeeded: $0 & 0x1F_FFFF) }
    }

    /// Combining class in the highest byte, then the position, the scalar in the lowest 21 bits: so that sorting by the
    /// whole word is a stable sort by class.
    private static func appendDecomposed(_ scalar: UInt32, to scalars: inout [UInt64], _ classes: ScalarClasses) {
        if scalar >= 0xC0 {
            if let parts = Hangul.decomposed(scalar) {
                for part in parts { scalars.append(UInt64(scalars.count) << 21 | UInt64(part)) }
                return
            }
            if let (first, second) = tables.decompositions[scalar] {
                appendDecomposed(first, to: &scalars, classes)
                if let second { appendDecomposed(second, to: &scalars, classes) }
                return
            }
        }
        var word = UInt64(scalars.count) << 21 | UInt64(scalar)
        if classes(scalar) & ScalarClasses.unstable != 0, let scalar = Unicode.Scalar(scalar) {
            word |= UInt64(combiningClass(scalar)) << 56
        }
        scalars.append(word)
    }

    /// Marks behind a starter in the order of their combining classes; equal classes keep their order.
    private static func sortMarks(_ scalars: inout [UInt64]) {
        var start = 0
        while start < scalars.count {
            guard scalars[start] >> 56 != 0 else {
                start += 1
                continue
            }
            var end = start + 1
            while end < scalars.count, scalars[end] >> 56 != 0 { end += 1 }
            if end - start > 1 { scalars[start..<end].sort() }
            start = end
        }
    }

    /// Starters and marks joined where a composition is canonical.
    private static func compose(_ scalars: [UInt64]) -> [UInt32] {
        var output: [UInt32] = []
        output.reserveCapacity(scalars.count)
        var starter: Int?
        // Combining class of the last scalar behind the starter; nil if none stands there.
        var lastClass: UInt64?
        for word in scalars {
            let (combiningClass, scalar) = (word >> 56, UInt32(truncatingIfNeeded: word & 0x1F_FFFF))
            let isBlocked = lastClass.map { $0 >= combiningClass } ?? false
            if let starter, !isBlocked, let joined = joined(output[starter], scalar) {
                output[starter] = joined
                continue
            }
            if combiningClass == 0 {
                (starter, lastClass) = (output.count, nil)
            } else {
                lastClass = combiningClass
            }
            output.append(scalar)
        }
        return output
    }

    /// The composition of two scalars; nil: there is none.
    private static func joined(_ first: UInt32, _ second: UInt32) -> UInt32? {
        guard second >= 0x300 else { return nil }
        return Hangul.joined(first, second) ?? tables.compositions[pair(first, second)]
    }
}

/// Hangul syllables compose by arithmetic (The Unicode Standard, 3.12).
private enum Hangul {
    static let leading: Range<UInt32> = 0x1100..<0x1113
    static let vowels: Range<UInt32> = 0x1161..<0x1176
    /// U+11A7 is none: it stands for "no trailing consonant".
    static let trailing: Range<UInt32> = 0x11A8..<0x11C3
    static let syllables: Range<UInt32> = 0xAC00..<0xD7A4

    /// A Hangul syllable as its jamo (Unicode, 3.12); nil for any other scalar.
    static func decomposed(_ syllable: UInt32) -> [UInt32]? {
        guard syllables.contains(syllable) else { return nil }
        let index = syllable - syllables.lowerBound
        let pair = [leading.lowerBound + index / 588, vowels.lowerBound + index % 588 / 28]
        return index % 28 == 0 ? pair : pair + [trailing.lowerBound - 1 + index % 28]
    }

    /// Two jamo, or a syllable and a jamo, as one syllable; nil: they do not join.
    static func joined(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if leading.contains(first), vowels.contains(second) {
            return syllables.lowerBound
                + ((first - leading.lowerBound) * 21 + second - vowels.lowerBound) * 28
        }
        if syllables.contains(first), (first - syllables.lowerBound) % 28 == 0, trailing.contains(second) {
            return first + second - (trailing.lowerBound - 1)
        }
        return nil
    }
}
