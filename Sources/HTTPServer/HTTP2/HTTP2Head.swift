import HTTPTypes

/// One request head out of HTTP/2 fields (RFC 9113, 8.3). nghttp2 has checked names, order and completeness of the
/// pseudo-fields; their values, size and meaning are checked here.
struct HTTP2Head {
    private let limits: Limits
    private var method: [UInt8] = []
    private var scheme: [UInt8] = []
    private var authority: [UInt8]?
    private var path: [UInt8] = []
    private var host: [UInt8]?
    private var headers = HeaderBlock()
    private var bytes = 0
    private var error: RequestError?
    private(set) var length: Int?
    private(set) var expectsContinue = false

    init(limits: Limits) { self.limits = limits }

    /// Takes a field; after the first error the rest is only counted.
    mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        bytes += name.count + value.count + 32  // RFC 9113, 6.5.2
        if bytes > limits.headerBytes { error = error ?? .headersTooLarge }
        guard error == nil else { return }
        do throws(RequestError) { try take(name, value) } catch { self.error = error }
    }

    private mutating func take(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(RequestError) {
        guard FieldSyntax.isValue(value) else { throw .badFieldValue }
        if !name.isEmpty, name[0] == UInt8(ascii: ":") {
            if FieldSyntax.equals(name, ":method") { method = copy(value) }
            if FieldSyntax.equals(name, ":scheme") { scheme = copy(value) }
            if FieldSyntax.equals(name, ":authority") { authority = copy(value) }
            if FieldSyntax.equals(name, ":path") { path = copy(value) }
            return
        }
        guard headers.count < limits.headerCount else { throw .tooManyHeaders }
        guard FieldSyntax.isToken(name) else { throw .badFieldName }
        if FieldSyntax.equals(name, "host") {
            guard host == nil else { throw .repeatedHost }
            host = copy(value)
        } else if FieldSyntax.equals(name, "content-length") {
            length = try HeadBuilder.length(value)
        } else if FieldSyntax.equals(name, "expect") {
            guard FieldSyntax.equals(value, "100-continue") else { throw .badExpectation }
            expectsContinue = true
        }
        headers.append(name: name, value: value)
    }

    func finish() throws(RequestError) -> RequestHead {
        if let error { throw error }
        guard FieldSyntax.isToken(method.span), method.count <= 32,
            let method = HTTPRequest.Method(rawValue: String(decoding: method, as: UTF8.self))
        else { throw .badMethod }
        guard method != .connect else { throw .connectRefused }
        guard path.count <= limits.requestLineBytes else { throw .requestLineTooLong }
        // A Host beside :authority must say the same (8.3.1).
        if let host, let authority, host != authority { throw .badHost }
        guard let authority = authority ?? host else { throw .missingHost }
        guard FieldSyntax.isAuthority(authority.span) else { throw .badHost }
        let head: (path: String, query: String?)
        switch try RequestTarget(path.span, method: method) {
        case .asterisk: head = ("*", nil)
        case .origin(let path, let query): head = (path, query)
        case .absolute: throw .badTarget
        }
        return RequestHead(
            method: method, version: .http2, scheme: String(decoding: scheme, as: UTF8.self),
            authority: String(decoding: authority, as: UTF8.self), path: head.path, query: head.query,
            headers: headers)
    }

    private func copy(_ bytes: Span<UInt8>) -> [UInt8] { bytes.withUnsafeBufferPointer { Array($0) } }
}
