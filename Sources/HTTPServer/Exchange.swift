import Dispatch
import HTTPTypes
import Logging

/// Where an exchange's answer goes: a connection's only request, or one stream of many.
protocol ExchangeOutput: AnyObject {
    /// A whole answer, or the head of a streamed one whose bytes come from `exchange.writer`.
    func answer(_ exchange: Exchange, _ response: ServerResponse)
    /// After an answer given by a task, and when its writer has something: send it, and go on.
    func resume()
    /// The handler gave no answer, for it was cancelled.
    func abandon(_ exchange: Exchange)
}

/// One request and its answer, whichever protocol carries them.
///
/// `@unchecked`: touched on the group's queue only, which debug builds check; its task sees constants and comes back through `perform`.
final class Exchange: @unchecked Sendable {
    let group: ConnectionGroup
    /// Until the end; then nil, which also breaks the cycle. Not weak: that would slow every use of the session.
    private var output: (any ExchangeOutput)?
    let head: RequestHead?
    let id: String
    let client: SocketAddress?
    private let start: UInt64
    private let received = ContinuousClock.now

    private(set) var route: Route?
    private var parameters = PathParameters()
    /// The answer, if it is known before the body is read.
    private(set) var refusal: ServerResponse?
    private var body: [UInt8] = []
    private(set) var bodyBytes = 0
    private var task: Task<Void, Never>?
    private(set) var writer: ResponseWriter?
    private var isOver = false
    /// The client stopped sending while its request was at work, and had no answer soon: most likely it left.
    private var hasClientLeft = false

    private var status = 0
    var responseBytes = 0

    /// - Parameter head: nil for a request that was refused before its head was whole.
    init(_ head: RequestHead?, client: SocketAddress?, group: ConnectionGroup, output: any ExchangeOutput) {
        group.queue.assertOwned()
        self.group = group
        self.head = head
        self.client = client
        self.output = output
        start = group.clock.now
        if let sent = head?.header("x-request-id"), RequestIdentifiers.isSane(sent) {
            id = sent
        } else {
            id = group.identifiers.make()
        }
    }

    var bodyLimit: Int { route?.bodyLimit ?? group.context.limits.bodyBytes }
    var isHead: Bool { head?.method == .head }

    /// Nanoseconds since the head was complete.
    var elapsed: UInt64 { ServerClock.monotonic() &- start }

    // MARK: the request

    /// Finds the route and asks the observer.
    func admit() {
        guard let head else { return }
        switch group.context.router.match(head.method, path: head.path) {
        case .route(let route, let parameters): (self.route, self.parameters) = (route, parameters)
        case .otherMethods(let allow): refusal = Self.otherMethods(head.method, allow: allow)
        case .badPath: refusal = RequestError.badPath.response
        case .withoutSlash(let path): refusal = Self.moved(head, to: path)
        case .none where head.method == .options && head.path == "*":
            refusal = ServerResponse(status: .noContent)
        case .none:
            refusal = .error(.notFound, code: "unknown_route", message: "nothing is at this path")
        }
        if let refused = group.context.observer.admit(head, route: route, id: id, client: client) { refusal = refused }
    }

    private static func moved(_ head: RequestHead, to path: String) -> ServerResponse {
        var response = ServerResponse.error(
            .permanentRedirect, code: "trailing_slash", message: "this path is \(path), without a slash at its end")
        response.headerFields[.location] = head.query.map { "\(path)?\($0)" } ?? path
        return response
    }

    private static func otherMethods(_ method: HTTPRequest.Method, allow: String) -> ServerResponse {
        var response =
            method == .options
            ? ServerResponse(status: .noContent)
            : .error(.methodNotAllowed, code: "method_not_allowed", message: "this path allows: \(allow)")
        response.headerFields[.allow] = allow
        return response
    }

    /// Keeps a piece of the body.
    ///
    /// - Throws: `.memoryExhausted` above the group's allowance.
    func append(_ piece: [UInt8]) throws(RequestError) {
        bodyBytes += piece.count
        guard refusal == nil else { return }
        group.bodyBytesHeld += piece.count
        if body.isEmpty { body = piece } else { body += piece }
        guard group.bodyBytesHeld <= group.context.limits.bodyBytesHeld else { throw .memoryExhausted }
    }

