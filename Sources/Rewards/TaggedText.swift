/// A text as bytes, to be searched as Python searches strings: a combining sign is a sign of its own.
struct TaggedText: Sendable {
    let bytes: ArraySlice<UInt8>

    init(_ text: String) { bytes = Array(text.utf8)[...] }
    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Where `part` begins at or behind `start`, first of all; nil where it does not stand.
    func first(_ part: StaticString, from start: Int? = nil) -> Range<Int>? {
        let count = part.utf8CodeUnitCount
        var place = start ?? bytes.startIndex
        while place + count <= bytes.endIndex {
            if matches(part, at: place) { return place..<place + count }
            place += 1
        }
        return nil
    }

    func contains(_ part: StaticString) -> Bool { first(part) != nil }

    func starts(with part: StaticString) -> Bool {
        part.utf8CodeUnitCount <= bytes.count && matches(part, at: bytes.startIndex)
    }

    /// Whether the text ends in `part`, and that begins at or behind `start`.
    func ends(with part: StaticString, from start: Int? = nil) -> Bool {
        let place = bytes.endIndex - part.utf8CodeUnitCount
        return place >= (start ?? bytes.startIndex) && place >= bytes.startIndex && matches(part, at: place)
    }

    /// How often `part` stands in the text, without overlaps.
    func count(_ part: StaticString) -> Int {
        var count = 0, place = bytes.startIndex
        while let found = first(part, from: place) {
            count += 1
            place = found.upperBound
        }
        return count
    }

    func up(to end: Int) -> TaggedText { TaggedText(bytes[..<end]) }
    func from(_ start: Int) -> TaggedText { TaggedText(bytes[start...]) }

    /// What stands before the first `part`; all of it where there is none.
    func before(_ part: StaticString) -> TaggedText { first(part).map { up(to: $0.lowerBound) } ?? self }

    /// What stands behind the last `part`; all of it where there is none.
    func afterLast(_ part: StaticString) -> TaggedText {
        var rest = self
        while let found = rest.first(part) { rest = rest.from(found.upperBound) }
        return rest
    }

    /// Without whitespace at both ends, as Python's `str.strip()` takes it away.
    var stripped: TaggedText {
        let scalars = Array(text.unicodeScalars)
        guard let first = scalars.firstIndex(where: { !Self.isPythonSpace($0) }),
            let last = scalars.lastIndex(where: { !Self.isPythonSpace($0) })
        else { return TaggedText("") }
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: scalars[first...last])
        return TaggedText(String(kept))
    }

    /// The lines between line feeds.
    var lines: [TaggedText] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { TaggedText($0) }
    }

    private static func isPythonSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }

    private func matches(_ part: StaticString, at place: Int) -> Bool {
        part.withUTF8Buffer { part in
            bytes[place..<place + part.count].elementsEqual(part)
        }
    }
}
