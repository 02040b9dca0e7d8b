/// One connection: socket, buffers and deadlines. What the bytes mean is its session's business.
///
/// Confined to its group's queue, which debug builds check.
final class Connection {
    let socket: AcceptedSocket
    let key: UInt64
    let group: ConnectionGroup
    private let release: @Sendable () -> Void
    private(set) var session: (any ProtocolSession)?

    /// Plain bytes, both ways.
    var input = ByteQueue()
    var output = ByteQueue()
    /// nil: plain bytes are what the socket carries.
    private let transport: (any Transport)?
    /// What the transport made of `output`.
    private var wire = ByteQueue()
    private(set) var interest: Poller.Interest = [.input, .peerEnd]

    private enum Phase {
        case open
        /// Close as soon as the output is flushed; linger: read on for a while, so that the answer arrives.
        case closing(linger: Bool)
        case lingering
        case closed
    }
    private var phase = Phase.open
    private var mayBecomeHTTP2 = true
    private var inputHasEnded = false
    private var readDeadline: UInt64?
    private var writeDeadline: UInt64?
    private var writtenSinceDeadline = 0
    private var start: UInt64 = 0

    init(
        _ socket: AcceptedSocket, key: UInt64, group: ConnectionGroup, transport: (any Transport)?,
        release: @escaping @Sendable () -> Void
    ) {
        group.queue.assertOwned()
        self.transport = transport
        self.socket = socket
        self.key = key
        self.group = group
        self.release = release
        session = HTTP1Session(self)
        setReadDeadline(
            transport == nil ? group.context.limits.headerTime : group.context.limits.handshakeTime)
        start = group.clock.now
    }

    deinit { release() }

    var scheme: String { transport == nil ? "http" : "https" }

    /// What keeps the connection open although nothing is being done; nil while a request is at work.
    var awaited: Awaited? {
        guard case .open = phase, output.isEmpty, wire.isEmpty else { return nil }
        guard transport?.negotiated == nil, transport != nil else { return session?.awaited }
        return Awaited(part: .head, since: start)
    }

    var isClosed: Bool { if case .closed = phase { true } else { false } }

    // MARK: what the poller says

    func becameReady(_ ready: Poller.Interest) {
        group.queue.assertOwned()
        if !ready.isDisjoint(with: .gone) {
            close()
            return
        }
        if ready.contains(.input) {
            read()
        } else if ready.contains(.peerEnd), !inputHasEnded {
            endInput()
        }
        flush()
    }

