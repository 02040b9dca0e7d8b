import HTTPTypes

/// HTTP/1.1 on one connection: one request at a time; what is pipelined behind it waits, within a bound, in `input`.
final class HTTP1Session: ProtocolSession, ExchangeOutput {
    /// What the connection waits for, each with its own time.
    private enum Waiting { case head, body, idle, nothing }

    /// The connection holds us too; it lets go when it closes.
    private let connection: Connection
    private let limits: Limits
    private var parser: RequestParser
    /// The request being read, worked on or answered.
    private var exchange: Exchange?
    private var framing = RequestParser.Framing()
    /// The request is complete and its answer is not.
    private var isRunning = false
    /// The answer's head is written and its bytes come from a writer.
    private var isStreaming = false
    private var answer = AnswerFraming()
    /// Answered, but not yet handed to the system.
    private var unflushed: [Exchange] = []
    private var requests = 0
    private var waiting = Waiting.head
    private var waitingSince: UInt64
    private var isDraining = false
    private var inputHasEnded = false
    /// No further request is taken.
    private var isOver = false

    init(_ connection: Connection) {
        self.connection = connection
        limits = connection.group.context.limits
        parser = RequestParser(limits: limits, scheme: connection.scheme)
        waitingSince = connection.group.clock.now
    }

    private var hasRoom: Bool { connection.output.count < limits.highWaterBytes }

    /// While a request is in progress only so much is read ahead; that also shows when the client leaves.
    var wantsInput: Bool { (!isRunning && hasRoom) || connection.input.count < limits.readAheadBytes }

    var waitsForOutput: Bool { !isOver && (isStreaming || (!isRunning && !connection.input.isEmpty)) }

    var awaited: Awaited? {
        guard !isRunning, unflushed.isEmpty else { return nil }
        switch waiting {
        case .head: return Awaited(part: .head, since: waitingSince)
        case .idle: return Awaited(part: .nothing, since: waitingSince)
        case .body: return Awaited(part: .body, since: waitingSince)
        case .nothing: return nil
        }
    }

    // MARK: requests

    func advance() {
        if isStreaming, let exchange { pull(exchange) }
        while !isOver, !isRunning, hasRoom {
            do throws(RequestError) {
                guard let event = try parser.next(&connection.input) else { break }
                try take(event)
            } catch {
                refuse(error)
            }
        }
        guard !isOver, !isRunning else { return }
        if inputHasEnded, hasRoom { end(linger: false) } else { setWaiting() }
    }

    private func take(_ event: RequestParser.Event) throws(RequestError) {
        switch event {
        case .head(let head, let framing):
            let exchange = Exchange(head, client: connection.socket.client, group: connection.group, output: self)
            self.exchange = exchange
            self.framing = framing
            requests += 1
            exchange.admit()
            guard framing.hasBody else { return }
            parser.bodyLimit = exchange.bodyLimit
            if let length = framing.length, length > exchange.bodyLimit { throw .bodyTooLarge }
            if framing.expectsContinue { answerExpectation(exchange) }
        case .body(let bytes): try exchange?.append(bytes)
        case .end:
            guard let exchange else { return }
            run(exchange)
        }
    }

    private func run(_ exchange: Exchange) {
        isRunning = true
        waiting = .nothing
        connection.setReadDeadline(nil)
        exchange.run()
    }

    /// The client waits with the body (RFC 9110, 10.1.1): a refusal spares it the sending.
    private func answerExpectation(_ exchange: Exchange) {
        if exchange.refusal != nil {
            framing.keepsAlive = false
            run(exchange)
        } else if connection.input.isEmpty {
            connection.output.append("HTTP/1.1 100 Continue\r\n\r\n")
        }
    }

