import Foundation

/// Why a URL leads to no server.
public enum EndpointError: Error, Hashable, CustomStringConvertible {
    case badURL(String)
    case cannotResolve(host: String, reason: String)

    public var description: String {
        switch self {
        case .badURL(let text): "\(text): not a URL of the form http://host:port"
        case .cannotResolve(let host, let reason): "\(host): \(reason)"
        }
    }
}

/// Where the server is: `http://host:port/prefix`, resolved to a socket address once.
public struct HTTPEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// As the `Host` field wants it, with the port unless it is the scheme's own.
    public let authority: String
    /// The name that a certificate must have; nil without TLS.
    public let tlsHost: String?
    /// What stands before every route; "" or "/prefix".
    public let prefix: String
    /// The `sockaddr` of `getaddrinfo`'s first answer.
    let address: [UInt8]
    let family: Int32

    /// - Parameter allowsTLS: whether the URL may begin with https.
    /// - Throws: `.badURL`, `.cannotResolve`.
    public init(_ url: String, allowsTLS: Bool = false) throws(EndpointError) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || (allowsTLS && scheme == "https"), let host = parts.host,
            !host.isEmpty, parts.user == nil, parts.query == nil, parts.fragment == nil
        else { throw .badURL(url) }
        let usual = scheme == "http" ? 80 : 443
        guard let port = UInt16(exactly: parts.port ?? usual), port > 0 else { throw .badURL(url) }
        authority = Int(port) == usual ? host : "\(host):\(port)"
        tlsHost = scheme == "https" ? Self.plain(host) : nil
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        prefix = path
        (address, family) = try Self.resolve(host, port)
    }

    public var description: String { "\(tlsHost == nil ? "http" : "https")://\(authority)\(prefix)" }

    private static func plain(_ host: String) -> String {
        host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    }

    private static func resolve(_ host: String, _ port: UInt16) throws(EndpointError) -> ([UInt8], Int32) {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(plain(host), String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0, let entry = list?.pointee, let socketAddress = entry.ai_addr else {
            throw .cannotResolve(host: host, reason: String(cString: gai_strerror(status)))
        }
        let bytes = UnsafeRawBufferPointer(start: socketAddress, count: Int(entry.ai_addrlen))
        return (Array(bytes), entry.ai_family)
    }
}
