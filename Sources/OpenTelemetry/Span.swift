/// A stretch of work of one request (opentelemetry.proto.trace.v1.Span).
package struct Span: Sendable, Hashable {
    /// What it is to others.
    package enum Kind: Int, Sendable { case within = 1, server = 2 }

    package var name: String
    package var kind = Kind.within
    /// 32, 16 and 16 hexadecimal digits; a root has no parent.
    package var traceID: String, spanID: String, parentID: String
    /// As it came with the request.
    package var state = ""
    /// Nanoseconds since 1970.
    package var start: UInt64, end: UInt64
    package var attributes: [Attribute] = []
    /// Why it failed; nil: it did not.
    package var failure: String?

    func write(_ writer: inout ProtobufWriter) {
        writer.field(1, bytes: Self.bytes(of: traceID))
        writer.field(2, bytes: Self.bytes(of: spanID))
        writer.field(3, state)
        if !parentID.isEmpty { writer.field(4, bytes: Self.bytes(of: parentID)) }
        writer.field(5, name)
        writer.field(6, kind.rawValue)
        writer.field(7, fixed: start)
        writer.field(8, fixed: end)
        attributes.write(as: 9, &writer)
        if let failure {
            writer.field(15) { status in
                status.field(2, failure)
                status.field(3, 2)
            }
        }
        writer.field(16, fixed: UInt32(1))  // sampled
    }

    private static func bytes(of digits: String) -> [UInt8] {
        let values = digits.utf8.map { $0 &- 0x30 < 10 ? $0 &- 0x30 : $0 &- 0x57 }
        return stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
