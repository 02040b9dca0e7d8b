import COpenSSL
import Foundation

/// The client's end of TLS 1.2 or 1.3 over a non-blocking socket; the server's certificate must be valid for its name, by
/// the authorities of the system. Owner: the socket's thread.
package final class ClientTLS {
    package enum Step {
        case bytes(Int)
        /// `poll` for these events, then again.
        case wait(Int32)
        case end
    }

    private let ssl: OpaquePointer

    /// nonisolated(unsafe): OpenSSL's contexts may be shared between threads once they are set up, which happens here.
    nonisolated(unsafe) private static let context: OpaquePointer? = {
        signal(SIGPIPE, SIG_IGN)  // OpenSSL writes without MSG_NOSIGNAL.
        guard let context = SSL_CTX_new(TLS_client_method()) else { return nil }
        SSL_CTX_set_default_verify_paths(context)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        // A record may be written again from another buffer.
        SSL_CTX_ctrl(
            context, SSL_CTRL_MODE, Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER), nil)
        return context
    }()

    /// - Parameter offers: protocols by ALPN (RFC 7301); none is asked for without one.
    package init(_ descriptor: Int32, host: String, offers: [String] = []) throws(ExchangeError) {
        guard let context = Self.context, let ssl = SSL_new(context) else { throw .tls("OpenSSL has no memory") }
        self.ssl = ssl
        SSL_set_fd(ssl, descriptor)
        SSL_set_connect_state(ssl)
        let list = offers.flatMap { [UInt8(clamping: $0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { SSL_set_alpn_protos(ssl, list, UInt32(list.count)) }
        var address = in6_addr()
        if inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1 {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host)
        } else {
            SSL_set1_host(ssl, host)
            _ = host.withCString { name in
                SSL_ctrl(
                    ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                    UnsafeMutableRawPointer(mutating: name))
            }
        }
    }

    deinit { SSL_free(ssl) }

    /// What both have agreed to by ALPN; nil if nothing.
    package var agreedProtocol: String? {
        var (name, length): (UnsafePointer<UInt8>?, UInt32) = (nil, 0)
        SSL_get0_alpn_selected(ssl, &name, &length)
        return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(length)), as: UTF8.self) }
    }

    /// - Returns: events to wait for before the next call; nil when it is done.
    package func shakeHands() throws(ExchangeError) -> Int32? {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 { return nil }
        switch try judge(result) {
        case .wait(let events): return events
        case .bytes, .end: throw .tls("the server closed the connection in the handshake")
        }
    }

    package func write(_ bytes: ArraySlice<UInt8>) throws(ExchangeError) -> Step {
        ERR_clear_error()
        let count = bytes.withUnsafeBytes { SSL_write(ssl, $0.baseAddress, Int32(min($0.count, 16 << 10))) }
        return count > 0 ? .bytes(Int(count)) : try judge(count)
    }

    package func read(into buffer: inout [UInt8]) throws(ExchangeError) -> Step {
        ERR_clear_error()
        let count = buffer.withUnsafeMutableBytes { SSL_read(ssl, $0.baseAddress, Int32(clamping: $0.count)) }
        return count > 0 ? .bytes(Int(count)) : try judge(count)
    }

    private func judge(_ result: Int32) throws(ExchangeError) -> Step {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wait(POLLIN)
        case SSL_ERROR_WANT_WRITE: return .wait(POLLOUT)
        case SSL_ERROR_ZERO_RETURN, SSL_ERROR_SYSCALL: return .end
        default:
            var text = [CChar](repeating: 0, count: 256)
            let check = SSL_get_verify_result(ssl)
            if check != X509_V_OK, let reason = X509_verify_cert_error_string(check) {
                throw .tls("its certificate is not accepted: \(String(cString: reason))")
            }
            ERR_error_string_n(ERR_get_error(), &text, text.count)
            throw .tls(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
    }
}
