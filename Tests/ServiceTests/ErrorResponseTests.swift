import Documents
import FunctionCalling
import Functions
import Grammar
import HTTPServer
import Inference
import HTTPTypes
import Testing

import Service

/// The one mapper: every error has its status, its code and the field at fault in one notation.
@Suite struct ErrorResponseTests {
    static let table: [(any Error, status: Int, code: String, param: String?)] = [
        (FieldError(path: "a[0].b", reason: .missing, message: "m"), 400, "missing_field", "a[0].b"),
        (FieldError(path: "a", reason: .unknown, message: "m"), 400, "unknown_field", "a"),
        (FieldError(path: "", reason: .wrongType, message: "m"), 400, "wrong_type", nil),
        (FieldError(path: "a", reason: .outOfRange, message: "m"), 400, "invalid_value", "a"),
        (GenerationError.emptyPrompt, 400, "invalid_value", "prompt"),
        (GenerationError.unknownToken(9, vocabulary: 5), 400, "invalid_value", "prompt"),
        (GenerationError.promptTooLong(tokens: 9, limit: 5), 400, "context_length_exceeded", "prompt"),
        (GenerationError.promptOverLimit(tokens: 9, limit: 5), 400, "context_length_exceeded", "prompt"),
        (GenerationError.limitTooSmall(limit: 1, needed: 2), 400, "invalid_value", "max_tokens"),
        (GenerationError.overloaded(waiting: 1, retryAfterSeconds: 2), 429, "queue_full", nil),
        (GenerationError.wouldWait(seconds: 1, limit: 2, retryAfterSeconds: 3), 429, "queue_full", nil),
        (GenerationError.schemasWaiting(1, retryAfterSeconds: 2), 429, "queue_full", nil),
        (GenerationError.draining, 503, "draining", nil), (GenerationError.cancelled, 503, "cancelled", nil),
        (GenerationError.deadlineExceeded, 504, "deadline_exceeded", "timeout_ms"),
        (GenerationError.failed("x"), 500, "generation_failed", nil),
        (EmbeddingError.empty(index: 3), 400, "invalid_value", "input[3]"),
        (EmbeddingError.tooLong(index: 0, tokens: 9, limit: 5), 400, "invalid_value", "input[0]"),
        (EmbeddingError.unknownToken(index: 1, id: 9, vocabulary: 5), 400, "invalid_value", "input[1]"),
        (EmbeddingError.overloaded(waitingTokens: 1, retryAfterSeconds: 2), 429, "queue_full", nil),
        (EmbeddingError.stopped, 503, "draining", nil), (EmbeddingError.cancelled, 503, "cancelled", nil),
        (
            GrammarError(pointer: "/properties/a~1b/items", message: "m"), 400, "unsupported_schema",
            "properties.a/b.items"
        ),
        (GrammarError(pointer: "", message: "m"), 400, "unsupported_schema", nil),
        (OpenAIError.unknownModel("a", known: "b"), 404, "model_not_found", "model"),
        (CatalogError.unknownPool("a", known: ["b"]), 404, "unknown_pool", "pool"),
        (CatalogError.unknownFunction("a", pool: "b"), 404, "unknown_function", "function"),
        (CatalogError.unknownTerm("a"), 404, "unknown_term", "term"),
        (PoolError(.badName, pointer: "/functions/2/name", "m"), 400, "bad_name", "functions[2].name"),
        (PoolError(.duplicateName, pointer: "/name", "m"), 400, "duplicate_name", "name"),
        (PoolError(.reservedName, "m"), 400, "reserved_name", nil),
        (PoolError(.badSchema, "m"), 400, "bad_schema", nil),
        (PoolError(.tooLarge, "m"), 400, "too_large", nil), (PoolError(.full, "m"), 409, "pool_full", nil),
        (PoolError(.wrongShape, pointer: "/x", "m"), 400, "invalid_value", "x"),
        (CancellationError(), 503, "cancelled", nil), (Surprise(), 500, "internal_error", nil),
    ]

    private struct Surprise: Error {}

    @Test(arguments: table.indices) func hasStatusCodeAndField(row: Int) throws {
        let (error, status, code, param) = Self.table[row]
        let response = ErrorResponse.response(for: error)
        guard case .bytes(let bytes) = response.body else {
            Issue.record("\(error) has no body")
            return
        }
        let body = try JSONValue(parsing: bytes)["error"]
        #expect(response.status.code == status && body?["code"]?.stringValue == code, "\(error)")
        #expect(body?["param"]?.stringValue == param, "\(error)")
        #expect((response.headerFields[.retryAfter] != nil) == (status == 429 || status == 503), "\(error)")
        #expect(
            !(status == 500 && code == "internal_error") || body?["message"]?.stringValue?.contains("Surprise") == false
        )
    }

    static let pointers: [(String, String?)] = [
        ("", nil), ("/", nil), ("/a", "a"), ("/functions/0", "functions[0]"), ("/a/b/12/c", "a.b[12].c"),
        ("/0/a", "0.a"),
        ("/a~1b/c~0d", "a/b.c~d"),
    ]
    @Test(arguments: pointers) func pointersBecomeFields(pointer: String, field: String?) {
        #expect(ErrorResponse.param(pointer: pointer) == field)
    }
}
