/// The JSON of a refusal: `{"error": {"type", "code", "message", "param"}}`.
public struct ErrorBody: Sendable, Equatable {
    public var type: String
    public var code: String
    public var message: String
    public var param: String?

    public init(type: String, code: String, message: String, param: String? = nil) {
        (self.type, self.code, self.message, self.param) = (type, code, message, param)
    }

    /// The usual type for a status.
    public static func type(of status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_denied"
        case 404: "not_found"
        case 408, 504: "timeout"
        case 429: "overloaded"
        case 503: "unavailable"
        case 501, 505: "not_supported"
        case 500...: "internal_error"
        default: "invalid_request"
        }
    }

    public var bytes: [UInt8] {
        var text = "{\"error\": {\"type\": "
        Self.append(type, to: &text)
        text += ", \"code\": "
        Self.append(code, to: &text)
        text += ", \"message\": "
        Self.append(message, to: &text)
        text += ", \"param\": "
        if let param { Self.append(param, to: &text) } else { text += "null" }
        text += "}}\n"
        return Array(text.utf8)
    }

    /// A JSON string (RFC 8259, 7).
    private static func append(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
