import CNGHTTP2

/// HTTP/2 on one connection (RFC 9113): frames, HPACK and flow control by nghttp2, requests and limits here.
///
/// Confined to the group's queue. The library calls back from `advance` only; see `HTTP2Callbacks`.
final class HTTP2Session: ProtocolSession {
    private let connection: Connection
    let limits: Limits
    private let library: OpaquePointer
    private var streams: [Int32: HTTP2Stream] = [:]
    private var flood: FloodGuard
    /// Answered whole, but not yet handed to the system.
    private var unflushed: [Exchange] = []
    /// Bytes of all answers that are ready and wait for the peer's windows.
    var answerBytes = 0
    /// Requests that are whole, but come after too many unread answers.
    private var postponed: [Int32] = []
    private var requests = 0
    private var idleDeadline: UInt64?
    /// When a stream ended for the last time, or the first began.
    private var idleSince: UInt64
    /// The first GOAWAY is out; the second, which names the last stream, is due then.
    private var goAwayDeadline: UInt64?
    private var isLeaving = false
    private var isOver = false

    /// - Returns: nil if there is no memory for a session.
    init?(_ connection: Connection) {
        self.connection = connection
        limits = connection.group.context.limits
        flood = FloodGuard(now: connection.group.clock.now)
        idleSince = connection.group.clock.now
        guard let library = HTTP2Callbacks.makeSession() else { return nil }
        self.library = library
        HTTP2Callbacks.setOwner(self, of: library)
        submitSettings()
        idleDeadline = time(after: limits.headerTime)
    }

    var awaited: Awaited? {
        guard unflushed.isEmpty else { return nil }
        if streams.isEmpty { return Awaited(part: requests == 0 ? .head : .nothing, since: idleSince) }
        return streams.values.allSatisfy(\.isIncomplete) ? Awaited(part: .body, since: idleSince) : nil
    }

    deinit { nghttp2_session_del(library) }

