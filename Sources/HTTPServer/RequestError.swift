import HTTPTypes

/// Why a request is refused before any handler sees it. RFC 9112 unless said otherwise.
public enum RequestError: String, Error, CaseIterable, CustomStringConvertible {
    // Request line (3)
    case badRequestLine, badMethod, badTarget, badVersion, unsupportedVersion, requestLineTooLong
    // Field lines (5)
    case bareLineFeed, bareCarriageReturn, foldedLine, badFieldName, badFieldValue, headersTooLarge, tooManyHeaders
    // Host (3.2)
    case missingHost, repeatedHost, badHost
    // Body length (6)
    case badContentLength, repeatedContentLength, lengthAndEncoding, encodingInHTTP10, badTransferEncoding
    case unknownTransferEncoding, bodyTooLarge, badChunkSize, badChunkEnd, chunkExtensionsTooLarge, badTrailer
    case trailersTooLarge
    // The rest (RFC 9110, 10.1.1 and 15.5.9)
    case badExpectation, connectRefused, headerTimeout, bodyTimeout, memoryExhausted, badPath
    // Not HTTP over TLS, where that is spoken
    case plainOnTLS

    public var status: Int {
        switch self {
        case .headerTimeout, .bodyTimeout: 408
        case .bodyTooLarge: 413
        case .requestLineTooLong: 414
        case .badExpectation: 417
        case .headersTooLarge, .tooManyHeaders, .trailersTooLarge: 431
        case .unknownTransferEncoding, .connectRefused: 501
        case .memoryExhausted: 503
        case .unsupportedVersion: 505
        default: 400
        }
    }

    /// The machine-readable name in the error's body.
    public var code: String {
        var code = ""
        for character in rawValue {
            if character.isUppercase, code.last?.isUppercase != true { code += "_" }
            code.append(character)
        }
        return code.lowercased()
    }

    public var description: String { "\(code): \(message)" }

    public var message: String {
        switch self {
        case .badRequestLine: "the request line is not \"METHOD target HTTP/1.1\" with single spaces"
        case .badMethod: "the method is not a token"
        case .badTarget: "the request target is malformed"
        case .badVersion: "the protocol version is malformed"
        case .unsupportedVersion: "only HTTP/1.0 and HTTP/1.1 are spoken here"
        case .requestLineTooLong: "the request line is too long"
        case .bareLineFeed: "a line ends with LF alone; it must end with CR LF"
        case .bareCarriageReturn: "a CR stands without LF"
        case .foldedLine: "a field line begins with white space"
        case .badFieldName: "a field name is not a token, or white space stands before its colon"
        case .badFieldValue: "a field value holds a control character"
        case .headersTooLarge: "the header fields are too large"
        case .tooManyHeaders: "there are too many header fields"
        case .missingHost: "the Host field is missing"
        case .repeatedHost: "there is more than one Host field"
        case .badHost: "the Host field is malformed"
        case .badContentLength: "Content-Length is not a decimal number"
        case .repeatedContentLength: "there is more than one Content-Length"
        case .lengthAndEncoding: "Content-Length and Transfer-Encoding exclude each other"
        case .encodingInHTTP10: "HTTP/1.0 has no Transfer-Encoding"
        case .badTransferEncoding: "Transfer-Encoding must be \"chunked\", once"
        case .unknownTransferEncoding: "the only transfer coding known here is \"chunked\""
        case .bodyTooLarge: "the body is larger than this route allows"
        case .badChunkSize: "a chunk size is malformed"
        case .badChunkEnd: "a chunk does not end where its size says"
        case .chunkExtensionsTooLarge: "the chunk extensions are too large"
        case .badTrailer: "the trailer section is malformed"
        case .trailersTooLarge: "the trailer section is too large"
        case .badExpectation: "the only expectation known here is \"100-continue\""
        case .connectRefused: "CONNECT is not served here"
        case .headerTimeout: "the request's head did not arrive in time"
        case .bodyTimeout: "the request's body did not arrive in time"
        case .memoryExhausted: "too many bodies are arriving at once; try again"
        case .plainOnTLS: "this port speaks TLS: ask it with https"
        case .badPath: "the path is not valid percent-encoded UTF-8"
        }
    }

    var response: ServerResponse {
        .error(
            .init(code: status, reasonPhrase: reasonPhrase), code: code, message: message,
            retryAfter: self == .memoryExhausted ? 1 : nil)
    }

    /// What the status is called (RFC 9110, 15, and RFC 6585): nothing reads it but people and old clients.
    private var reasonPhrase: String {
        switch status {
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Bad Request"
        }
    }
}
