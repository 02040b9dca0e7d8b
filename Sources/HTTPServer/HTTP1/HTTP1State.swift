/// Where an HTTP/1.1 connection stands, as a value: what happens is a transition that says what to do. No I/O.
///
/// One request at a time: `head` → `body` → `running` → (`streaming` →) `head`, or `over`. `HTTP1Session` does what the
/// actions say.
package struct HTTP1State: Sendable, Equatable {
    package enum Phase: Sendable, Equatable {
        /// No request: its head is awaited, or arriving.
        case head
        /// The head is there, the body is awaited.
        case body
        /// The request is complete, or refused, and its answer is not there.
        case running
        /// The answer's head is written and its bytes come from a writer.
        case streaming
        /// No further request is taken.
        case over
    }

    /// What the connection waits for, each with its own time.
    package enum Waiting: Sendable, Equatable { case firstByte, head, body, idle, nothing }

    package enum Action: Sendable, Equatable {
        case nothing
        /// Say that the body may come (RFC 9110, 10.1.1).
        case sendContinue
        /// Hand the request to its handler.
        case run
        /// Look at the input again.
        case advance
        /// Nobody may be there any more: stop the work for the request.
        case cancelHandler
        case refuse(RequestError)
        /// Keep the connection only for a request that may be on its way.
        case shortenIdle
        case close
        /// Close as soon as all output is flushed; linger: read on for a while, so that the answer arrives.
        case end(linger: Bool)
        /// Finish the exchange so, and reset: the peer must see that something is missing.
        case abort(FinishedExchange.End)
    }

    package private(set) var phase = Phase.head
    package private(set) var waiting = Waiting.firstByte
    /// Requests whose heads arrived.
    package private(set) var requests = 0
    /// The connection may carry another request after this one.
    package private(set) var keepsAlive = true
    package private(set) var isDraining = false
    package private(set) var inputHasEnded = false

    package init() {}

    /// Whether a request is at work, so that nothing behind it may be looked at.
    var isBusy: Bool { phase == .running || phase == .streaming }

    // MARK: the request

    /// - Parameter keepsAlive: what the client asks for.
    package mutating func headArrived(keepsAlive: Bool) {
        guard phase == .head else { return }
        phase = .body
        requests += 1
        self.keepsAlive = keepsAlive
    }

    /// The client waits with the body: a refusal spares it the sending; a body that is on its way needs no invitation.
    package mutating func bodyIsHeldBack(isRefused: Bool, inputIsEmpty: Bool) -> Action {
        guard phase == .body else { return .nothing }
        guard isRefused else { return inputIsEmpty ? .sendContinue : .nothing }
        keepsAlive = false
        phase = .running
        return .run
    }

    package mutating func requestEnded() -> Action {
        guard phase == .body else { return .nothing }
        phase = .running
        return .run
    }

    /// The request cannot be read: its refusal is the last answer, for nothing behind it can be trusted.
    package mutating func requestFailed() {
        guard phase == .head || phase == .body else { return }
        phase = .running
        keepsAlive = false
    }

    // MARK: the answer

    /// - Parameter isLast: the connection carries no more requests than so many.
    /// - Returns: whether the answer may say that the connection stays; nil: no answer is awaited.
    package mutating func answerBegins(isLast: Bool, inputIsEmpty: Bool) -> Bool? {
        guard phase == .running else { return nil }
        if isDraining || isLast || inputHasEnded && inputIsEmpty { keepsAlive = false }
        return keepsAlive
    }

    /// The answer is written, or its head if it is streamed. Without a length or chunks only the end of the connection ends it.
    package mutating func answered(isStreaming: Bool, keepsAlive: Bool) -> Action {
        guard phase == .running else { return .nothing }
        self.keepsAlive = keepsAlive
        guard !isStreaming else {
            phase = .streaming
            return .nothing
        }
        return ended()
    }

    package mutating func streamEnded() -> Action { phase == .streaming ? ended() : .nothing }

    /// The writer failed in the middle of the answer.
    package mutating func streamAborted() -> Action {
        guard phase == .streaming else { return .nothing }
        phase = .over
        return .abort(inputHasEnded ? .disconnected : .failed)
    }

    private mutating func ended() -> Action {
        phase = keepsAlive ? .head : .over
        return keepsAlive ? .nothing : .end(linger: true)
    }

    // MARK: life of the connection

    /// Most clients that stop sending are gone (a socket does not tell): what runs for them is cancelled, though an answer
    /// that comes all the same is written. Whole requests that wait for nothing but room are served.
    package mutating func inputEnded() -> Action {
        inputHasEnded = true
        guard phase != .over else { return .nothing }
        guard isBusy else { return .advance }
        keepsAlive = false
        return .cancelHandler
    }

    /// All input that there is was looked at.
    ///
    /// - Parameter hasRoom: for further answers.
    package mutating func inputUsedUp(hasRoom: Bool) -> Action {
        guard phase == .head || phase == .body, inputHasEnded, hasRoom else { return .nothing }
        phase = .over
        return .end(linger: false)
    }

    /// - Parameter isAtRest: no byte of a next request is there.
    package mutating func drain(isAtRest: Bool) -> Action {
        isDraining = true
        return phase == .head && isAtRest ? .shortenIdle : .nothing
    }

    /// What was awaited did not come in time.
    package func timedOut(isAtRest: Bool) -> Action {
        switch phase {
        case .head: isAtRest ? .close : .refuse(.headerTimeout)
        case .body: .refuse(.bodyTimeout)
        case .running, .streaming, .over: .nothing
        }
    }

    package mutating func closed() { phase = .over }

    /// - Returns: whether something else is awaited than before, for which a new time begins.
    package mutating func awaitNext(isAtRest: Bool, hasRoom: Bool) -> Bool {
        let next: Waiting =
            switch phase {
            case .running, .streaming, .over: .nothing
            case .body: .body
            case .head where !hasRoom: .nothing  // the write deadline watches
            case .head where isAtRest: requests > 0 ? .idle : .firstByte
            case .head: .head
            }
        defer { waiting = next }
        return next != waiting
    }
}
