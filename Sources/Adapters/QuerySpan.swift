import Documents

/// A value's place in the query, in the units that different stacks count in.
public struct QuerySpan: Sendable, Hashable {
    public var text: String
    /// In Unicode scalars, as Python counts; `end` exclusive.
    public var start: Int, end: Int
    /// In UTF-16 code units, as .NET and JavaScript count.
    public var utf16Start: Int, utf16Length: Int

    /// For a value that the query does not say: no characters, at its start.
    static let nowhere = QuerySpan(text: "", start: 0, end: 0, utf16Start: 0, utf16Length: 0)
}

/// Finds the values of one answer in the query, each occurrence once as long as there are others.
struct SpanFinder {
    private let scalars: [Unicode.Scalar]
    private let folded: [Unicode.Scalar]
    private var taken: [Range<Int>] = []

    init(_ query: String) {
        scalars = Array(query.unicodeScalars)
        folded = scalars.map(Self.fold)
    }

    /// nil for a value that does not stand in the query as whole words, and for objects, arrays and null.
    mutating func find(_ value: JSONValue) -> QuerySpan? {
        guard let wanted = Self.words(of: value), !wanted.isEmpty, wanted.count <= folded.count else { return nil }
        var first: Range<Int>?
        for start in 0...(folded.count - wanted.count) {
            let range = start..<(start + wanted.count)
            guard folded[range].elementsEqual(wanted), isWhole(range) else { continue }
            first = first ?? range
            guard !taken.contains(where: { $0.overlaps(range) }) else { continue }
            taken.append(range)
            return span(range)
        }
        return first.map(span)
    }

    private static func words(of value: JSONValue) -> [Unicode.Scalar]? {
        switch value {
        case .string(let text): text.unicodeScalars.map(fold)
        case .integer, .number: (value.intValue.map(String.init) ?? value.text()).unicodeScalars.map(fold)
        case .null, .bool, .array, .object: nil
        }
    }

    /// One scalar for one, so that positions stay those of the query. Values are often identifiers: `living_room`.
    private static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "_" || scalar == "-" || scalar.properties.isWhitespace { return " " }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first ?? scalar : scalar
    }

    /// Whether no word is cut; scripts without blanks between words have no such limits.
    private func isWhole(_ range: Range<Int>) -> Bool {
        func joins(_ left: Int, _ right: Int) -> Bool {
            guard scalars.indices.contains(left), scalars.indices.contains(right) else { return false }
            return Self.isWordPart(scalars[left]) && Self.isWordPart(scalars[right])
        }
        return !joins(range.lowerBound - 1, range.lowerBound) && !joins(range.upperBound - 1, range.upperBound)
    }

    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        guard properties.isAlphabetic || properties.numericType != nil else { return false }
        // Han, kana, Hangul, Thai, Lao, Khmer, Burmese: words stand without blanks or with endings joined to them.
        switch scalar.value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            return false
        default:
            return true
        }
    }

    private func span(_ range: Range<Int>) -> QuerySpan {
        func text(_ range: Range<Int>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[range])
            return String(view)
        }
        let found = text(range)
        return QuerySpan(
            text: found, start: range.lowerBound, end: range.upperBound,
            utf16Start: text(0..<range.lowerBound).utf16.count, utf16Length: found.utf16.count)
    }
}

extension SpanFinder {
    /// Where a slot's value stands, in the model's words or, failing that, in the legacy ones.
    mutating func find(_ slot: LegacyFrame.Slot) -> QuerySpan? {
        if let span = find(slot.raw) { return span }
        return slot.raw == slot.value ? nil : find(slot.value)
    }
}
