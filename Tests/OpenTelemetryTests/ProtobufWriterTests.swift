import OpenTelemetry
import Testing

/// Bytes of protocol buffers. The first two rows are those of protobuf.dev, "Encoding".
@Suite struct ProtobufWriterTests {
    static func bytes(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var writer = ProtobufWriter()
        write(&writer)
        return writer.bytes
    }

    @Test func fieldsAreTheBytesOfTheFormat() {
        let table: [([UInt8], [UInt8])] = [
            (Self.bytes { $0.field(1, 150) }, [0x08, 0x96, 0x01]),
            (Self.bytes { $0.field(2, "testing") }, [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]),
            (Self.bytes { $0.field(3) { $0.field(1, 150) } }, [0x1a, 0x03, 0x08, 0x96, 0x01]),
            (Self.bytes { $0.field(1, 0) }, []), (Self.bytes { $0.field(1, false) }, []),
            (Self.bytes { $0.field(1, "") }, []), (Self.bytes { $0.zero(3) }, [0x18, 0]),
            (Self.bytes { $0.field(3, true) }, [0x18, 1]), (Self.bytes { $0.field(1, bytes: []) }, [0x0a, 0]),
            (Self.bytes { $0.field(1, -1) }, [0x08] + Array(repeating: 0xff, count: 9) + [1]),
            (Self.bytes { $0.field(16, fixed: UInt32(1)) }, [0x85, 0x01, 1, 0, 0, 0]),
            (Self.bytes { $0.field(7, fixed: UInt64(258)) }, [0x39, 2, 1, 0, 0, 0, 0, 0, 0]),
            (Self.bytes { $0.field(4, 1.0) }, [0x21, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]),
            (Self.bytes { $0.field(6, packed: [1, 2]) }, [0x32, 16, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]),
            (Self.bytes { $0.field(6, packed: []) }, []),
        ]
        for (written, expected) in table { #expect(written == expected) }
    }

    @Test("property: what is written is read again", arguments: [0, 1, 127, 128, 300, 1 << 31, 1 << 62, Int.max])
    func integersOfAllLengths(value: Int) {
        let reader = ProtobufReader(Self.bytes { $0.field(5, value) })
        #expect(reader.number(5) ?? 0 == UInt64(value))
    }
}
