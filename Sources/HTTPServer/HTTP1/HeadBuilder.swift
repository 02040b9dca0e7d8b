import HTTPTypes

/// One request head, line by line, then judged as a whole (RFC 9112, 3, 5 and 6).
struct HeadBuilder: Sendable {
    private let limits: Limits
    private let scheme: String
    private var method = HTTPRequest.Method.get
    private var version = HTTPVersion.http11
    private var target = RequestTarget.asterisk
    private var headers = HeaderBlock()
    private(set) var headerBytes = 0

    private var host: String?
    private var length: Int?
    private var isChunked = false
    private var saysClose = false
    private var saysKeepAlive = false
    private var expectsContinue = false

    init(limits: Limits, scheme: String) { (self.limits, self.scheme) = (limits, scheme) }

    /// `method SP request-target SP HTTP-version`, single spaces (3).
    mutating func takeRequestLine(_ line: Span<UInt8>) throws(RequestError) {
        guard let first = index(of: 0x20, in: line, from: 0) else {
            throw FieldSyntax.isToken(line) ? .badRequestLine : .badMethod
        }
        let name = line.extracting(0..<first)
        guard FieldSyntax.isToken(name), name.count <= 32 else { throw .badMethod }
        guard let second = index(of: 0x20, in: line, from: first + 1) else { throw .badRequestLine }
        version = try Self.version(line.extracting(second + 1..<line.count))
        method = Self.method(name)
        guard method != .connect else { throw .connectRefused }
        target = try RequestTarget(line.extracting(first + 1..<second), method: method)
        headers.reserve()
    }

    /// `field-name ":" OWS field-value OWS` (5).
    mutating func takeFieldLine(_ line: Span<UInt8>) throws(RequestError) {
        headerBytes += line.count + 2
        guard !FieldSyntax.isBlank(line[0]) else { throw .foldedLine }
        guard headers.count < limits.headerCount else { throw .tooManyHeaders }
        guard let colon = index(of: UInt8(ascii: ":"), in: line, from: 0) else { throw .badFieldName }
        let name = line.extracting(0..<colon)
        guard FieldSyntax.isToken(name) else { throw .badFieldName }
        let rest = line.extracting(colon + 1..<line.count)
        let value = rest.extracting(FieldSyntax.trimmed(rest))
        guard FieldSyntax.isValue(value) else {
            throw index(of: 0x0D, in: value, from: 0) == nil ? .badFieldValue : .bareCarriageReturn
        }
        try note(name, value)
        headers.append(name: name, value: value)
    }

