import Glibc

/// Where a server listens or a client comes from.
public enum SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// A numeric address or a name to be resolved; port 0 lets the system choose.
    case ip(host: String, port: Int)
    case unix(path: String)

    /// Reads `host:port`, `[::1]:8080`, `:8080` (every address of the machine) or `unix:/run/kinglet.sock`.
    ///
    /// - Throws: `.address` for anything else.
    public init(parsing text: String) throws(ServerError) {
        if text.hasPrefix("unix:") {
            self = .unix(path: String(text.dropFirst(5)))
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw .address(text) }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .address(text)
        }
        self = .ip(host: host.isEmpty ? "::" : String(host), port: port)
    }

    /// Whether only programs on this machine can reach it.
    public var isLocal: Bool {
        switch self {
        case .unix: true
        case .ip(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }

    public var port: Int? {
        if case .ip(_, let port) = self { port } else { nil }
    }

    public var description: String {
        switch self {
        case .ip(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// The form that the socket calls take, with its family.
    ///
    /// - Throws: `.unresolved` for an unknown name, `.path` for a Unix path that does not fit (107 bytes).
    package func resolved() throws(ServerError) -> (family: Int32, storage: sockaddr_storage, length: socklen_t) {
        switch self {
        case .ip(let host, let port): try Self.resolve(host: host, port: port)
        case .unix(let path): try Self.resolve(path: path)
        }
    }

    private static func resolve(
        host: String, port: Int
    ) throws(ServerError) -> (family: Int32, storage: sockaddr_storage, length: socklen_t) {
        guard (0...65_535).contains(port) else { throw .unresolved(host: host, reason: "port \(port) is not 0…65535") }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &found)
        guard status == 0, let first = found else {
            throw .unresolved(host: host, reason: String(cString: gai_strerror(status)))
        }
        defer { freeaddrinfo(first) }
        var storage = sockaddr_storage()
        let length = min(Int(first.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
        if let address = first.pointee.ai_addr {
            withUnsafeMutableBytes(of: &storage) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: length))
            }
        }
        return (first.pointee.ai_family, storage, socklen_t(length))
    }

    private static func resolve(
        path: String
    ) throws(ServerError) -> (family: Int32, storage: sockaddr_storage, length: socklen_t) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { target in
            guard !bytes.isEmpty, bytes.count < target.count, !bytes.contains(0) else { return false }
            target.copyBytes(from: bytes)
            return true
        }
        guard fits else { throw .path(path) }
        var storage = sockaddr_storage()
        withUnsafeBytes(of: &address) { source in
            withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: source) }
        }
        return (AF_UNIX, storage, socklen_t(MemoryLayout<sockaddr_un>.size))
    }

    /// Reads what `accept` or `getsockname` filled in; nil for a family that is none of ours.
    package init?(_ storage: sockaddr_storage) {
        var storage = storage
        switch Int32(storage.ss_family) {
        case AF_INET:
            let address = withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in.self) }
            var raw = address.sin_addr
            var text = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN))
            inet_ntop(AF_INET, &raw, &text, socklen_t(text.count))
            self = .ip(host: Self.text(text), port: Int(UInt16(bigEndian: address.sin_port)))
        case AF_INET6:
            let address = withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
            var raw = address.sin6_addr
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            inet_ntop(AF_INET6, &raw, &text, socklen_t(text.count))
            self = .ip(host: Self.text(text), port: Int(UInt16(bigEndian: address.sin6_port)))
        case AF_UNIX:
            let address = withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_un.self) }
            self = .unix(
                path: withUnsafeBytes(of: address.sun_path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        default: return nil
        }
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
