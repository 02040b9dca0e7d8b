import Documents

/// The first half of a content's SHA-256. Equal contents have equal fingerprints, others never do in practice.
public struct Fingerprint: Sendable, Hashable {
    public let high: UInt64, low: UInt64

    public init(of bytes: [UInt8]) {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        let digits = hash.hexadecimal()
        high = UInt64(digits.prefix(16), radix: 16) ?? 0
        low = UInt64(digits.dropFirst(16).prefix(16), radix: 16) ?? 0
    }

    public init(of value: JSONValue) { self.init(of: value.utf8()) }

    /// Of several contents in their order.
    public init(of parts: some Sequence<Fingerprint>) {
        self.init(of: parts.flatMap { $0.bytes })
    }

    /// 32 hexadecimal digits.
    public var text: String { [high, low].map { Self.padded(String($0, radix: 16)) }.joined() }

    private static func padded(_ digits: String) -> String { String(repeating: "0", count: 16 - digits.count) + digits }

    private var bytes: [UInt8] {
        [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    }
}
