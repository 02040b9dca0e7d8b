import COpenSSL

/// Certificates and rules for addresses that speak TLS.
public struct TLSConfiguration: Sendable {
    /// A chain and its key, in PEM files. The names it is chosen by are those in the leaf certificate.
    public struct Certificate: Sendable, Hashable {
        public var chainFile: String
        public var keyFile: String

        public init(chainFile: String, keyFile: String) { (self.chainFile, self.keyFile) = (chainFile, keyFile) }
    }

    public enum Version: Sendable { case tls12, tls13 }

    /// The first serves clients that name no host, or one that no certificate bears.
    public var certificates: [Certificate]
    public var minimumVersion = Version.tls12
    /// Offered by ALPN, in this order.
    public var protocols: [HTTPVersion] = [.http2, .http11]
    /// Clients may resume a session with an encrypted ticket, which spares both the costly part of a handshake. The keys
    /// are random, live in memory only and change with each reload.
    public var sessionTickets = true
    /// A PEM file of authorities; if given, clients may show a certificate, which must then be theirs.
    public var clientAuthoritiesFile: String?
    /// Clients must show a certificate.
    public var requiresClientCertificate = false

    public init(certificates: [Certificate]) { self.certificates = certificates }
}

/// Why TLS could not be set up.
public enum TLSError: Error, Equatable, CustomStringConvertible {
    case noCertificate
    case notConfigured
    case file(path: String, reason: String)
    case mismatch(chain: String, key: String)
    case library(reason: String)

    public var description: String {
        switch self {
        case .noCertificate: "TLS needs at least one certificate: give a chain and a key file"
        case .notConfigured: "this server has no TLS configuration to reload"
        case .file(let path, let reason): "\(path): cannot be used (\(reason)). It must be a readable PEM file"
        case .mismatch(let chain, let key): "the key in \(key) does not belong to the certificate in \(chain)"
        case .library(let reason): "OpenSSL: \(reason)"
        }
    }

    /// The oldest error of this thread's queue, which is emptied.
    static func lastReason() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        return code == 0 ? "unknown" : ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
