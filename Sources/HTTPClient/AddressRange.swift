import Foundation

/// The addresses of one network: `192.0.2.0/24`, `2001:db8::/32`, or a single address (RFC 4632).
package struct AddressRange: Sendable, Hashable {
    private let prefix: [UInt8]
    private let bits: Int

    /// - Returns: nil for what is no address with an optional number of bits. Bits behind them make no difference.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Self.bytes(of: String(parts[0])) else { return nil }
        prefix = address
        guard parts.count == 2 else {
            bits = address.count * 8
            return
        }
        guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ $0 &- 0x30 < 10 }), let count = Int(parts[1])
        else { return nil }
        // An IPv4 address written as IPv6 brings its 96 bits along.
        let isMapped = address.count == 4 && parts[0].contains(":")
        guard (isMapped ? 96...128 : 0...address.count * 8).contains(count) else { return nil }
        bits = isMapped ? count - 96 : count
    }

    /// - Parameter host: a numeric address; any other text is in no range.
    package func contains(_ host: String) -> Bool {
        guard let address = Self.bytes(of: host), address.count == prefix.count else { return false }
        let (whole, rest) = (bits / 8, bits % 8)
        guard address.prefix(whole) == prefix.prefix(whole) else { return false }
        return rest == 0 || (address[whole] ^ prefix[whole]) >> UInt8(8 - rest) == 0
    }

    /// 4 or 16 bytes; an IPv4 address within IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
    package static func bytes(of host: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, host, &sixteen) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &sixteen) { Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }
}