    private func submitSettings() {
        func entry(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
            nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
        }
        let settings = [
            entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreams),
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 256 * 1024),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.headerBytes),
        ]
        nghttp2_submit_settings(library, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(library, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, 1024 * 1024)
    }

    private var hasRoom: Bool { connection.output.count < limits.highWaterBytes }
    var wantsInput: Bool { !isOver && hasRoom }

    var waitsForOutput: Bool {
        !isOver && (!connection.input.isEmpty || nghttp2_session_want_write(library) != 0)
    }

    /// Nanoseconds of the clock, so much later.
    func time(after duration: Duration) -> UInt64 { connection.group.clock.now + duration.nanoseconds }

    // MARK: bytes

    func advance() {
        connection.group.queue.assertOwned()
        while !isOver, hasRoom, !connection.input.isEmpty {
            let bytes = connection.input.take(16 * 1024)
            let taken = nghttp2_session_mem_recv(library, bytes, bytes.count)
            guard taken == bytes.count else { return leave(Self.reason(taken)) }
            send()
        }
        send()
        runPostponed()
        endIfDone()
    }

    private func runPostponed() {
        while !isOver, !postponed.isEmpty, answerBytes < limits.highWaterBytes {
            streams[postponed.removeFirst()]?.runPostponed()
            send()
        }
    }

    private func send() {
        while !isOver, hasRoom {
            var data: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(library, &data)
            guard count > 0, let data else {
                if count < 0 { end() }
                return
            }
            connection.output.append(UnsafeBufferPointer(start: data, count: count))
        }
    }

    private func endIfDone() {
        guard !isOver else { return }
        if isLeaving, streams.isEmpty, goAwayDeadline == nil { nghttp2_session_terminate_session(library, 0) }
        send()
        if nghttp2_session_want_read(library) == 0, nghttp2_session_want_write(library) == 0 { return end() }
        setDeadline()
    }

    private func end() {
        isOver = true
        connection.closeWhenFlushed(linger: true)
    }

    /// A connection error: GOAWAY with a reason, and the end.
    private func leave(_ reason: nghttp2_error_code) {
        guard !isOver else { return }
        nghttp2_session_terminate_session(library, reason.rawValue)
        send()
        end()
    }

    /// What the library gave up for.
    private static func reason(_ error: Int) -> nghttp2_error_code {
        switch Int32(clamping: error) {
        case NGHTTP2_ERR_FLOODED.rawValue: NGHTTP2_ENHANCE_YOUR_CALM
        case NGHTTP2_ERR_NOMEM.rawValue, NGHTTP2_ERR_CALLBACK_FAILURE.rawValue: NGHTTP2_INTERNAL_ERROR
        default: NGHTTP2_PROTOCOL_ERROR
        }
    }

    private func setDeadline() {
        var next = [idleDeadline, goAwayDeadline].compactMap { $0 }.min()
        for stream in streams.values {
            guard let deadline = stream.deadline else { continue }
            next = min(next ?? .max, deadline)
        }
        connection.setReadDeadline(at: next)
    }

    // MARK: what streams ask for

    func exchange(_ head: RequestHead?, for stream: HTTP2Stream) -> Exchange {
        Exchange(head, client: connection.socket.client, group: connection.group, output: stream)
    }

    func submit(_ fields: HTTP2Fields, for stream: HTTP2Stream, hasBody: Bool) {
        _ = fields.withList { list, count in
            withUnsafePointer(to: HTTP2Callbacks.provider) { provider in
                nghttp2_submit_response(library, stream.id, list, count, hasBody ? provider : nil)
            }
        }
    }

    func submitContinue(_ stream: HTTP2Stream) {
        _ = HTTP2Fields.goOn.withList { list, count in
            nghttp2_submit_headers(library, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, nil, list, count, nil)
        }
    }

    /// The stream has bytes again, or its answer was submitted by a task.
    func resume(_ stream: HTTP2Stream) {
        guard !isOver else { return }
        nghttp2_session_resume_data(library, stream.id)
        advance()
        connection.flush()
    }

    func reset(_ stream: HTTP2Stream, _ reason: nghttp2_error_code) {
        guard !isOver else { return }
        nghttp2_submit_rst_stream(library, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, reason.rawValue)
        advance()
        connection.flush()
    }

    /// Whether a request may run now. Otherwise it is called later: a peer that takes no answers gets no further ones.
    func hasRoomForAnswer(of stream: HTTP2Stream) -> Bool {
        if answerBytes < limits.highWaterBytes, postponed.isEmpty { return true }
        postponed.append(stream.id)
        return false
    }

    // MARK: what the library says, from inside `advance`

    func stream(_ id: Int32) -> HTTP2Stream? { streams[id] }

    func streamBegan(_ id: Int32) {
        requests += 1
        idleDeadline = nil
        if streams.isEmpty { idleSince = connection.group.clock.now }
        streams[id] = HTTP2Stream(id: id, session: self)
        if requests == limits.requestsPerConnection { submitGoAway(last: id) }
    }

    func streamClosed(_ id: Int32, cleanly: Bool) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        if let exchange = stream.closed(cleanly: cleanly) { unflushed.append(exchange) }
        idleSince = connection.group.clock.now
        if streams.isEmpty { idleDeadline = time(after: limits.idleTime) }
    }

    /// - Returns: false if the peer floods us; the connection is then on its way out.
    func permits(_ kind: FloodGuard.Kind) -> Bool {
        if flood.allows(kind, now: connection.group.clock.now) { return true }
        nghttp2_session_terminate_session(library, NGHTTP2_ENHANCE_YOUR_CALM.rawValue)
        return false
    }

    /// The last frame of an answer is out. The peer may still be sending: it gets a moment to read the answer first, for
    /// some clients forget it over a reset (RFC 9113, 8.1).
    func answerEnded(_ id: Int32) {
        guard nghttp2_session_get_stream_remote_close(library, id) == 0 else { return }
        streams[id]?.linger()
    }

    /// Gives room back to the peer: on the connection always, on the stream while its body is wanted.
    func dataArrived(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard let stream = streams[id], stream.wantsBody else {
            nghttp2_session_consume_connection(library, bytes.count)
            return
        }
        nghttp2_session_consume(library, id, bytes.count)
        stream.dataArrived(bytes)
    }

    // MARK: life of the connection

    func outputFlushed() {
        while let exchange = unflushed.popLast() { exchange.finish(.answered) }
    }

    func inputEnded() {
        if streams.isEmpty { end() } else { connection.close() }
    }

    /// Two GOAWAYs (RFC 9113, 6.8): requests that are on their way still count.
    func drain() {
        guard !isLeaving, !isOver else { return }
        isLeaving = true
        nghttp2_submit_shutdown_notice(library)
        goAwayDeadline = time(after: limits.drainIdleTime)
        send()
        setDeadline()
    }

    private func submitGoAway(last: Int32) {
        isLeaving = true
        goAwayDeadline = nil
        nghttp2_submit_goaway(library, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, NGHTTP2_NO_ERROR.rawValue, nil, 0)
    }

    func timedOut() {
        guard !isOver else { return }
        let now = connection.group.clock.now
        if let goAwayDeadline, goAwayDeadline <= now {
            submitGoAway(last: nghttp2_session_get_last_proc_stream_id(library))
        }
        if streams.isEmpty, let idleDeadline, idleDeadline <= now { return leave(NGHTTP2_NO_ERROR) }
        for stream in Array(streams.values) {
            if let deadline = stream.deadline, deadline <= now { stream.expired() }
        }
        advance()
    }

    func closed() {
        connection.group.queue.assertOwned()
        isOver = true
        for exchange in unflushed { exchange.finish(.disconnected) }
        unflushed = []
        let open = Array(streams.values)
        streams = [:]
        for stream in open { stream.closed(cleanly: false)?.finish(.disconnected) }
    }
}
