import HTTPTypes

/// Field lines of one message in arrival order: all names (lower case) and values in one run of bytes.
///
/// Two allocations a request however many fields there are; `HTTPFields` is made only for those who ask.
package struct HeaderBlock: Sendable, Equatable {
    package struct Line: Sendable, Equatable {
        package var name: Range<Int>
        package var value: Range<Int>
    }

    private var bytes: [UInt8] = []
    package private(set) var lines: [Line] = []

    package init() {}

    package var count: Int { lines.count }

    /// Room for a usual request.
    mutating func reserve() {
        bytes.reserveCapacity(512)
        lines.reserveCapacity(16)
    }

    /// Adds a line; the name is turned to lower case (ASCII).
    package mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
        let start = bytes.count
        for index in name.indices {
            let byte = name[index]
            bytes.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
        let middle = bytes.count
        value.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        lines.append(Line(name: start..<middle, value: middle..<bytes.count))
    }

    /// The first value under a lower-case name.
    package func first(_ name: String) -> String? {
        for line in lines where matches(line, name) { return text(line.value) }
        return nil
    }

    package func all(_ name: String) -> [String] {
        lines.filter { matches($0, name) }.map { text($0.value) }
    }

    package func name(at index: Int) -> String { text(lines[index].name) }
    package func value(at index: Int) -> String { text(lines[index].value) }

    /// All lines as the currency type; a line that `HTTPField` does not take (it takes all the parser lets in) is left out.
    package var fields: HTTPFields {
        var fields = HTTPFields()
        for line in lines {
            guard let name = HTTPField.Name(text(line.name)) else { continue }
            fields.append(HTTPField(name: name, value: text(line.value)))
        }
        return fields
    }

    private func matches(_ line: Line, _ name: String) -> Bool {
        guard line.name.count == name.utf8.count else { return false }
        return bytes[line.name].elementsEqual(name.utf8)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
