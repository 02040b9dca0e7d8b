import COpenSSL
import Synchronization

/// One loaded set of certificates. Immutable; connections keep the set they began with.
///
/// `@unchecked`: OpenSSL's contexts may be shared between threads once they are set up.
final class TLSContext: @unchecked Sendable {
    /// One OpenSSL context a certificate, the default first.
    private let contexts: [OpaquePointer]
    /// What ALPN offers, in wire form: length and name of each.
    private let protocols: [UInt8]

    init(_ configuration: TLSConfiguration) throws(TLSError) {
        guard !configuration.certificates.isEmpty else { throw .noCertificate }
        var contexts: [OpaquePointer] = []
        do throws(TLSError) {
            for certificate in configuration.certificates {
                contexts.append(try Self.makeContext(certificate, configuration))
            }
        } catch {
            for context in contexts { SSL_CTX_free(context) }
            throw error
        }
        self.contexts = contexts
        protocols = configuration.protocols.flatMap { version in
            let name = version == .http2 ? "h2" : version == .http11 ? "http/1.1" : "http/1.0"
            return [UInt8(name.utf8.count)] + name.utf8
        }
        // The callbacks get this object; it lives as long as any connection made from it.
        let owner = Unmanaged.passUnretained(self).toOpaque()
        SSL_CTX_set_cert_cb(contexts[0], { ssl, owner in TLSContext.chooseCertificate(ssl, owner) }, owner)
        SSL_CTX_set_alpn_select_cb(
            contexts[0],
            { _, selected, length, offered, offeredLength, owner in
                TLSContext.chooseProtocol(selected, length, offered, offeredLength, owner)
            }, owner)
    }

    deinit { for context in contexts { SSL_CTX_free(context) } }

    /// The server's end of a new connection; nil without memory.
    func makeConnection() -> OpaquePointer? { SSL_new(contexts[0]) }

    private static func makeContext(
        _ certificate: TLSConfiguration.Certificate, _ configuration: TLSConfiguration
    ) throws(TLSError) -> OpaquePointer {
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw .library(reason: TLSError.lastReason()) }
        do throws(TLSError) {
            try setRules(context, configuration)
            guard SSL_CTX_use_certificate_chain_file(context, certificate.chainFile) == 1 else {
                throw .file(path: certificate.chainFile, reason: TLSError.lastReason())
            }
            guard SSL_CTX_use_PrivateKey_file(context, certificate.keyFile, SSL_FILETYPE_PEM) == 1 else {
                let reason = TLSError.lastReason()
                throw reason.contains("mismatch")
                    ? .mismatch(chain: certificate.chainFile, key: certificate.keyFile)
                    : .file(path: certificate.keyFile, reason: reason)
            }
            guard SSL_CTX_check_private_key(context) == 1 else {
                throw .mismatch(chain: certificate.chainFile, key: certificate.keyFile)
            }
        } catch {
            SSL_CTX_free(context)
            throw error
        }
        return context
    }

    /// TLS 1.2 with forward secrecy and authenticated encryption, or TLS 1.3; no compression, no renegotiation.
    private static func setRules(_ context: OpaquePointer, _ configuration: TLSConfiguration) throws(TLSError) {
        let minimum = configuration.minimumVersion == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(minimum), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
        // SSL_OP_NO_COMPRESSION, SSL_OP_CIPHER_SERVER_PREFERENCE, SSL_OP_NO_RENEGOTIATION: the macros are not imported.
        SSL_CTX_set_options(context, 1 << 17 | 1 << 22 | 1 << 30)
        // SSL_CTRL_SET_SESS_CACHE_MODE to SSL_SESS_CACHE_OFF: tickets lie with the client, so no client fills our memory.
        SSL_CTX_ctrl(context, 44, 0, nil)
        if !configuration.sessionTickets {
            SSL_CTX_set_options(context, 1 << 14)  // SSL_OP_NO_TICKET, for TLS 1.2
            SSL_CTX_set_num_tickets(context, 0)
        }
        SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20")
        let name = Array("kinglet".utf8)
        SSL_CTX_set_session_id_context(context, name, UInt32(name.count))
        guard let file = configuration.clientAuthoritiesFile else { return }
        guard SSL_CTX_load_verify_locations(context, file, nil) == 1, let names = SSL_load_client_CA_file(file) else {
            throw .file(path: file, reason: TLSError.lastReason())
        }
        SSL_CTX_set_client_CA_list(context, names)
        let required = configuration.requiresClientCertificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | required, nil)
    }

    /// By the name that the client asked for (RFC 6066, 3).
    private static func chooseCertificate(_ ssl: OpaquePointer?, _ owner: UnsafeMutableRawPointer?) -> Int32 {
        guard let owner, let name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else { return 1 }
        let context = Unmanaged<TLSContext>.fromOpaque(owner).takeUnretainedValue()
        let chosen = context.contexts.first { candidate in
            X509_check_host(SSL_CTX_get0_certificate(candidate), name, 0, 0, nil) == 1
        }
        if let chosen { SSL_set_SSL_CTX(ssl, chosen) }
        return 1
    }

    /// The first of ours that the client offers (RFC 7301, 3.2); none in common ends the handshake.
    private static func chooseProtocol(
        _ selected: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ length: UnsafeMutablePointer<UInt8>?,
        _ offered: UnsafePointer<UInt8>?, _ offeredLength: UInt32, _ owner: UnsafeMutableRawPointer?
    ) -> Int32 {
        guard let owner, let selected, let length, let offered else { return SSL_TLSEXT_ERR_NOACK }
        let context = Unmanaged<TLSContext>.fromOpaque(owner).takeUnretainedValue()
        var found: UnsafeMutablePointer<UInt8>?
        let result = SSL_select_next_proto(
            &found, length, context.protocols, UInt32(context.protocols.count), offered, offeredLength)
        guard result == OPENSSL_NPN_NEGOTIATED, let found else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        // `found` points into our list or the client's; the client's outlives this call, ours might move.
        let name = Array(UnsafeBufferPointer(start: found, count: Int(length.pointee)))
        guard let place = Self.place(of: name, in: UnsafeBufferPointer(start: offered, count: Int(offeredLength)))
        else {
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        selected.pointee = offered + place
        return SSL_TLSEXT_ERR_OK
    }

    /// Where a name stands in a list of length-prefixed names.
    private static func place(of name: [UInt8], in list: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < list.count {
            let length = Int(list[index])
            guard index + 1 + length <= list.count else { return nil }
            if list[(index + 1)..<(index + 1 + length)].elementsEqual(name) { return index + 1 }
            index += 1 + length
        }
        return nil
    }
}

/// The set of certificates that new connections get; it can be exchanged while the server runs.
final class TLSStore: Sendable {
    private let configuration: TLSConfiguration
    private let held: Mutex<TLSContext>

    init(_ configuration: TLSConfiguration) throws(TLSError) {
        self.configuration = configuration
        held = Mutex(try TLSContext(configuration))
    }

    var current: TLSContext { held.withLock { $0 } }

    /// Reads the files again; on an error the old set stays.
    func reload() throws(TLSError) {
        let context = try TLSContext(configuration)
        held.withLock { $0 = context }
    }
}
