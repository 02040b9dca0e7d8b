import Documents
import FunctionCalling
import Grammar
import HTTPServer
import HTTPTypes
import Inference
import Logging

/// The one place that turns errors into answers: status, code and the field at fault.
enum ErrorResponse {
    private static let logger = Logger(label: "kinglet")

    /// - Parameters request, route: named in the log where the error is none of those that clients are told about.
    static func response(for error: any Error, request: String = "-", route: String = "-") -> ServerResponse {
        switch error {
        case let error as any RespondingError: error.response
        case let error as FieldError: field(error)
        case let error as JSONParseError:
            .error(.badRequest, code: "invalid_json", message: "the body is \(error)")
        case let error as GenerationError: generation(error, route)
        case let error as EmbeddingError: embedding(error)
        case let error as GrammarError: grammar(error)
        case let error as FunctionCallError: functionCall(error, route)
        case let error as RemoteError: remote(error)
        case OpenAIError.unknownModel(let name, let known):
            .error(
                .notFound, code: "model_not_found",
                message: "no model is named \"\(name)\"; this server runs \(known)", param: "model")
        case is CancellationError:
            .error(.serviceUnavailable, code: "cancelled", message: "the request was cancelled", retryAfter: 1)
        default: unexpected(error, request, route)
        }
    }

    private static func unexpected(_ error: any Error, _ request: String, _ route: String) -> ServerResponse {
        logger.error(
            "a handler failed", metadata: ["route": "\(route)", "request": "\(request)", "error": "\(error)"])
        return .error(
            .internalServerError, code: "internal_error",
            message: "something went wrong here; the log has it under this request's id")
    }

    /// The data of an event that ends a stream: `{"error": {…}}` on one line.
    static func eventData(for error: any Error, _ request: ServerRequest) -> String {
        let response = response(for: error, request: request.id, route: request.route)
        guard case .bytes(let bytes) = response.body else { return "{}" }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }

    private static func field(_ error: FieldError) -> ServerResponse {
        let code =
            switch error.reason {
            case .missing: "missing_field"
            case .unknown: "unknown_field"
            case .wrongType: "wrong_type"
            case .outOfRange: "invalid_value"
            }
        if error.reason == .outOfRange { RequestRecord.current?.note(rejection: "out_of_range") }
        return .error(.badRequest, code: code, message: error.message, param: error.path.isEmpty ? nil : error.path)
    }

    private static func generation(_ error: GenerationError, _ route: String) -> ServerResponse {
        let message = error.description
        switch error {
        case .schemasWaiting, .overloaded, .wouldWait: RequestRecord.current?.note(rejection: "queue_full")
        default: break
        }
        return switch error {
        case .emptyPrompt, .unknownToken:
            .error(.badRequest, code: "invalid_value", message: message, param: "prompt")
        case .promptTooLong:
            .error(.badRequest, code: "context_length_exceeded", message: message, param: promptField(of: route))
        case .promptOverLimit:
            .error(.badRequest, code: "prompt_too_long", message: message, param: promptField(of: route))
        case .limitTooSmall:
            .error(.badRequest, code: "invalid_value", message: message, param: "max_tokens")
        case .overloaded(_, let seconds), .wouldWait(_, _, let seconds), .schemasWaiting(_, let seconds):
            .error(.tooManyRequests, code: "queue_full", message: message, retryAfter: seconds)
        case .draining:
            .error(.serviceUnavailable, code: "draining", message: message, retryAfter: 1)
        case .deadlineExceeded:
            .error(.gatewayTimeout, code: "deadline_exceeded", message: message, param: "timeout_ms")
        case .cancelled:
            .error(.serviceUnavailable, code: "cancelled", message: message, retryAfter: 1)
        case .failed:
            .error(.internalServerError, code: "generation_failed", message: message)
        }
    }

    /// Where most of a prompt comes from.
    private static func promptField(of route: String) -> String {
        switch route {
        case "/v1/chat/completions": "messages"
        case "/v1/functioncall": "history"
        default: "prompt"
        }
    }

    private static func embedding(_ error: EmbeddingError) -> ServerResponse {
        let message = error.description
        return switch error {
        case .empty(let index), .unknownToken(let index, _, _), .tooLong(let index, _, _):
            .error(.badRequest, code: "invalid_value", message: message, param: "input[\(index)]")
        case .overloaded(_, let seconds):
            .error(.tooManyRequests, code: "queue_full", message: message, retryAfter: seconds)
        case .stopped:
            .error(.serviceUnavailable, code: "draining", message: message, retryAfter: 1)
        case .cancelled:
            .error(.serviceUnavailable, code: "cancelled", message: message, retryAfter: 1)
        }
    }

    private static func remote(_ error: RemoteError) -> ServerResponse {
        let message = error.description
        return switch error {
        case .timedOut: .error(.gatewayTimeout, code: "remote_timed_out", message: message)
        case .circuitOpen(_, let seconds):
            .error(.serviceUnavailable, code: "remote_unavailable", message: message, retryAfter: seconds)
        case .unreachable, .refused, .badAnswer: .error(.badGateway, code: "remote_failed", message: message)
        }
    }

    private static func functionCall(_ error: FunctionCallError, _ route: String) -> ServerResponse {
        let isChat = promptField(of: route) == "messages"
        let param =
            switch error {
            case .promptTooLong where isChat, .promptOverLimit where isChat: "messages"
            default: error.param
            }
        return .error(
            error.isCallersFault ? .badRequest : .internalServerError, code: error.code, message: error.description,
            param: param)
    }

    private static func grammar(_ error: GrammarError) -> ServerResponse {
        .error(
            .badRequest, code: "unsupported_schema", message: error.description,
            param: error.pointer.isEmpty ? nil : error.pointer)
    }
}

extension Router {
    /// A route whose body is JSON in and JSON out, and whose errors become answers.
    mutating func json(
        post pattern: String, _ handle: @escaping @Sendable (JSONValue, ServerRequest) async throws -> ServerResponse
    ) {
        post(pattern) { request in
            do {
                return try await handle(JSONValue(bodyOf: request.body), request)
            } catch {
                return ErrorResponse.response(for: error, request: request.id, route: request.route)
            }
        }
    }
}

extension ServerResponse {
    static func json(_ value: JSONValue) -> ServerResponse { .json(bytes: value.utf8()) }
}
