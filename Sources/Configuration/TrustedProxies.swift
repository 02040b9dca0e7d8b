import HTTPClient
import HTTPServer

/// Proxies that are believed when they say for whom they ask (RFC 7239, and `x-forwarded-for`). Immutable.
package struct TrustedProxies: Sendable, Hashable {
    /// Which field is read.
    package enum Field: String, Sendable, Hashable, CaseIterable {
        /// `x-forwarded-for` where it stands, else `forwarded`.
        case auto
        case xForwardedFor = "x-forwarded-for"
        case forwarded
    }

    /// How far a chain of proxies is followed.
    private static let longestChain = 32

    package var ranges: [AddressRange] = []
    /// Whoever connects over a Unix socket is one of them.
    package var trustsUnixSockets = false
    package var field = Field.auto

    package init() {}

    /// - Returns: nil unless each text is an address, a network (`10.0.0.0/8`) or `unix`.
    package init?(_ texts: [String]) {
        for text in texts {
            if text == "unix" {
                trustsUnixSockets = true
            } else if let range = AddressRange(text) {
                ranges.append(range)
            } else {
                return nil
            }
        }
    }

    /// Who asks: the peer, or, where that is a trusted proxy, the last in the chain that is none. What stands before a stranger
    /// in the chain may be made up, and is not looked at; what is no address ends the chain at the proxy that wrote it.
    package func client(_ head: RequestHead, peer: SocketAddress?) -> SocketAddress? {
        guard let peer, trusts(peer) else { return peer }
        var client = peer
        for address in chain(head).reversed().prefix(Self.longestChain) {
            guard let address else { return client }
            client = address
            if !trusts(address) { return client }
        }
        return client
    }

    private func trusts(_ address: SocketAddress) -> Bool {
        switch address {
        case .unix: trustsUnixSockets
        case .ip(let host, _): ranges.contains { $0.contains(host) }
        }
    }

    /// As the proxies wrote it, the first client first; nil for what is no address.
    private func chain(_ head: RequestHead) -> [SocketAddress?] {
        let old = field == .forwarded ? nil : head.list("x-forwarded-for")
        if let old {
            return old.split(separator: ",", omittingEmptySubsequences: false).map { Self.address(String($0)) }
        }
        guard field != .xForwardedFor, let list = head.list("forwarded") else { return [] }
        return ForwardedField.clients(list).map { $0.flatMap(Self.address) }
    }

    /// `192.0.2.1`, `192.0.2.1:47`, `2001:db8::1`, `[2001:db8::1]:47`; nil for names, `unknown` and `_hidden`.
    private static func address(_ text: String) -> SocketAddress? {
        let text = text.filter { $0 != " " && $0 != "\t" }
        var (host, port) = (text, 0)
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = String(text[text.index(after: text.startIndex)..<end])
            port = Int(text[end...].dropFirst(2)) ?? 0
        } else if text.contains("."), let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
            host = String(text[..<colon])
            port = Int(text[colon...].dropFirst()) ?? 0
        }
        guard AddressRange.bytes(of: host) != nil else { return nil }
        return .ip(host: host, port: (0...65_535).contains(port) ? port : 0)
    }
}

/// The field `forwarded` (RFC 7239, 4).
enum ForwardedField {
    /// The value of `for` of each element, unquoted; nil where an element has none.
    static func clients(_ list: String) -> [String?] {
        WeightedList.split(list, at: ",").map { element in
            for pair in WeightedList.split(element, at: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == "for" else { continue }
                return WeightedList.unquoted(String(parts[1]))
            }
            return nil
        }
    }
}