    /// The request is complete: runs the handler.
    func run() {
        group.queue.assertOwned()
        if let refusal {
            output?.answer(self, refusal)
            return
        }
        guard let head, let route else { return }
        let request = ServerRequest(
            head: head, body: body, parameters: parameters, id: id, route: route.pattern, client: client,
            received: received)
        releaseBody()
        let executor = group.context.handlerExecutor
        switch route.handler {
        case .immediate(let handler):
            let response = handler(request)
            if case .stream = response.body, !isHead {
                task = Task(executorPreference: executor) { await self.deliver(response) }
            } else {
                output?.answer(self, response)
            }
        case .asynchronous(let handler):
            task = Task(executorPreference: executor) { await self.handle(request, handler) }
        }
    }

    /// The handler owns the body now.
    private func releaseBody() {
        if refusal == nil { group.bodyBytesHeld -= body.count }
        body = []
    }

    // MARK: in the task

    private func handle(
        _ request: ServerRequest, _ handler: @Sendable (ServerRequest) async throws -> ServerResponse
    ) async {
        do {
            // A client may have gone while thousands of its requests waited for a thread: none is worked off.
            try Task.checkCancellation()
            await deliver(try await handler(request))
        } catch let error as any RespondingError {
            await deliver(error.response)
        } catch {
            guard !Task.isCancelled else {
                group.perform { self.output?.abandon(self) }
                return
            }
            group.context.logger.error(
                "a handler failed", metadata: ["route": "\(request.route)", "request": "\(id)", "error": "\(error)"])
            await deliver(
                .error(
                    .internalServerError, code: "internal_error", message: "the server failed to answer; request \(id)")
            )
        }
    }

    private func deliver(_ response: ServerResponse) async {
        guard case .stream(let body) = response.body, !isHead else {
            group.perform { self.deliverOnQueue(response, nil) }
            return
        }
        let writer = ResponseWriter(highWater: group.context.limits.highWaterBytes / 4) { [group] in
            group.perform { self.output?.resume() }
        }
        group.perform { self.deliverOnQueue(response, writer) }
        do {
            try await body(writer)
            writer.finish(aborted: false)
        } catch {
            writer.finish(aborted: true)
        }
    }

    private func deliverOnQueue(_ response: ServerResponse, _ writer: ResponseWriter?) {
        group.queue.assertOwned()
        guard !isOver, let output else {
            writer?.disconnect()
            return
        }
        self.writer = writer
        group.clock.update()
        output.answer(self, response)
        output.resume()
    }

    // MARK: the end

    /// Last touches that do not depend on the protocol.
    func prepare(_ response: inout ServerResponse) {
        if let head { group.context.observer.willAnswer(head, route: route, id: id, response: &response) }
        status = response.status.code
    }

    /// The client is gone or takes no answer: whoever works for it is told.
    func cancel() {
        task?.cancel()
        writer?.disconnect()
    }

    /// The client sends nothing more. Most likely it left; but scripts that end their input behind the request (`nc -N`) wait
    /// for what is answered soon. An answer that comes later all the same is still written.
    func cancelTask() {
        group.queue.asyncAfter(deadline: .now() + group.context.limits.leaveTime.dispatchInterval) { [weak self] in
            guard let self, !isOver else { return }
            hasClientLeft = true
            task?.cancel()
        }
    }

    func finish(_ said: FinishedExchange.End) {
        group.queue.assertOwned()
        guard !isOver else { return }
        isOver = true
        let end = judge(said)
        if end != .answered { cancel() }
        releaseBody()
        task = nil
        output = nil
        group.context.observer.finished(
            FinishedExchange(
                head: head, route: route?.pattern, id: id, client: client, status: status, end: end,
                requestBytes: bodyBytes, responseBytes: responseBytes, duration: .nanoseconds(Int64(elapsed))))
    }

    /// What cancelling the work of a client that left brings forth, an error or the rest of a stream, is no answer: it
    /// must raise no alarm.
    private func judge(_ end: FinishedExchange.End) -> FinishedExchange.End {
        let isLeftOver = hasClientLeft && status >= 500
        if status == 0 || isLeftOver { status = FinishedExchange.clientLeft }
        return end == .answered && (isLeftOver || hasClientLeft && writer != nil) ? .disconnected : end
    }
}
