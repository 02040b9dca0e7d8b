import HTTPTypes

/// An answer. The server adds `date`, `content-length` or `transfer-encoding`, `x-request-id` and `server-timing`.
public struct ServerResponse: Sendable {
    public enum Body: Sendable {
        case bytes([UInt8])
        /// Runs in the request's task after the head is sent; throwing cuts the answer off, visibly to the client.
        case stream(@Sendable (ResponseWriter) async throws -> Void)
    }

    public var status: HTTPResponse.Status
    public var headerFields: HTTPFields
    public var body: Body
    /// Entries of `server-timing` besides `total`.
    public var timings: [ServerTiming] = []

    public init(status: HTTPResponse.Status = .ok, headerFields: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headerFields = headerFields
        self.body = .bytes(body)
    }

    /// An answer whose length is not known before.
    public init(
        status: HTTPResponse.Status = .ok, headerFields: HTTPFields = [:],
        stream: @escaping @Sendable (ResponseWriter) async throws -> Void
    ) {
        self.status = status
        self.headerFields = headerFields
        self.body = .stream(stream)
    }

    /// Text or bytes under a content type.
    public static func content(_ type: String, _ body: some Sequence<UInt8>, status: HTTPResponse.Status = .ok) -> Self
    {
        ServerResponse(status: status, headerFields: [.contentType: type], body: Array(body))
    }

    public static func json(_ text: String, status: HTTPResponse.Status = .ok) -> Self {
        content("application/json", text.utf8, status: status)
    }

    public static func json(bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Self {
        ServerResponse(status: status, headerFields: [.contentType: "application/json"], body: bytes)
    }

    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Self {
        content("text/plain; charset=utf-8", text.utf8, status: status)
    }

    /// `{"error": {"type", "code", "message", "param"}}`, the form of every refusal.
    ///
    /// - Parameter retryAfter: seconds, for 429 and 503.
    public static func error(
        _ status: HTTPResponse.Status, type: String? = nil, code: String, message: String, param: String? = nil,
        retryAfter: Int? = nil
    ) -> Self {
        let body = ErrorBody(
            type: type ?? ErrorBody.type(of: status.code), code: code, message: message, param: param)
        var response = json(bytes: body.bytes, status: status)
        if let retryAfter { response.headerFields[.retryAfter] = String(retryAfter) }
        return response
    }
}

/// One entry of `server-timing`.
public struct ServerTiming: Sendable, Equatable {
    /// A token, as in `prefill`.
    public var name: String
    public var duration: Duration

    public init(_ name: String, _ duration: Duration) {
        self.name = name
        self.duration = duration
    }
}

/// An error that knows its answer; any other error thrown by a handler becomes a 500 without details.
public protocol RespondingError: Error {
    var response: ServerResponse { get }
}
