import Foundation

/// A text as terms are compared: compatibility forms (full-width letters) and composed characters made one (NFKC), case
/// folded, each run of blanks one blank.
package struct FoldedText: Sendable, Hashable {
    package let scalars: [Unicode.Scalar]

    /// Folds a text and remembers where each scalar came from.
    package init(_ text: String) {
        var scalars: [Unicode.Scalar] = []
        for scalar in Self.composed(text).unicodeScalars {
            if scalar.properties.isWhitespace {
                if let last = scalars.last, last != " " { scalars.append(" ") }
            } else if scalar.value < 0x80 {
                scalars.append(
                    (0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
            } else {
                scalars.append(contentsOf: Self.fold(scalar))
            }
        }
        if scalars.last == " " { scalars.removeLast() }
        self.scalars = scalars
    }

    /// Compatibility forms composed (NFKC).
    private static func composed(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCompatibilityMapping
    }

    /// Full case folding by way of the upper case, which unites what has several lower forms: ß is ss, ς is σ. The
    /// dotless i is the one letter that this would make another (Unicode's CaseFolding.txt has no entry for it).
    private static func fold(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        guard scalar.value != 0x131 else { return [scalar] }
        return scalar.properties.uppercaseMapping.unicodeScalars.flatMap {
            $0.properties.lowercaseMapping.unicodeScalars
        }
    }

    /// The whole text, folded.
    package var text: String { text(of: scalars.indices) }

    /// The part of the text as the user wrote it.
    package func text(of range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    /// Whether there is a letter or digit in it.
    package var hasWord: Bool { scalars.contains { WordClass($0) != .other } }

    /// Whether a word may begin or end between `scalars[position - 1]` and `scalars[position]`.
    package func isBoundary(_ position: Int) -> Bool {
        guard position > 0, position < scalars.count else { return true }
        return switch (WordClass(scalars[position - 1]), WordClass(scalars[position])) {
        case (_, .attached): false
        case (.other, _), (_, .other): true
        case (.unspaced, _), (_, .unspaced): true
        default: false
        }
    }
}

/// A character's class at the borders of words.
enum WordClass: Sendable {
    /// Of a script that sets words apart by blanks, or a digit.
    case spaced
    /// Of a script that does not (Han, kana, Thai), or whose words carry particles (Hangul): a word may end anywhere.
    case unspaced
    /// Belongs to the character before it: combining marks, small kana, the sign that lengthens a vowel.
    case attached
    case other

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39: self = .spaced
        case 0..<0x80: self = .other
        case 0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087, 0x308E, 0x3095, 0x3096, 0x309D,
            0x309E, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30C3, 0x30E3, 0x30E5, 0x30E7, 0x30EE, 0x30F5, 0x30F6,
            0x30FC...0x30FE, 0x200D, 0xFE0F:
            self = .attached
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x0F00...0x0FFF, 0x2E80...0x2FDF, 0x3005...0x3007,
            0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            self = scalar.isMark ? .attached : .unspaced
        default:
            if scalar.isMark {
                self = .attached
            } else {
                let properties = scalar.properties
                self = properties.isAlphabetic || properties.generalCategory == .decimalNumber ? .spaced : .other
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether a scalar belongs to the one before it.
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
