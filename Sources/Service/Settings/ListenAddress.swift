import HTTPServer

extension SocketAddress {
    /// Reads `host:port`, `[::1]:8080`, `:8080` (every address of the machine) or `unix:/run/kinglet.sock`.
    init(parsing text: String) throws(ServerError) {
        if text.hasPrefix("unix:") {
            self = .unix(path: String(text.dropFirst(5)))
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw .path(text) }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self = .ip(host: host.isEmpty ? "::" : String(host), port: port)
    }

    /// Whether only programs on this machine can reach it.
    var isLocal: Bool {
        switch self {
        case .unix: true
        case .ip(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }
}
