import Documents
import Evaluation
import FunctionCalling
import Functions
import Grammar
import HTTPServer
import HTTPTypes
import Inference
import Logging
import ModelFiles
import Storage

/// The one place that turns errors into answers: status, code and the field at fault. `param` names it as the client wrote
/// it, `functions[0].parameters`, or the header or part of the path.
package enum ErrorResponse {
    private static let logger = Logger(label: "kinglet")

    /// - Parameter request: whose answer it is; its record has the reason, and the log names it where the error is none of
    ///   those that clients are told about.
    package static func response(for error: any Error, to request: ServerRequest? = nil) -> ServerResponse {
        if let reason = rejection(error) { request?.context.note(rejection: reason) }
        let route = request?.route ?? "-"
        return switch error {
        case let error as any RespondingError: error.response
        case let error as FieldError: field(error)
        case let error as JSONParseError:
            .error(.badRequest, code: "invalid_json", message: "the body is \(error)")
        case let error as GenerationError: generation(error, route)
        case let error as EmbeddingError: embedding(error)
        case let error as GrammarError:
            .error(
                .badRequest, code: "unsupported_schema", message: error.description,
                param: param(pointer: error.pointer))
        case let error as FunctionCallError: functionCall(error, route)
        case let error as RemoteError: remote(error)
        case let error as OpenAIError: openAI(error)
        case let error as CatalogError: catalog(error)
        case let error as EvaluationError: evaluation(error)
        case let error as PoolError: pool(error)
        case let error as UnenforceableSchema:
            .error(
                .badRequest, code: "unenforceable_schema", message: error.description,
                param: param(pointer: error.index.map { "/functions/\($0)\(error.pointer)" } ?? error.pointer))
        case let error as LowRankAdapterError:
            .error(
                .badRequest, code: "bad_adapter", message: error.description,
                param: TunedRoutes.parts.contains(error.path) ? error.path : nil)
        case let error as StorageError:
            .error(.internalServerError, code: "storage_failed", message: error.description)
        case is CancellationError:
            .error(.serviceUnavailable, code: "cancelled", message: "the request was cancelled", retryAfter: 1)
        default: unexpected(error, request?.id ?? "-", route)
        }
    }

    /// The error's body, for answers that wrap it and for the event that ends a stream.
    package static func json(for error: any Error, to request: ServerRequest) -> JSONValue {
        var response = response(for: error, to: request)
        request.context.form?.apply(to: &response, id: request.id)
        guard case .bytes(let bytes) = response.body else { return .null }
        return (try? JSONValue(parsing: bytes)) ?? .null
    }

    private static func unexpected(_ error: any Error, _ request: String, _ route: String) -> ServerResponse {
        logger.error(
            "a handler failed", metadata: ["route": "\(route)", "request": "\(request)", "error": "\(error)"])
        return .error(
            .internalServerError, code: "internal_error",
            message: "something went wrong here; the log has it under this request's id")
    }

    /// The reason of `kinglet_rejected_total`, where the status does not say it.
    private static func rejection(_ error: any Error) -> String? {
        switch error {
        case let error as FieldError where error.reason == .outOfRange: "out_of_range"
        case GenerationError.schemasWaiting, GenerationError.overloaded, GenerationError.wouldWait: "queue_full"
        default: nil
        }
    }

    /// `/functions/3/parameters` as `functions[3].parameters`.
    package static func param(pointer: String) -> String? {
        var path = ""
        for part in pointer.split(separator: "/") {
            let name = part.replacing("~1", with: "/").replacing("~0", with: "~")
            path += Int(part) != nil && !path.isEmpty ? "[\(name)]" : path.isEmpty ? name : ".\(name)"
        }
        return path.isEmpty ? nil : path
    }
}

