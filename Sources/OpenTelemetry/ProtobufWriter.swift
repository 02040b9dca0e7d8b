/// Fields of a protocol buffer, in the order in which they are written (protobuf.dev, "Encoding").
package struct ProtobufWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// An integer or an enumeration; 0 is the default and left out.
    package mutating func field(_ number: Int, _ value: Int) {
        guard value != 0 else { return }
        tag(number, 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    /// A zero that must be told.
    package mutating func zero(_ number: Int) {
        tag(number, 0)
        varint(0)
    }

    package mutating func field(_ number: Int, _ value: Bool) { field(number, value ? 1 : 0) }

    /// A text; the empty one is left out.
    package mutating func field(_ number: Int, _ text: String) {
        guard !text.isEmpty else { return }
        field(number, bytes: Array(text.utf8))
    }

    package mutating func field(_ number: Int, bytes value: [UInt8]) {
        tag(number, 2)
        varint(UInt64(value.count))
        bytes += value
    }

    package mutating func field(_ number: Int, fixed value: UInt64) {
        tag(number, 1)
        fixed(value)
    }

    package mutating func field(_ number: Int, fixed value: UInt32) {
        tag(number, 5)
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }

    /// A number, 0 too: what it is the default of is told by others.
    package mutating func field(_ number: Int, _ value: Double) { field(number, fixed: value.bitPattern) }

    /// Numbers of eight bytes each.
    package mutating func field(_ number: Int, packed values: [UInt64]) {
        guard !values.isEmpty else { return }
        tag(number, 2)
        varint(UInt64(values.count * 8))
        for value in values { fixed(value) }
    }

    /// A message within this one.
    package mutating func field(_ number: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        field(number, bytes: inner.bytes)
    }

    private mutating func tag(_ number: Int, _ type: UInt64) { varint(UInt64(number) << 3 | type) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func fixed(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }
}