    private func read() {
        do throws(SocketClosed) {
            guard let bytes = try group.read(socket) else { return }
            guard !bytes.isEmpty else {
                endInput()
                return
            }
            switch phase {
            case .open:
                try take(bytes)
            case .closing, .lingering, .closed: break  // nobody wants it any more
            }
        } catch {
            close()
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) throws(SocketClosed) {
        if let transport {
            do throws(SocketClosed) {
                try transport.received(bytes, plain: &input, wire: &wire)
            } catch {
                _ = try? write(&wire)  // the alert
                throw error
            }
            guard let negotiated = transport.negotiated else { return }
            if mayBecomeHTTP2 {
                mayBecomeHTTP2 = false
                setReadDeadline(group.context.limits.headerTime)
                if negotiated == .http2 { becomeHTTP2() }
            }
        } else {
            input.append(bytes)
            if mayBecomeHTTP2 { guard chooseProtocol() else { return } }
        }
        session?.advance()
        if transport?.hasEnded == true, !inputHasEnded { endInput() }
    }

    /// An HTTP/2 client says so in its first 24 bytes (RFC 9113, 3.4).
    ///
    /// - Returns: false if more bytes are needed to tell.
    private func chooseProtocol() -> Bool {
        guard group.context.limits.concurrentStreams > 0 else {
            mayBecomeHTTP2 = false
            return true
        }
        let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        let (length, matches) = preface.withUTF8Buffer { preface in
            (preface.count, input.withUnsafeBytes { $0.prefix(preface.count).elementsEqual(preface.prefix($0.count)) })
        }
        if matches, input.count < length { return false }
        mayBecomeHTTP2 = false
        if matches { becomeHTTP2() }
        return true
    }

    private func becomeHTTP2() {
        guard let http2 = HTTP2Session(self) else { return close() }
        session = http2
        if group.isDraining { http2.drain() }
    }

    private func endInput() {
        inputHasEnded = true
        switch phase {
        case .open: session?.inputEnded()
        case .lingering: close()
        case .closing, .closed: break
        }
    }

    // MARK: what the session asks for

    /// Hands output to the system, and lets the session go on as room appears.
    func flush() {
        group.queue.assertOwned()
        while !isClosed {
            do throws(SocketClosed) {
                guard try writeOutput() else { break }
            } catch {
                close()
                return
            }
            session?.outputFlushed()
            if case .open = phase, !mayBecomeHTTP2, let session, session.waitsForOutput {
                session.advance()
                if !output.isEmpty { continue }
            }
            if case .closing(let linger) = phase { endAfterFlush(linger: linger) }
            break
        }
        updateInterest()
    }

    /// - Returns: whether everything went out.
    private func writeOutput() throws(SocketClosed) -> Bool {
        guard let transport else { return try write(&output) }
        repeat {
            try transport.send(&output, wire: &wire)
            guard try write(&wire) else { return false }
        } while transport.isOpen && !output.isEmpty
        return output.isEmpty
    }

    private func write(_ bytes: inout ByteQueue) throws(SocketClosed) -> Bool {
        while !bytes.isEmpty {
            let result: Result<Int?, SocketClosed> = bytes.withUnsafeBytes { bytes in
                do throws(SocketClosed) { return .success(try socket.write(bytes)) } catch { return .failure(error) }
            }
            guard let count = try result.get() else {
                if writeDeadline == nil { renewWriteDeadline() }
                return false
            }
            bytes.consume(count)
            writtenSinceDeadline += count
            if writeDeadline != nil, writtenSinceDeadline >= 4096 { renewWriteDeadline() }
        }
        writeDeadline = nil
        return true
    }

    private func renewWriteDeadline() {
        writtenSinceDeadline = 0
        writeDeadline = group.clock.now + group.context.limits.writeTime.nanoseconds
    }

    func setReadDeadline(_ time: Duration?) {
        readDeadline = time.map { group.clock.now + $0.nanoseconds }
    }

    /// - Parameter time: nanoseconds of the group's clock; nil: none.
    func setReadDeadline(at time: UInt64?) { readDeadline = time }

    /// No further request: what is in `output` goes out, then the connection ends.
    func closeWhenFlushed(linger: Bool) {
        guard case .open = phase else { return }
        phase = .closing(linger: linger)
        readDeadline = nil
        input = ByteQueue()
    }

    private func endAfterFlush(linger: Bool) {
        if let transport {
            transport.finish(wire: &wire)
            _ = try? write(&wire)
        }
        guard linger, !inputHasEnded else {
            close()
            return
        }
        socket.endWriting()
        phase = .lingering
        setReadDeadline(group.context.limits.lingerTime)
    }

    /// Ends the connection now.
    ///
    /// - Parameter reset: the peer must see that something is missing.
    func close(reset: Bool = false) {
        group.queue.assertOwned()
        guard !isClosed else { return }
        phase = .closed
        if reset { socket.resetOnClose() }
        let session = session
        self.session = nil
        session?.closed()
        group.remove(self)
    }

    func drain() {
        session?.drain()
        flush()
    }

    func checkTimes(_ now: UInt64) {
        group.queue.assertOwned()
        if let writeDeadline, writeDeadline <= now {
            close(reset: true)
            return
        }
        guard let readDeadline, readDeadline <= now else { return }
        self.readDeadline = nil
        guard case .open = phase else {
            close()
            return
        }
        session?.timedOut()
        flush()
    }

    private func updateInterest() {
        guard !isClosed else { return }
        var wanted: Poller.Interest = []
        if !inputHasEnded {
            wanted.insert(.peerEnd)
            if case .open = phase {
                if session?.wantsInput == true { wanted.insert(.input) }
            } else {
                wanted.insert(.input)
            }
        }
        if transport == nil ? !output.isEmpty : !wire.isEmpty { wanted.insert(.output) }
        guard wanted != interest else { return }
        interest = wanted
        group.changeInterest(of: self)
    }
}
