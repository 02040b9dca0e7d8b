import Documents
import HTTPServer
import HTTPTypes
import Service

/// The form that Anthropic's clients expect of every answer below `/v1/messages`, from wherever it comes: errors as
/// `{"type": "error", "error": {"type", "message", "details"}, "request_id"}`, and a header `request-id`.
struct MessagesForm: ClientForm {
    let route = "/v1/messages"
    private static let requestID = HTTPField.Name("request-id") ?? .server

    func apply(to response: inout ServerResponse, id: String) {
        response.headerFields[Self.requestID] = id
        guard response.status.code >= 400, case .bytes(let bytes) = response.body,
            let error = (try? JSONValue(parsing: bytes))?["error"]
        else { return }
        let body: JSONValue = [
            "type": "error",
            "error": [
                "type": .string(Self.type(of: response.status.code)), "message": .string(Self.message(of: error)),
                "details": ["error_code": error["code"] ?? .null, "param": error["param"] ?? .null],
            ],
            "request_id": .string(id),
        ]
        response.body = .bytes(body.utf8())
    }

    /// Clients read from these words that the prompt, and nothing else, is too long.
    private static func message(of error: JSONValue) -> String {
        let message = error["message"]?.stringValue ?? ""
        return error["code"] == "context_length_exceeded" ? "prompt is too long: \(message)" : message
    }

    private static func type(of status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 408, 504: "timeout_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 503: "overloaded_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }
}