extension ErrorResponse {
    private static func field(_ error: FieldError) -> ServerResponse {
        let code =
            switch error.reason {
            case .missing: "missing_field"
            case .unknown: "unknown_field"
            case .wrongType: "wrong_type"
            case .outOfRange: "invalid_value"
            }
        return .error(.badRequest, code: code, message: error.message, param: error.path.isEmpty ? nil : error.path)
    }

    private static func generation(_ error: GenerationError, _ route: String) -> ServerResponse {
        let message = error.description
        return switch error {
        case .emptyPrompt, .unknownToken:
            .error(.badRequest, code: "invalid_value", message: message, param: "prompt")
        case .promptTooLong(_, let limit), .promptOverLimit(_, let limit):
            .error(
                .badRequest, code: overlong, message: explained(message, limit), param: promptField(of: route))
        case .limitTooSmall:
            .error(
                .badRequest, code: "invalid_value", message: message,
                param: route == "/v1/responses" ? "max_output_tokens" : "max_tokens")
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

    /// As OpenAI's clients know it.
    private static let overlong = "context_length_exceeded"

    /// Some clients read the code, litellm these words.
    private static func explained(_ message: String, _ limit: Int) -> String {
        "\(message). The maximum input length is \(limit) tokens"
    }

    /// Where most of a prompt comes from.
    private static func promptField(of route: String) -> String {
        switch route {
        case "/v1/chat/completions", "/v1/messages", "/v1/messages/count_tokens": "messages"
        case "/v1/responses": "input"
        case "/v1/functioncall": "history"
        default: "prompt"
        }
    }

    private static func functionCall(_ error: FunctionCallError, _ route: String) -> ServerResponse {
        let field = promptField(of: route), isChat = ["messages", "input"].contains(field)
        return switch error {
        case .promptTooLong(_, let limit) where isChat, .promptOverLimit(_, let limit, _) where isChat:
            .error(.badRequest, code: overlong, message: explained(error.description, limit), param: field)
        default:
            .error(
                error.isCallersFault ? .badRequest : .internalServerError, code: error.code,
                message: error.description, param: error.param)
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

    private static func openAI(_ error: OpenAIError) -> ServerResponse {
        switch error {
        case .unknownModel(let name, let known):
            .error(
                .notFound, code: "model_not_found",
                message: "no model is named \"\(name)\"; this server runs \(known)", param: "model")
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

    private static func catalog(_ error: CatalogError) -> ServerResponse {
        let message = error.description
        return switch error {
        case .unknownPool: .error(.notFound, code: "unknown_pool", message: message, param: "pool")
        case .unknownFunction: .error(.notFound, code: "unknown_function", message: message, param: "function")
        case .unknownTerm: .error(.notFound, code: "unknown_term", message: message, param: "term")
        case .unknownAdapter: .error(.notFound, code: "unknown_adapter", message: message, param: "name")
        case .preconditionFailed:
            .error(.preconditionFailed, code: "precondition_failed", message: message, param: "if-match")
        }
    }

    private static func evaluation(_ error: EvaluationError) -> ServerResponse {
        let message = error.description
        return switch error {
        case .unknown: .error(.notFound, code: "unknown_evaluation", message: message, param: "id")
        case .tooMany: .error(.tooManyRequests, code: "too_many_evaluations", message: message, retryAfter: 60)
        case .stopped: .error(.serviceUnavailable, code: "draining", message: message, retryAfter: 1)
        }
    }

    private static func pool(_ error: PoolError) -> ServerResponse {
        let code =
            switch error.reason {
            case .unreadable, .notADocument, .wrongShape: "invalid_value"
            case .badName: "bad_name"
            case .reservedName: "reserved_name"
            case .duplicateName: "duplicate_name"
            case .badSchema: "bad_schema"
            case .tooLarge: "too_large"
            case .full: "pool_full"
            }
        return .error(
            error.reason == .full ? .conflict : .badRequest, code: code, message: error.description,
            param: param(pointer: error.pointer))
    }
}

extension ServerResponse {
    package static func json(_ value: JSONValue) -> ServerResponse { .json(bytes: value.utf8()) }
}
