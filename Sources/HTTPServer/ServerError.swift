import Glibc

/// Why a server could not start.
public enum ServerError: Error, Equatable, CustomStringConvertible {
    case unresolved(host: String, reason: String)
    case path(String)
    case address(String)
    case inherited(descriptor: Int32, reason: String)
    case bind(address: String, reason: String)
    case system(call: String, reason: String)
    case tls(TLSError)
    case started

    public var description: String {
        switch self {
        case .unresolved(let host, let reason):
            "cannot listen on \"\(host)\": \(reason). Give a numeric address or a known name"
        case .path(let path): "Unix socket path \"\(path)\" does not fit: 1 to 107 bytes without NUL"
        case .address(let text):
            "cannot listen on \"\(text)\": write host:port, [IPv6 address]:port, :port or unix:/path"
        case .inherited(let descriptor, let reason):
            "descriptor \(descriptor) from the service manager cannot be used: \(reason). See the socket unit"
        case .bind(let address, let reason): "cannot listen on \(address): \(reason). Is another server using it?"
        case .system(let call, let reason): "\(call) failed: \(reason)"
        case .tls(let error): error.description
        case .started: "the server was started before; make a new one"
        }
    }

    /// The last failure of the C library, in words.
    package static func last(_ call: String) -> ServerError {
        .system(call: call, reason: String(cString: strerror(errno)))
    }
}
