import CNGHTTP2
import HTTPTypes

/// One stream: collects a request, sends its answer.
///
/// Confined to the group's queue; held by its session only.
final class HTTP2Stream: ExchangeOutput {
    let id: Int32
    private unowned let session: HTTP2Session
    private var fields: HTTP2Head
    private var exchange: Exchange?
    private var bodyBytes = 0
    private var requestIsWhole = false

    private var hasAnswered = false
    private var isStreaming = false
    private var pending: [UInt8] = []
    private var offset = 0
    private var sentSinceDeadline = 0
    /// Bytes of the answer that are ready and wait for the peer.
    private var held = 0
    /// The last byte of the answer went to the library.
    private var isSent = false

    /// When the peer must have sent, or taken, something; nil while a handler works.
    private(set) var deadline: UInt64?

    init(id: Int32, session: HTTP2Session) {
        self.id = id
        self.session = session
        fields = HTTP2Head(limits: session.limits)
        deadline = session.time(after: session.limits.headerTime)
    }

    /// The request has not arrived, so nothing works for it.
    var isIncomplete: Bool { !requestIsWhole && !hasAnswered }

    // MARK: the request

    func take(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        guard exchange == nil, !hasAnswered else { return }  // trailers are dropped
        fields.append(name, value)
    }

    func headArrived() {
        guard exchange == nil, !hasAnswered else { return }
        do throws(RequestError) {
            let head = try fields.finish()
            let exchange = session.exchange(head, for: self)
            self.exchange = exchange
            exchange.admit()
            deadline = session.time(after: session.limits.bodyTime)
            if exchange.refusal != nil {
                exchange.run()
            } else if let length = fields.length, length > exchange.bodyLimit {
                throw .bodyTooLarge
            } else if fields.expectsContinue {
                session.submitContinue(self)
            }
        } catch {
            refuse(error)
        }
    }

    var wantsBody: Bool { exchange != nil && !hasAnswered }

    func dataArrived(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let exchange, !hasAnswered else { return }
        bodyBytes += bytes.count
        do throws(RequestError) {
            guard bodyBytes <= exchange.bodyLimit else { throw .bodyTooLarge }
            try exchange.append(Array(bytes))
        } catch {
            refuse(error)
        }
    }

    func requestEnded() {
        requestIsWhole = true
        guard let exchange, !hasAnswered else { return }
        deadline = nil
        if session.hasRoomForAnswer(of: self) {
            exchange.run()
        } else {
            deadline = session.time(after: session.limits.writeTime)
        }
    }

    /// Others' answers were taken: now it is this one's turn.
    func runPostponed() {
        guard let exchange, !hasAnswered else { return }
        deadline = nil
        exchange.run()
    }

    private func refuse(_ error: RequestError) {
        let refused = exchange ?? session.exchange(nil, for: self)
        exchange = refused
        answer(refused, error.response)
    }

    // MARK: the answer

    func answer(_ exchange: Exchange, _ response: ServerResponse) {
        guard !hasAnswered else { return }
        hasAnswered = true
        var response = response
        exchange.prepare(&response)
        let hasNoBody = response.status.code == 204 || response.status.code == 304 || exchange.isHead
        var length: Int?
        switch response.body {
        case .bytes(let bytes):
            length = response.status.code == 204 || response.status.code == 304 ? nil : bytes.count
            pending = hasNoBody ? [] : bytes
            hold(pending.count)
        case .stream: isStreaming = !hasNoBody && exchange.writer != nil
        }
        if !isStreaming { exchange.writer?.disconnect() }
        isSent = !isStreaming && pending.isEmpty
        deadline = session.time(after: session.limits.writeTime)
        session.submit(HTTP2Fields(response, for: exchange, length: length), for: self, hasBody: !isSent)
    }

    func resume() {
        deadline = deadline ?? session.time(after: session.limits.writeTime)
        session.resume(self)
    }

    func abandon(_ exchange: Exchange) { session.reset(self, NGHTTP2_CANCEL) }

    enum Read { case bytes(Int, isLast: Bool), nothing, failed }

    /// Fills the room of one DATA frame.
    func read(into room: UnsafeMutableBufferPointer<UInt8>) -> Read {
        if offset == pending.count, isStreaming, let exchange {
            switch exchange.writer?.take(64 * 1024) ?? .end {
            case .bytes(let bytes):
                (pending, offset) = (bytes, 0)
                hold(bytes.count)
            case .end: isStreaming = false
            case .nothing:
                deadline = nil
                sentSinceDeadline = 0
                return .nothing
            case .aborted:
                exchange.finish(.failed)
                return .failed
            }
        }
        let count = min(room.count, pending.count - offset)
        _ = room.update(fromContentsOf: pending[offset..<offset + count])
        offset += count
        hold(-count)
        exchange?.responseBytes += count
        isSent = offset == pending.count && !isStreaming
        renewDeadline(count)
        return .bytes(count, isLast: isSent)
    }

    /// A peer that takes a byte now and then gets no further time for it.
    private func renewDeadline(_ count: Int) {
        sentSinceDeadline += count
        guard deadline == nil || isSent || sentSinceDeadline >= 4096 else { return }
        sentSinceDeadline = 0
        deadline = session.time(after: session.limits.writeTime)
    }

    private func hold(_ change: Int) {
        held += change
        session.answerBytes += change
    }

    // MARK: the end

    /// Answered, while the peer still sends.
    func linger() { deadline = session.time(after: session.limits.lingerTime) }

    /// The deadline passed.
    func expired() {
        if isSent {
            session.reset(self, NGHTTP2_NO_ERROR)
        } else if hasAnswered || requestIsWhole {
            session.reset(self, NGHTTP2_CANCEL)
        } else {
            refuse(.bodyTimeout)
        }
    }

    /// - Returns: the exchange, if it was answered whole and waits only for the system to take the bytes.
    func closed(cleanly: Bool) -> Exchange? {
        hold(-held)
        guard let exchange else { return nil }
        if isSent, cleanly { return exchange }
        exchange.finish(.disconnected)
        return nil
    }
}
