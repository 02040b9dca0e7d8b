import HTTPTypes

/// HTTP/1.1 on one connection: one request at a time; what is pipelined behind it waits, within a bound, in `input`.
///
/// The I/O half: parses, encodes and does what `HTTP1State` says. Confined to the group's queue.
final class HTTP1Session: ProtocolSession, ExchangeOutput {
    /// The connection holds us too; it lets go when it closes.
    private let connection: Connection
    private let limits: Limits
    private var parser: RequestParser
    private var state = HTTP1State()
    /// The request being read, worked on or answered.
    private var exchange: Exchange?
    private var answer = AnswerFraming()
    /// Answered, but not yet handed to the system.
    private var unflushed: [Exchange] = []
    private var waitingSince: UInt64

    init(_ connection: Connection) {
        self.connection = connection
        limits = connection.group.context.limits
        parser = RequestParser(limits: limits, scheme: connection.scheme)
        waitingSince = connection.group.clock.now
    }

    private var hasRoom: Bool { connection.output.count < limits.highWaterBytes }
    /// No byte of a next request is there.
    private var isAtRest: Bool { parser.isBetweenRequests && connection.input.isEmpty }

    /// While a request is in progress only so much is read ahead; that also shows when the client leaves.
    var wantsInput: Bool { (!state.isBusy && hasRoom) || connection.input.count < limits.readAheadBytes }

    var waitsForOutput: Bool {
        switch state.phase {
        case .over, .running: false
        case .streaming: true
        case .head, .body: !connection.input.isEmpty
        }
    }

    var awaited: Awaited? {
        guard !state.isBusy, unflushed.isEmpty else { return nil }
        switch state.waiting {
        case .firstByte: return Awaited(part: .firstByte, since: waitingSince)
        case .head: return Awaited(part: .head, since: waitingSince)
        case .idle: return Awaited(part: .nothing, since: waitingSince)
        case .body: return Awaited(part: .body, since: waitingSince)
        case .nothing: return nil
        }
    }

    private func perform(_ action: HTTP1State.Action) {
        switch action {
        case .nothing: break
        case .sendContinue: connection.output.append("HTTP/1.1 100 Continue\r\n\r\n")
        case .run:
            setWaiting()
            exchange?.run()
        case .advance: advance()
        case .cancelHandler: exchange?.cancelTask()
        case .refuse(let error): refuse(error)
        case .shortenIdle: connection.setReadDeadline(min(limits.idleTime, limits.drainIdleTime))
        case .close: connection.close()
        case .end(let linger): connection.closeWhenFlushed(linger: linger)
        case .abort(let end):
            let aborted = exchange
            exchange = nil
            aborted?.finish(end)
            connection.close(reset: true)
        }
    }

    // MARK: requests

    func advance() {
        connection.group.queue.assertOwned()
        if state.phase == .streaming, let exchange { pull(exchange) }
        while state.phase == .head || state.phase == .body, hasRoom {
            do throws(RequestError) {
                guard let event = try parser.next(&connection.input) else { break }
                try take(event)
            } catch {
                refuse(error)
            }
        }
        guard state.phase == .head || state.phase == .body else { return }
        perform(state.inputUsedUp(hasRoom: hasRoom))
        setWaiting()
    }

    private func take(_ event: RequestParser.Event) throws(RequestError) {
        switch event {
        case .head(let head, let framing):
            let exchange = Exchange(head, client: connection.socket.client, group: connection.group, output: self)
            self.exchange = exchange
            state.headArrived(keepsAlive: framing.keepsAlive)
            exchange.admit()
            guard framing.hasBody else { return }
            parser.bodyLimit = exchange.bodyLimit
            if let length = framing.length, length > exchange.bodyLimit { throw .bodyTooLarge }
            guard framing.expectsContinue else { return }
            perform(
                state.bodyIsHeldBack(isRefused: exchange.refusal != nil, inputIsEmpty: connection.input.isEmpty))
        case .body(let bytes): try exchange?.append(bytes)
        case .end: perform(state.requestEnded())
        }
    }

    /// Sets the time within which the next bytes must come, when what is awaited changes.
    private func setWaiting() {
        let before = state.waiting
        guard state.awaitNext(isAtRest: isAtRest, hasRoom: hasRoom) else { return }
        // A connection's first head has its time from the start on, whenever its first byte comes.
        if before == .firstByte, state.waiting == .head { return }
        waitingSince = connection.group.clock.now
        switch state.waiting {
        case .firstByte, .head: connection.setReadDeadline(limits.headerTime)
        case .body: connection.setReadDeadline(limits.bodyTime)
        case .idle: connection.setReadDeadline(limits.idleTime)
        case .nothing: connection.setReadDeadline(nil)
        }
    }

    /// Answers what cannot be read, and ends.
    private func refuse(_ error: RequestError) {
        let refused =
            exchange ?? Exchange(nil, client: connection.socket.client, group: connection.group, output: self)
        exchange = refused
        state.requestFailed()
        answer(refused, error.response)
    }

    // MARK: answers

    func answer(_ exchange: Exchange, _ response: ServerResponse) {
        guard exchange === self.exchange else { return }
        let isLast = state.requests == limits.requestsPerConnection
        guard let keepsAlive = state.answerBegins(isLast: isLast, inputIsEmpty: connection.input.isEmpty) else {
            return
        }
        var response = response
        exchange.prepare(&response)
        answer = ResponseEncoder.encode(response, for: exchange, keepsAlive: keepsAlive, into: &connection.output)
        let action = state.answered(isStreaming: answer.isStreaming, keepsAlive: answer.keepsAlive)
        if !answer.isStreaming {
            exchange.writer?.disconnect()
            finish(exchange, action)
        }
    }

    func resume() {
        advance()
        connection.flush()
    }

    private func pull(_ exchange: Exchange) {
        guard let writer = exchange.writer else { return }
        while state.phase == .streaming, hasRoom {
            switch writer.take(64 * 1024) {
            case .nothing: return
            case .bytes(let bytes):
                exchange.responseBytes += bytes.count
                answer.append(bytes, to: &connection.output)
            case .end:
                answer.end(&connection.output)
                finish(exchange, state.streamEnded())
            case .aborted: perform(state.streamAborted())
            }
        }
    }

    func abandon(_ exchange: Exchange) {
        guard exchange === self.exchange else { return }
        connection.close()
    }

    /// The whole answer is in `output`.
    private func finish(_ exchange: Exchange, _ action: HTTP1State.Action) {
        unflushed.append(exchange)
        self.exchange = nil
        perform(action)
    }

    // MARK: life of the connection

    func outputFlushed() {
        while let exchange = unflushed.popLast() { exchange.finish(.answered) }
    }

    func inputEnded() { perform(state.inputEnded()) }
    func drain() { perform(state.drain(isAtRest: isAtRest)) }
    func timedOut() { perform(state.timedOut(isAtRest: isAtRest)) }

    func closed() {
        state.closed()
        for exchange in unflushed { exchange.finish(.disconnected) }
        unflushed = []
        exchange?.finish(.disconnected)
        exchange = nil
    }
}