    /// Keeps what decides about host, body and connection.
    private mutating func note(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(RequestError) {
        switch name.count {
        case 4 where FieldSyntax.equals(name, "host"):
            guard host == nil else { throw .repeatedHost }
            guard FieldSyntax.isAuthority(value) else { throw .badHost }
            host = text(value)
        case 6 where FieldSyntax.equals(name, "expect") && version != .http10:
            guard FieldSyntax.equals(value, "100-continue") else { throw .badExpectation }
            expectsContinue = true
        case 10 where FieldSyntax.equals(name, "connection"):
            eachElement(of: value) { element in
                if FieldSyntax.equals(element, "close") { saysClose = true }
                if FieldSyntax.equals(element, "keep-alive") { saysKeepAlive = true }
            }
        case 14 where FieldSyntax.equals(name, "content-length"):
            guard length == nil else { throw .repeatedContentLength }
            guard !isChunked else { throw .lengthAndEncoding }
            length = try Self.length(value)
        case 17 where FieldSyntax.equals(name, "transfer-encoding"):
            guard version != .http10 else { throw .encodingInHTTP10 }
            guard length == nil else { throw .lengthAndEncoding }
            guard !isChunked else { throw .badTransferEncoding }
            try noteTransferEncoding(value)
        default: break
        }
    }

    private mutating func noteTransferEncoding(_ value: Span<UInt8>) throws(RequestError) {
        if FieldSyntax.equals(value, "chunked") {
            isChunked = true
            return
        }
        var (elements, chunked) = (0, 0)
        eachElement(of: value) { element in
            elements += 1
            if FieldSyntax.equals(element, "chunked") { chunked += 1 }
        }
        // "chunked, chunked" and empty elements are malformed; anything else names a coding we lack (6.1).
        throw elements == chunked ? .badTransferEncoding : .unknownTransferEncoding
    }

    mutating func finish() throws(RequestError) -> (RequestHead, RequestParser.Framing) {
        guard host != nil || version == .http10 else { throw .missingHost }
        let framing = RequestParser.Framing(
            length: isChunked ? nil : length ?? 0,
            expectsContinue: expectsContinue && (isChunked || (length ?? 0) > 0),
            keepsAlive: version == .http10 ? saysKeepAlive && !saysClose : !saysClose)
        var (scheme, authority, path, query) = (scheme, host, "*", String?.none)
        switch target {
        case .asterisk: break
        case .origin(let targetPath, let targetQuery): (path, query) = (targetPath, targetQuery)
        case .absolute(let targetScheme, let targetAuthority, let targetPath, let targetQuery):
            (scheme, authority, path, query) = (targetScheme, targetAuthority, targetPath, targetQuery)
        }
        let head = RequestHead(
            method: method, version: version, scheme: scheme, authority: authority, path: path, query: query,
            headers: headers)
        return (head, framing)
    }

    /// One or more digits, as a number that fits (RFC 9110, 8.6).
    static func length(_ value: Span<UInt8>) throws(RequestError) -> Int {
        guard (1...18).contains(value.count) else { throw .badContentLength }
        var length = 0
        for index in value.indices {
            guard FieldSyntax.isDigit(value[index]) else {
                throw value[index] == UInt8(ascii: ",") ? .repeatedContentLength : .badContentLength
            }
            length = length * 10 + Int(value[index] - 0x30)
        }
        return length
    }

    private static func version(_ bytes: Span<UInt8>) throws(RequestError) -> HTTPVersion {
        if FieldSyntax.equals(bytes, "http/1.1"), bytes[0] == UInt8(ascii: "H") { return try exact(bytes, .http11) }
        if FieldSyntax.equals(bytes, "http/1.0"), bytes[0] == UInt8(ascii: "H") { return try exact(bytes, .http10) }
        // "HTTP/" DIGIT "." DIGIT of another number is a version, anything else is not.
        guard bytes.count == 8, FieldSyntax.isDigit(bytes[5]), bytes[6] == UInt8(ascii: "."),
            FieldSyntax.isDigit(bytes[7])
        else { throw .badVersion }
        _ = try exact(bytes, .http11)
        throw .unsupportedVersion
    }

    /// The name of the protocol is case-sensitive (2.3).
    private static func exact(_ bytes: Span<UInt8>, _ version: HTTPVersion) throws(RequestError) -> HTTPVersion {
        let name: [UInt8] = [0x48, 0x54, 0x54, 0x50, 0x2F]  // "HTTP/"
        for index in name.indices where bytes[index] != name[index] { throw .badVersion }
        return version
    }

    private static func method(_ name: Span<UInt8>) -> HTTPRequest.Method {
        if name.count == 3, name[0] == UInt8(ascii: "G"), name[1] == UInt8(ascii: "E"), name[2] == UInt8(ascii: "T") {
            return .get
        }
        return HTTPRequest.Method(rawValue: text(name)) ?? .get
    }
}

private func text(_ bytes: Span<UInt8>) -> String {
    bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
}

private func index(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
        if bytes[index] == byte { return index }
        index += 1
    }
    return nil
}

/// The elements of a comma-separated list, trimmed; empty ones too.
private func eachElement(of value: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    var start = 0
    while start <= value.count {
        let end = index(of: UInt8(ascii: ","), in: value, from: start) ?? value.count
        let element = value.extracting(start..<end)
        body(element.extracting(FieldSyntax.trimmed(element)))
        start = end + 1
    }
}
