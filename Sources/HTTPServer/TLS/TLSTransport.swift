import COpenSSL

/// TLS between a socket and a session, by OpenSSL over memory.
///
/// Confined to the group's queue.
final class TLSTransport: Transport {
    private let context: TLSContext  // the callbacks of `ssl` need it
    private let ssl: OpaquePointer
    private let received: OpaquePointer, outgoing: OpaquePointer
    private(set) var isOpen = false
    private(set) var hasEnded = false
    /// Bytes of a handshake have come.
    private var hasReceived = false
    private(set) var negotiated: HTTPVersion?
    private var piece = [UInt8](repeating: 0, count: 16 * 1024 + 512)

    /// - Returns: nil without memory.
    init?(_ context: TLSContext) {
        self.context = context
        guard let ssl = context.makeConnection() else { return nil }
        guard let received = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
            SSL_free(ssl)
            return nil
        }
        SSL_set_bio(ssl, received, outgoing)  // owns both from here on
        SSL_set_accept_state(ssl)
        (self.ssl, self.received, self.outgoing) = (ssl, received, outgoing)
    }

    deinit { SSL_free(ssl) }

    func received(
        _ bytes: UnsafeRawBufferPointer, plain: inout ByteQueue, wire: inout ByteQueue
    ) throws(SocketClosed) {
        // HTTP where TLS is awaited, whose records begin with a control character: told so in its own words.
        if !hasReceived, bytes.first.map(FieldSyntax.isToken) == true {
            wire.append(Self.refusal)
            throw SocketClosed()
        }
        hasReceived = true
        guard BIO_write(received, bytes.baseAddress, Int32(bytes.count)) == Int32(bytes.count) else {
            throw SocketClosed()
        }
        defer { takeOutgoing(&wire) }
        if !isOpen { try shakeHands() }
        guard isOpen else { return }
        while true {
            ERR_clear_error()
            let count = SSL_read(ssl, &piece, Int32(piece.count))
            guard count > 0 else { return try judge(count) }
            plain.append(piece[..<Int(count)])
        }
    }

    private static let refusal: [UInt8] = {
        let error = RequestError.plainOnTLS
        let body = ErrorBody(type: ErrorBody.type(of: error.status), code: error.code, message: error.message)
        let head =
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: \(body.bytes.count)\r\n"
            + "connection: close\r\n\r\n"
        return Array(head.utf8) + body.bytes
    }()

    private func shakeHands() throws(SocketClosed) {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        guard result == 1 else { return try judge(result) }
        isOpen = true
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &name, &length)
        let chosen = UnsafeBufferPointer(start: name, count: Int(length))
        negotiated = chosen.elementsEqual("h2".utf8) ? .http2 : .http11
    }

    /// What a call that gave no bytes means: more is needed, the peer said goodbye, or an error.
    private func judge(_ result: Int32) throws(SocketClosed) {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
        case SSL_ERROR_ZERO_RETURN: hasEnded = true
        default:
            ERR_clear_error()
            throw SocketClosed()
        }
    }

    func send(_ plain: inout ByteQueue, wire: inout ByteQueue) throws(SocketClosed) {
        while isOpen, !plain.isEmpty, wire.count < 64 * 1024 {
            ERR_clear_error()
            let count = plain.withUnsafeBytes { SSL_write(ssl, $0.baseAddress, Int32(min($0.count, 16 * 1024))) }
            guard count > 0 else { throw SocketClosed() }
            plain.consume(Int(count))
            takeOutgoing(&wire)
        }
    }

    func finish(wire: inout ByteQueue) {
        guard isOpen else { return }
        ERR_clear_error()
        SSL_shutdown(ssl)
        ERR_clear_error()
        takeOutgoing(&wire)
    }

    private func takeOutgoing(_ wire: inout ByteQueue) {
        while case let count = BIO_read(outgoing, &piece, Int32(piece.count)), count > 0 {
            wire.append(piece[..<Int(count)])
        }
    }
}
