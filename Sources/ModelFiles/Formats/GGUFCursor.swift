/// Reads little-endian values of a GGUF header in order; never past the end of `bytes`.
struct GGUFCursor {
    let bytes: UnsafeRawBufferPointer
    let path: String
    private(set) var offset = 0

    /// Begins at a byte of a mapped file.
    init(_ bytes: UnsafeRawBufferPointer, path: String, offset: Int = 0) {
        (self.bytes, self.path, self.offset) = (bytes, path, offset)
    }

    /// Bytes that are not read yet.
    var left: Int { bytes.count - offset }

    /// A little-endian integer; an error where the file ends before it does.
    mutating func integer<Number: FixedWidthInteger>(
        _ type: Number.Type, _ what: @autoclosure () -> String
    ) throws(ModelFileError) -> Number {
        let start = try skip(MemoryLayout<Number>.size, what())
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Number.self))
    }

    /// A length of 64 bits and that many bytes.
    mutating func text(_ what: @autoclosure () -> String) throws(ModelFileError) -> String {
        let span = try span(what())
        guard let text = Self.text(span) else { throw .damaged(path: path, .notText(what: what())) }
        return text
    }

    /// The bytes of a string, unchecked as to UTF-8.
    mutating func span(_ what: @autoclosure () -> String) throws(ModelFileError) -> UnsafeRawBufferPointer {
        let length = try integer(UInt64.self, what())
        guard length <= UInt64(left) else {
            throw .damaged(
                path: path, .truncated(what: what(), end: Int(clamping: length), size: left))
        }
        let start = try skip(Int(length), what())
        return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
    }

    /// UTF-8 as a text; nil for bytes that are none.
    static func text(_ span: UnsafeRawBufferPointer) -> String? {
        span.withMemoryRebound(to: UInt8.self) { String(validating: $0, as: UTF8.self) }
    }

    /// Steps over `count` bytes; returns where they start.
    @discardableResult
    mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(ModelFileError) -> Int {
        guard count <= left else {
            throw .damaged(
                path: path,
                .truncated(what: what(), end: offset.addingReportingOverflow(count).partialValue, size: bytes.count))
        }
        defer { offset += count }
        return offset
    }
}