    /// Sets the time within which the next bytes must come, when what is awaited changes.
    private func setWaiting() {
        let next: Waiting
        if exchange != nil {
            next = .body
        } else if !hasRoom {
            next = .nothing  // the write deadline watches
        } else {
            next = requests > 0 && parser.isBetweenRequests && connection.input.isEmpty ? .idle : .head
        }
        guard next != waiting else { return }
        waiting = next
        waitingSince = connection.group.clock.now
        switch next {
        case .head: connection.setReadDeadline(limits.headerTime)
        case .body: connection.setReadDeadline(limits.bodyTime)
        case .idle: connection.setReadDeadline(limits.idleTime)
        case .nothing: connection.setReadDeadline(nil)
        }
    }

    /// Answers what cannot be read, and ends: nothing behind it can be trusted.
    private func refuse(_ error: RequestError) {
        let refused =
            exchange ?? Exchange(nil, client: connection.socket.client, group: connection.group, output: self)
        exchange = refused
        framing.keepsAlive = false
        isRunning = true
        answer(refused, error.response)
    }

    // MARK: answers

    func answer(_ exchange: Exchange, _ response: ServerResponse) {
        guard exchange === self.exchange, !isOver else { return }
        var response = response
        exchange.prepare(&response)
        if isDraining || requests == limits.requestsPerConnection { framing.keepsAlive = false }
        if inputHasEnded, connection.input.isEmpty { framing.keepsAlive = false }
        answer = ResponseEncoder.encode(
            response, for: exchange, keepsAlive: framing.keepsAlive, into: &connection.output)
        if answer.isStreaming {
            isStreaming = true
        } else {
            exchange.writer?.disconnect()
            finish(exchange)
        }
    }

    func resume() {
        advance()
        connection.flush()
    }

    private func pull(_ exchange: Exchange) {
        guard let writer = exchange.writer else { return }
        while isStreaming, hasRoom {
            switch writer.take(64 * 1024) {
            case .nothing: return
            case .bytes(let bytes):
                exchange.responseBytes += bytes.count
                answer.append(bytes, to: &connection.output)
            case .end:
                answer.end(&connection.output)
                isStreaming = false
                finish(exchange)
            case .aborted:
                isStreaming = false
                self.exchange = nil
                exchange.finish(inputHasEnded ? .disconnected : .failed)
                connection.close(reset: true)
            }
        }
    }

    func abandon(_ exchange: Exchange) {
        guard exchange === self.exchange else { return }
        connection.close()
    }

    /// The whole answer is in `output`.
    private func finish(_ exchange: Exchange) {
        unflushed.append(exchange)
        self.exchange = nil
        isRunning = false
        if !answer.keepsAlive { end(linger: true) }
    }

    private func end(linger: Bool) {
        isOver = true
        connection.closeWhenFlushed(linger: linger)
    }

    // MARK: life of the connection

    func outputFlushed() {
        while let exchange = unflushed.popLast() { exchange.finish(.answered) }
    }

    /// Most clients that stop sending are gone (a socket does not tell): what runs for them is cancelled, though an
    /// answer that comes all the same is written. Whole requests that wait for nothing but room are served.
    func inputEnded() {
        inputHasEnded = true
        guard isRunning else { return advance() }
        framing.keepsAlive = false
        exchange?.cancelTask()
    }

    func drain() {
        isDraining = true
        guard exchange == nil, parser.isBetweenRequests, connection.input.isEmpty else { return }
        // A request may be on its way: it is still answered, with `connection: close`.
        connection.setReadDeadline(min(limits.idleTime, limits.drainIdleTime))
    }

    func timedOut() {
        guard !isRunning, !isOver else { return }
        if exchange != nil {
            refuse(.bodyTimeout)
        } else if parser.isInHead || !connection.input.isEmpty {
            refuse(.headerTimeout)
        } else {
            connection.close()
        }
    }

    func closed() {
        isOver = true
        for exchange in unflushed { exchange.finish(.disconnected) }
        unflushed = []
        exchange?.finish(.disconnected)
        exchange = nil
    }
}
