import HTTPTypes

/// The request target in three of its four forms (RFC 9112, 3.2); authority-form belongs to CONNECT, which is refused.
enum RequestTarget: Sendable, Equatable {
    case origin(path: String, query: String?)
    case absolute(scheme: String, authority: String, path: String, query: String?)
    case asterisk

    /// - Throws: `.badTarget` for anything but visible ASCII, for fragments, user information and unknown schemes.
    init(_ bytes: Span<UInt8>, method: HTTPRequest.Method) throws(RequestError) {
        guard !bytes.isEmpty else { throw .badRequestLine }
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == 0x20 { throw .badRequestLine }  // a second space
            guard byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "#") else { throw .badTarget }
        }
        if bytes[0] == UInt8(ascii: "/") {
            let (path, query) = Self.split(bytes, from: 0)
            self = .origin(path: path, query: query)
        } else if bytes.count == 1, bytes[0] == UInt8(ascii: "*"), method == .options {
            self = .asterisk
        } else {
            self = try Self.absolute(bytes)
        }
    }

    private static func absolute(_ bytes: Span<UInt8>) throws(RequestError) -> RequestTarget {
        let scheme: String
        let start: Int
        if bytes.count > 7, FieldSyntax.equals(bytes.extracting(0..<7), "http://") {
            (scheme, start) = ("http", 7)
        } else if bytes.count > 8, FieldSyntax.equals(bytes.extracting(0..<8), "https://") {
            (scheme, start) = ("https", 8)
        } else {
            throw .badTarget
        }
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
        let authority = bytes.extracting(start..<end)
        guard FieldSyntax.isAuthority(authority) else { throw .badTarget }
        let (path, query) = split(bytes, from: end)
        return .absolute(
            scheme: scheme, authority: text(authority), path: path.isEmpty ? "/" : path, query: query)
    }

    private static func split(_ bytes: Span<UInt8>, from start: Int) -> (path: String, query: String?) {
        var mark = start
        while mark < bytes.count, bytes[mark] != UInt8(ascii: "?") { mark += 1 }
        let path = text(bytes.extracting(start..<mark))
        guard mark < bytes.count else { return (path, nil) }
        return (path, text(bytes.extracting(mark + 1..<bytes.count)))
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
