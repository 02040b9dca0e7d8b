import ModelFiles

/// BERT's normaliser and pre-tokeniser in one pass: the words of a text, as `BertNormalizer` and `BertPreTokenizer` of
/// Hugging Face `tokenizers` make them.
struct BertNormalizer: Sendable {
    private let cleans: Bool, separates: Bool, strips: Bool, lowers: Bool
    private let tables = BertTables.shared

    /// A normaliser with the switches of a model's own (lower case, accents).
    init(_ description: WordPieceDescription) {
        (cleans, separates) = (description.cleansText, description.separatesIdeographs)
        (strips, lowers) = (description.stripsAccents, description.lowercases)
    }

    /// Calls `body` for each word with its bytes, behind the cutter's padding, and the number of its scalars, until it
    /// returns false.
    ///
    /// - Parameter text: valid UTF-8.
    func words(
        of text: UnsafeBufferPointer<UInt8>, _ cutter: inout WordCutter,
        _ body: (inout [UInt8], Int) -> Bool
    ) {
        guard strips, !text.allSatisfy({ $0 < 0x80 }) else {
            let reader = ScalarReader(text: text)
            var index = 0
            while index < text.count {
                let (scalar, length) = reader.scalar(index)
                index += length
                guard clean(scalar, { cut(lowers ? tables.lower($0) : $0, &cutter, body) }) else { return }
            }
            _ = cutter.flush(body)
            return
        }
        for scalar in stripped(text) {
            guard cut(lowers ? tables.lower(scalar) : scalar, &cutter, body) else { return }
        }
        _ = cutter.flush(body)
    }

    /// Hands on what cleaning and the separation of ideographs make of a scalar.
    private func clean(_ scalar: UInt32, _ body: (UInt32) -> Bool) -> Bool {
        let found = tables(scalar)
        if cleans {
            if found & BertTables.removed != 0 { return true }
            if found & BertTables.blank != 0 { return body(0x20) }
        }
        if separates, found & BertTables.chinese != 0 { return body(0x20) && body(scalar) && body(0x20) }
        return body(scalar)
    }

    /// Cleaned, decomposed (NFD) and without marks.
    private func stripped(_ text: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        let reader = ScalarReader(text: text)
        var scalars: [UInt32] = []
        scalars.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let (scalar, length) = reader.scalar(index)
            index += length
            _ = clean(scalar) {
                scalars.append($0)
                return true
            }
        }
        return Normalization.decomposed(scalars).filter { tables($0) & BertTables.marks == 0 }
    }

    private func cut(_ scalar: UInt32, _ cutter: inout WordCutter, _ body: (inout [UInt8], Int) -> Bool) -> Bool {
        let found = tables(scalar)
        if found & BertTables.space != 0 { return cutter.flush(body) }
        guard found & BertTables.punctuation != 0 else {
            // The one scalar whose lower case is two.
            if lowers, scalar == 0x130 {
                cutter.append(0x69)
                cutter.append(0x307)
            } else {
                cutter.append(scalar)
            }
            return true
        }
        guard cutter.flush(body) else { return false }
        cutter.append(scalar)
        return cutter.flush(body)
    }
}

/// The word that is being collected.
struct WordCutter {
    private let padding: Int
    private var word: [UInt8]
    private var scalars = 0

    /// - Parameter padding: bytes kept free before each word, for the marker of its continuations.
    init(padding: Int) {
        self.padding = padding
        word = Array(repeating: 0, count: padding)
    }

    /// One scalar, as UTF-8, behind the word so far.
    mutating func append(_ scalar: UInt32) {
        scalars += 1
        if scalar < 0x80 { return word.append(UInt8(scalar)) }
        if let encoded = Unicode.Scalar(scalar).flatMap(UTF8.encode) { word.append(contentsOf: encoded) }
    }

    /// Gives out the word so far and begins another; false: the caller wants no more.
    mutating func flush(_ body: (inout [UInt8], Int) -> Bool) -> Bool {
        guard scalars > 0 else { return true }
        defer {
            word.removeLast(word.count - padding)
            scalars = 0
        }
        return body(&word, scalars)
    }
}

/// `BertScalars` by scalar.
final class BertTables: Sendable {
    static let removed: UInt8 = 1, blank: UInt8 = 2, chinese: UInt8 = 4, marks: UInt8 = 8, punctuation: UInt8 = 16
    static let space: UInt8 = 32, hasLower: UInt8 = 64

    static let shared = BertTables()

    /// Start in `classes` of the 256 scalars from `page << 8`; equal pages stand there once.
    private let starts: [UInt16]
    private let classes: [UInt8]
    private let lowered: [UInt32: UInt32]

    /// Classes of all scalars, made once.
    private init() {
        var all = [UInt8](repeating: 0, count: 0x110000)
        for (text, found) in [
            (BertScalars.removed, Self.removed), (BertScalars.blank, Self.blank), (BertScalars.chinese, Self.chinese),
            (BertScalars.marks, Self.marks), (BertScalars.punctuation, Self.punctuation),
            (BertScalars.space, Self.space),
        ] {
            for range in text.split(whereSeparator: \.isWhitespace) {
                let ends = range.split(separator: "-").compactMap { Int($0, radix: 16) }
                guard let first = ends.first, let last = ends.last else { continue }
                for scalar in first...last { all[scalar] |= found }
            }
        }
        var lowered: [UInt32: UInt32] = [:]
        for run in BertScalars.lowered.split(whereSeparator: \.isWhitespace) {
            let isDown = run.split(separator: "/").last?.contains("-") ?? false
            let parts = run.split(whereSeparator: { "-/+".contains($0) }).compactMap { UInt32($0, radix: 16) }
            guard parts.count == 4 else { continue }
            for scalar in stride(from: parts[0], through: parts[1], by: Int(parts[2])) {
                lowered[scalar] = isDown ? scalar - parts[3] : scalar + parts[3]
                all[Int(scalar)] |= Self.hasLower
            }
        }
        var starts = [UInt16](repeating: 0, count: 0x1100), classes: [UInt8] = []
        var pages: [[UInt8]: UInt16] = [:]
        for page in 0..<0x1100 {
            let content = Array(all[page << 8..<(page + 1) << 8])
            if let start = pages[content] {
                starts[page] = start
            } else {
                starts[page] = UInt16(classes.count >> 8)
                pages[content] = starts[page]
                classes += content
            }
        }
        (self.starts, self.classes, self.lowered) = (starts, classes, lowered)
    }

    /// The class of a scalar.
    @inline(__always)
    func callAsFunction(_ scalar: UInt32) -> UInt8 {
        classes[Int(starts[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    }

    /// The scalar in lower case, where that is one scalar.
    @inline(__always)
    func lower(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return scalar &- 0x41 < 26 ? scalar + 0x20 : scalar }
        return self(scalar) & Self.hasLower == 0 ? scalar : lowered[scalar] ?? scalar
    }
}
