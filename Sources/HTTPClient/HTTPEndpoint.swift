import Foundation

/// Why a URL leads to no server.
public enum EndpointError: Error, Hashable, CustomStringConvertible {
    case badURL(String)
    case badProxy(String)
    case cannotResolve(host: String, reason: String)

    public var description: String {
        switch self {
        case .badURL(let text): "\(text): not a URL of the form http://host:port or https://host:port"
        case .badProxy(let text): "\(text): not a proxy of the form http://host:port"
        case .cannotResolve(let host, let reason): "\(host): \(reason)"
        }
    }
}

/// Where the server is, `http://host:port/prefix`, and how it is reached, resolved to socket addresses once.
public struct HTTPEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// One of `getaddrinfo`'s answers.
    package struct Address: Sendable, Hashable {
        /// A `sockaddr`.
        package let bytes: [UInt8]
        package let family: Int32
    }

    /// As the `Host` field wants it, with the port unless it is the scheme's own.
    public let authority: String
    /// The name that a certificate must have; nil without TLS.
    public let tlsHost: String?
    /// What stands before every route; "" or "/prefix".
    public let prefix: String
    /// `host:port`, for a tunnel.
    let target: String
    /// Of the server, or of the proxy before it; tried in this order.
    package let addresses: [Address]
    let proxy: ProxySettings.Proxy?

    /// - Parameter proxies: nothing is reached through one unless said so.
    /// - Throws: `.badURL`, `.badProxy`, `.cannotResolve`.
    public init(_ url: String) throws(EndpointError) { try self.init(url, proxies: .none) }

    package init(_ url: String, proxies: ProxySettings) throws(EndpointError) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host,
            !host.isEmpty, parts.user == nil, parts.query == nil, parts.fragment == nil
        else { throw .badURL(url) }
        let usual = scheme == "http" ? 80 : 443
        guard let port = UInt16(exactly: parts.port ?? usual), port > 0 else { throw .badURL(url) }
        let plain = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let bracketed = plain.contains(":") ? "[\(plain)]" : plain
        authority = Int(port) == usual ? bracketed : "\(bracketed):\(port)"
        target = "\(bracketed):\(port)"
        tlsHost = scheme == "https" ? plain : nil
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        prefix = path
        proxy = try proxies.proxy(scheme: scheme, host: plain)
        if let proxy {
            addresses = try Self.resolve(proxy.host, proxy.port)
        } else {
            addresses = try Self.resolve(plain, port)
        }
    }

    public var description: String { "\(tlsHost == nil ? "http" : "https")://\(authority)\(prefix)" }

    /// What a request line names: the path, or the whole URL where a proxy must know where to.
    func requestTarget(_ route: String) -> String {
        proxy != nil && tlsHost == nil ? "\(self)\(route)" : prefix + route
    }

    private static func resolve(_ host: String, _ port: UInt16) throws(EndpointError) -> [Address] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host.filter { $0 != "[" && $0 != "]" }, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        var addresses: [Address] = []
        var next = list
        while status == 0, let entry = next?.pointee {
            if let address = entry.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
                addresses.append(Address(bytes: Array(bytes), family: entry.ai_family))
            }
            next = entry.ai_next
        }
        guard !addresses.isEmpty else {
            throw .cannotResolve(host: host, reason: String(cString: gai_strerror(status)))
        }
        return addresses
    }
}
