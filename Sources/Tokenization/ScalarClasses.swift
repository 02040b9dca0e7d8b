/// The Unicode classes that pre-tokenisers and NFC ask for, by scalar.
///
/// A model's tokens must not change with the Swift release, so the classes are those of the Unicode versions that
/// Hugging Face `tokenizers` 0.22 has: Oniguruma's `\p{L}`, `\p{N}` and `\s` are of Unicode 16. A scalar younger than
/// that counts as unassigned; the general category of an assigned one has not changed since.
package struct ScalarClasses: Sendable {
    package static let letter: UInt8 = 1
    package static let number: UInt8 = 2
    package static let whitespace: UInt8 = 4
    /// A number to Rust's `char::is_numeric`, which knows a newer Unicode than Oniguruma.
    package static let digit: UInt8 = 8
    /// May change under NFC, or be changed by what stands before it.
    package static let unstable: UInt8 = 16
    package static let newline: UInt8 = 32

    package static let shared = ScalarClasses()

    /// Start in `classes` of the 256 scalars from `page << 8`.
    private var starts = [UInt16](repeating: 0, count: 0x1100)
    /// Equal pages stand here once.
    private var classes: [UInt8] = []

    /// Classes of all scalars, from the standard library's properties.
    private init() {
        var pages: [[UInt8]: UInt16] = [:]
        for page in 0..<0x1100 {
            // Planes 4 to 13, 15 and 16 have no scalar of any class.
            let isBare = (0x400..<0xE00).contains(page) || page >= 0xF00
            let content =
                isBare
                ? [UInt8](repeating: 0, count: 256)
                : (UInt32(page) << 8..<UInt32(page + 1) << 8).map { value in
                    Unicode.Scalar(value).map(Self.class(of:)) ?? 0
                }
            if let start = pages[content] {
                starts[page] = start
            } else {
                starts[page] = UInt16(classes.count >> 8)
                pages[content] = starts[page]
                classes += content
            }
        }
    }

    /// The class of a scalar: its page, then its place in the page.
    @inline(__always)
    package func callAsFunction(_ scalar: UInt32) -> UInt8 {
        classes[Int(starts[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    }

    /// The classes of a scalar, a bit each: letter, mark, number, whitespace, newline, and whether NFC may change it.
    private static func `class`(of scalar: Unicode.Scalar) -> UInt8 {
        let properties = scalar.properties
        guard let age = properties.age else { return 0 }
        var result: UInt8 = 0
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            if age.major <= 16 { result |= letter }
        case .decimalNumber, .letterNumber, .otherNumber:
            result |= age.major <= 16 ? number | digit : digit
        default: break
        }
        if properties.isWhitespace { result |= whitespace }
        if scalar == "\n" || scalar == "\r" { result |= newline }
        if Normalization.isUnstable(scalar) { result |= unstable }
        return result
    }
}

/// Reads scalars and their classes from UTF-8 that is known to be valid.
struct ScalarReader {
    let text: UnsafeBufferPointer<UInt8>
    let classes = ScalarClasses.shared

    /// Class and length in bytes of the scalar at `index`.
    @inline(__always)
    func read(_ index: Int) -> (class: UInt8, length: Int) {
        let (scalar, length) = scalar(index)
        return (classes(scalar), length)
    }

    /// The scalar that begins at a byte, and its length.
    @inline(__always)
    func scalar(_ index: Int) -> (scalar: UInt32, length: Int) {
        let first = UInt32(text[index])
        if first < 0x80 { return (first, 1) }
        let second = UInt32(text[index + 1]) & 0x3F
        if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
        let third = UInt32(text[index + 2]) & 0x3F
        if first < 0xF0 { return ((first & 0xF) << 12 | second << 6 | third, 3) }
        return ((first & 0x7) << 18 | second << 12 | third << 6 | UInt32(text[index + 3]) & 0x3F, 4)
    }

    /// First index from `index` on whose scalar has none of `wanted`.
    @inline(__always)
    func end(of wanted: UInt8, from index: Int, before limit: Int) -> Int {
        var index = index
        while index < limit {
            let (found, length) = read(index)
            if found & wanted == 0 { break }
            index += length
        }
        return index
    }

    /// First index from `index` on whose scalar has one of `unwanted`.
    @inline(__always)
    func end(ofNo unwanted: UInt8, from index: Int, before limit: Int) -> Int {
        var index = index
        while index < limit {
            let (found, length) = read(index)
            if found & unwanted != 0 { break }
            index += length
        }
        return index
    }
}
