import Dispatch
import Glibc
import Logging
import Synchronization

/// What a server is made of.
public struct ServerConfiguration: Sendable {
    public var addresses: [SocketAddress]
    /// Where TLS is spoken, under `tls`.
    public var tlsAddresses: [SocketAddress] = []
    public var tls: TLSConfiguration?
    /// Sockets that the service manager opened; used besides `addresses`.
    public var inherited: [InheritedSocket] = []
    /// Permissions of Unix sockets' files, such as 0o660; nil: as the umask says.
    public var unixMode: UInt32?
    /// Connection groups, each with its own serial queue; 0: one for each core.
    public var groups = 0
    public var limits = Limits()
    /// The `server` field; nil: none.
    public var name: String? = "kinglet"
    /// Connections waiting to be accepted.
    public var backlog = 1024
    /// Where asynchronous handlers run; nil: the global pool, where blocking work of others can hold them up.
    public var handlerExecutor: (any TaskExecutor)?

    public init(addresses: [SocketAddress] = [.ip(host: "127.0.0.1", port: 8080)]) { self.addresses = addresses }
}

/// An HTTP server: listeners, and groups of connections on serial queues.
public final class Server: Sendable {
    private struct State {
        var listeners: [Listener] = []
        var groups: [ConnectionGroup] = []
        var tls: TLSStore?
        var hasStarted = false
    }

    private let configuration: ServerConfiguration
    private let context: ServiceContext
    private let open: OpenConnections
    private let state = Mutex(State())

    public init(
        configuration: ServerConfiguration = ServerConfiguration(), router: Router,
        observer: any ServerObserver = SilentObserver(), logger: Logger = Logger(label: "http")
    ) {
        self.configuration = configuration
        context = ServiceContext(
            router: router, observer: observer, limits: configuration.limits, name: configuration.name,
            handlerExecutor: configuration.handlerExecutor, logger: logger)
        open = OpenConnections(configuration.limits)
    }

    deinit { stop() }

    /// Where the server listens, with the ports that the system chose, those with TLS last; empty before `start`.
    public var addresses: [SocketAddress] { state.withLock { $0.listeners.map(\.address) } }

    /// The port of the first TCP address.
    public var port: Int? { addresses.lazy.compactMap(\.port).first }

    /// Open connections now.
    public var connections: Int { open.value }

    /// Binds all addresses and begins to accept; returns at once.
    ///
    /// - Throws: the first address that cannot be bound; then nothing is left open.
    public func start() throws(ServerError) {
        try state.withLock { (state) throws(ServerError) in
            guard !state.hasStarted else { throw .started }
            let count = configuration.groups > 0 ? configuration.groups : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            var groups: [ConnectionGroup] = []
            for index in 0..<count { groups.append(try ConnectionGroup(index, context: context)) }
            let tls = try loadTLS()
            let listeners = try listen(groups, tls)
            fitDescriptors()
            (state.groups, state.listeners, state.tls, state.hasStarted) = (groups, listeners, tls, true)
        }
    }

    private func listen(_ groups: [ConnectionGroup], _ tls: TLSStore?) throws(ServerError) -> [Listener] {
        var listeners: [Listener] = []
        func add(_ socket: consuming ListeningSocket, _ tls: TLSStore?) {
            listeners.append(Listener(socket, tls: tls, groups: groups, open: open, logger: context.logger))
        }
        do throws(ServerError) {
            for (addresses, store) in [(configuration.addresses, nil), (configuration.tlsAddresses, tls)] {
                for address in addresses {
                    add(
                        try ListeningSocket(
                            address, backlog: configuration.backlog, mode: configuration.unixMode), store)
                }
            }
            for inherited in configuration.inherited {
                add(try ListeningSocket(inherited), inherited.usesTLS ? tls : nil)
            }
        } catch {
            for listener in listeners { listener.stop() }
            throw error
        }
        return listeners
    }

    /// The connections that may be open follow the descriptors that there are.
    private func fitDescriptors() {
        let wanted = configuration.limits.connections
        let fitting = open.fit(OpenFiles.allow(wanted + 64))
        guard fitting < wanted else { return }
        context.logger.warning(
            "fewer connections than set: the limit of open files is low. Raise LimitNOFILE or ulimit -n",
            metadata: ["connections": "\(fitting)", "wanted": "\(wanted)"])
    }

    private func loadTLS() throws(ServerError) -> TLSStore? {
        let isNeeded = !configuration.tlsAddresses.isEmpty || configuration.inherited.contains { $0.usesTLS }
        guard isNeeded else { return nil }
        do throws(TLSError) {
            return try TLSStore(configuration.tls ?? TLSConfiguration(certificates: []))
        } catch {
            throw .tls(error)
        }
    }

    /// Reads certificates and keys again; open connections keep theirs. On an error the old ones stay in use.
    public func reloadCertificates() throws(TLSError) {
        guard let tls = state.withLock({ $0.tls }) else { throw .notConfigured }
        try tls.reload()
    }

    /// Stops accepting, finishes what is in flight and returns when no connection is left or the time is up.
    /// Requests that come on connections still open are answered with `connection: close`.
    ///
    /// - Returns: how many connections had to be cut off.
    @discardableResult
    public func drain(deadline: Duration) async -> Int {
        let (listeners, groups) = state.withLock { state in
            defer { state.listeners = [] }
            return (state.listeners, state.groups)
        }
        for listener in listeners { listener.stop() }
        return await withTaskGroup(of: Int.self) { tasks in
            for group in groups { tasks.addTask { await Self.drain(group, deadline: deadline) } }
            return await tasks.reduce(0, +)
        }
    }

    private static func drain(_ group: ConnectionGroup, deadline: Duration) async -> Int {
        await withCheckedContinuation { continuation in
            let end = DrainEnd(continuation)
            group.perform { group.drain { end.finish(0) } }
            group.queue.asyncAfter(deadline: .now() + deadline.dispatchInterval) {
                if !end.isFinished { end.finish(group.closeAll()) }
            }
        }
    }

    /// Stops at once: listeners and connections are closed, handlers cancelled.
    public func stop() {
        let (listeners, groups) = state.withLock { state in
            defer { (state.listeners, state.groups) = ([], []) }
            return (state.listeners, state.groups)
        }
        for listener in listeners { listener.stop() }
        for group in groups { group.perform { _ = group.closeAll() } }
    }
}

/// Resumes a drain once: when the group is empty or when the time is up, both on the group's queue.
private final class DrainEnd: Sendable {
    private let continuation: Mutex<CheckedContinuation<Int, Never>?>

    init(_ continuation: CheckedContinuation<Int, Never>) { self.continuation = Mutex(continuation) }

    var isFinished: Bool { continuation.withLock { $0 == nil } }

    func finish(_ closed: Int) {
        continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }?.resume(returning: closed)
    }
}

/// Watches nothing.
public struct SilentObserver: ServerObserver {
    public init() {}
}
