import Foundation

/// Where the server is: `http://host:port/prefix`, resolved to a socket address once.
public struct HTTPEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// As the `Host` field wants it, with the port unless it is 80.
    public let authority: String
    /// What stands before every route; "" or "/prefix".
    public let prefix: String
    /// The `sockaddr` of `getaddrinfo`'s first answer.
    let address: [UInt8]
    let family: Int32

    /// - Throws: `.badURL`, `.cannotResolve`.
    public init(_ url: String) throws(LoadError) {
        guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "http", let host = parts.host,
            !host.isEmpty, parts.user == nil, parts.query == nil, parts.fragment == nil,
            let port = UInt16(exactly: parts.port ?? 80), port > 0
        else { throw .badURL(url) }
        authority = port == 80 ? host : "\(host):\(port)"
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        prefix = path
        (address, family) = try Self.resolve(host, port)
    }

    public var description: String { "http://\(authority)\(prefix)" }

    private static func resolve(_ host: String, _ port: UInt16) throws(LoadError) -> ([UInt8], Int32) {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let plain = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let status = getaddrinfo(plain, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard status == 0, let entry = list?.pointee, let socketAddress = entry.ai_addr else {
            throw .cannotResolve(host: host, reason: String(cString: gai_strerror(status)))
        }
        let bytes = UnsafeRawBufferPointer(start: socketAddress, count: Int(entry.ai_addrlen))
        return (Array(bytes), entry.ai_family)
    }
}
