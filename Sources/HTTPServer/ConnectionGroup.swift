import Dispatch
import Glibc
import Logging

/// What all groups of a server share; immutable.
package struct ServiceContext: Sendable {
    package let router: Router
    package let observer: any ServerObserver
    package let limits: Limits
    package let name: String?
    package let handlerExecutor: (any TaskExecutor)?
    package let logger: Logger

    package init(
        router: Router, observer: any ServerObserver, limits: Limits, name: String?,
        handlerExecutor: (any TaskExecutor)?, logger: Logger
    ) {
        (self.router, self.observer, self.limits) = (router, observer, limits)
        (self.name, self.handlerExecutor, self.logger) = (name, handlerExecutor, logger)
    }
}

/// A share of the connections, on one serial queue: sockets, parsers and immediate handlers run there and nowhere else.
///
/// `@unchecked`: every variable is touched on `queue` only, which debug builds check; others reach it through `perform`.
package final class ConnectionGroup: @unchecked Sendable {
    package let context: ServiceContext
    package let queue: DispatchQueue
    private let poller: Poller
    private let source: any DispatchSourceRead
    private let timer: any DispatchSourceTimer
    private let tick: Duration
    private var isTicking = false
    private var connections: [UInt64: Connection] = [:]
    private var nextKey: UInt64 = 0
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    private var emptied: (@Sendable () -> Void)?
    package private(set) var isDraining = false

    var clock = ServerClock()
    var identifiers = RequestIdentifiers()
    /// Bytes of request bodies held by this group's connections.
    var bodyBytesHeld = 0

    package init(_ index: Int, context: ServiceContext) throws(ServerError) {
        self.context = context
        queue = DispatchQueue(label: "http.group.\(index)")
        poller = try Poller()
        source = DispatchSource.makeReadSource(fileDescriptor: poller.number, queue: queue)
        timer = DispatchSource.makeTimerSource(queue: queue)
        let limits = context.limits
        let shortest = min(
            limits.handshakeTime, limits.headerTime, limits.bodyTime, limits.idleTime, limits.writeTime,
            limits.lingerTime)
        tick = min(max(shortest / 8, .milliseconds(5)), .seconds(1))
        source.setEventHandler { [weak self] in self?.serve() }
        // The descriptor must outlive the source that watches it.
        source.setCancelHandler { [poller] in _ = poller }
        timer.setEventHandler { [weak self] in self?.checkTimes() }
        timer.schedule(deadline: .distantFuture)
        source.activate()
        timer.activate()
    }

    deinit {
        source.cancel()
        timer.cancel()
        scratch.deallocate()
    }

    /// Runs `body` on the group's queue, later.
    func perform(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

    // MARK: on the queue

    /// - Parameter tls: nil for a plain connection.
    func adopt(_ socket: AcceptedSocket, tls: TLSContext?, release: @escaping @Sendable () -> Void) {
        queue.assertOwned()
        clock.update()
        var transport: TLSTransport?
        if let tls {
            transport = TLSTransport(tls)
            guard transport != nil else { return release() }
        }
        nextKey += 1
        let connection = Connection(socket, key: nextKey, group: self, transport: transport, release: release)
        guard poller.add(socket.descriptor.number, key: nextKey, connection.interest) else {
            connection.close()
            return
        }
        connections[nextKey] = connection
        context.observer.connectionsChanged(by: 1)
        if isDraining { connection.drain() }
        setTicking(true)
    }

    /// Serves what is ready. More rounds without going back to Dispatch while there is work, but not for ever:
    /// answers of asynchronous handlers wait in the same queue.
    private func serve() {
        queue.assertOwned()
        for _ in 0..<8 {
            clock.update()
            let count = poller.poll()
            guard count > 0 else { return }
            for index in 0..<count {
                let (key, ready) = poller[index]
                connections[key]?.becameReady(ready)
            }
        }
    }

    /// - Returns: whether there is room for one more.
    func makeRoom(_ open: OpenConnections) -> Bool { open.isCrowded ? giveUpLeastMissed() : true }

    /// The server is full: closes connections that keep their place for nothing, those that are missed least first.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    func giveUpLeastMissed() -> Bool {
        queue.assertOwned()
        clock.update()
        let now = clock.now
        let waiting = connections.values.compactMap { connection in connection.awaited.map { (connection, $0) } }
            .sorted { ($0.1.part.rawValue, $0.1.since) < ($1.1.part.rawValue, $1.1.since) }
        // Of the late some more than needed, so that not every newcomer looks through all; of the others only one.
        var given = waiting.filter { $0.1.isLate(at: now) }.prefix(32)
        if given.isEmpty { given = waiting.filter { $0.1.isDispensable(at: now) }.prefix(1) }
        for (connection, _) in given { connection.close() }
        return !given.isEmpty
    }

    func changeInterest(of connection: Connection) {
        queue.assertOwned()
        poller.change(connection.socket.descriptor.number, key: connection.key, connection.interest)
    }

    func remove(_ connection: Connection) {
        queue.assertOwned()
        guard connections.removeValue(forKey: connection.key) != nil else { return }
        poller.remove(connection.socket.descriptor.number)
        context.observer.connectionsChanged(by: -1)
        guard connections.isEmpty else { return }
        setTicking(false)
        if isDraining { finishDrain() }
    }

    /// Reads into the shared buffer and lends it.
    func read(_ socket: AcceptedSocket) throws(SocketClosed) -> UnsafeRawBufferPointer? {
        queue.assertOwned()
        guard let count = try socket.read(into: scratch) else { return nil }
        return UnsafeRawBufferPointer(rebasing: scratch[..<count])
    }

    private func checkTimes() {
        queue.assertOwned()
        clock.update()
        for connection in Array(connections.values) { connection.checkTimes(clock.now) }
    }

    private func setTicking(_ wanted: Bool) {
        guard wanted != isTicking else { return }
        isTicking = wanted
        let interval = tick.dispatchInterval
        if wanted {
            timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(1))
        } else {
            timer.schedule(deadline: .distantFuture)
        }
    }

    // MARK: the end

    /// Lets every connection finish what it does; `done` is called on the queue when none is left.
    package func drain(_ done: @escaping @Sendable () -> Void) {
        queue.assertOwned()
        clock.update()
        isDraining = true
        emptied = done
        for connection in Array(connections.values) { connection.drain() }
        if connections.isEmpty { finishDrain() }
    }

    /// - Returns: how many connections were cut off.
    package func closeAll() -> Int {
        queue.assertOwned()
        emptied = nil
        let open = Array(connections.values)
        for connection in open { connection.close() }
        return open.count
    }

    private func finishDrain() {
        let done = emptied
        emptied = nil
        done?()
    }
}

extension Duration {
    /// Whole nanoseconds; what does not fit becomes the largest number.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = UInt64(max(0, seconds)).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max / 2 : whole + UInt64(max(0, attoseconds) / 1_000_000_000)
    }

    var dispatchInterval: DispatchTimeInterval { .nanoseconds(Int(min(nanoseconds, UInt64(Int.max)))) }
}
