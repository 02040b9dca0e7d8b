/// A queue of bytes: in at the back, out at the front.
package struct ByteQueue: Sendable {
    private var storage: [UInt8] = []
    private var start = 0

    package init() {}

    package var count: Int { storage.count - start }
    package var isEmpty: Bool { storage.count == start }

    /// The byte at a distance from the front.
    package subscript(offset: Int) -> UInt8 { storage[start + offset] }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        makeRoom()
        storage.append(contentsOf: bytes)
    }

    package mutating func append(_ byte: UInt8) { storage.append(byte) }

    package mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { storage.append(contentsOf: $0) }
    }

    /// Makes room for so many bytes at once.
    mutating func reserve(_ count: Int) { storage.reserveCapacity(storage.count + count) }

    /// Decimal digits.
    package mutating func append(decimal value: Int) {
        guard value >= 10 else {
            storage.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: max(0, value)))
            return
        }
        append(decimal: value / 10)
        storage.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }

    /// Lower-case hexadecimal digits.
    package mutating func append(hexadecimal value: Int) {
        if value >= 16 { append(hexadecimal: value >> 4) }
        let digit = UInt8(truncatingIfNeeded: value & 15)
        storage.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }

    /// Drops bytes from the front; all of them if there are fewer.
    package mutating func consume(_ number: Int) {
        start += min(number, count)
        guard start == storage.count else { return }
        start = 0
        // A buffer that grew for one large message is given back.
        storage.removeAll(keepingCapacity: storage.capacity <= 128 * 1024)
    }

    /// Takes at most so many bytes from the front.
    package mutating func take(_ limit: Int) -> [UInt8] {
        let taken = Array(storage[start..<start + min(limit, count)])
        consume(taken.count)
        return taken
    }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    /// Runs `body` on the bytes at the front.
    func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(storage.span.extracting(start..<storage.count))
    }

    /// Moves the rest to the front once the room before it is worth it.
    private mutating func makeRoom() {
        guard start > 4096, start > storage.count / 2 else { return }
        storage.removeSubrange(..<start)
        start = 0
    }
}
