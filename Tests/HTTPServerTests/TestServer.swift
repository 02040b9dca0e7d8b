import HTTPServer
import HTTPTypes
import Logging
import Synchronization

/// A server on a port of its own with routes for tests.
final class TestServer: Sendable {
    let server: Server
    /// Counts what handlers and the observer saw.
    let seen: Seen

    init(
        address: SocketAddress = .ip(host: "127.0.0.1", port: 0), groups: Int = 2,
        limits change: (inout Limits) -> Void = { _ in }, observer: (any ServerObserver)? = nil,
        tls: TLSConfiguration? = nil
    ) throws {
        let seen = Seen()
        self.seen = seen
        var configuration = ServerConfiguration(addresses: [address])
        if let tls {
            (configuration.addresses, configuration.tlsAddresses, configuration.tls) = ([], [address], tls)
        }
        configuration.groups = groups
        configuration.handlerExecutor = ThreadExecutor.shared
        change(&configuration.limits)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        server = Server(
            configuration: configuration, router: Self.router(seen), observer: observer ?? seen, logger: logger)
        try server.start()
    }

    deinit { server.stop() }

    var address: SocketAddress { server.addresses[0] }
    var port: Int { server.port ?? 0 }

    func client(timeout: Int = 60, receiveBuffer: Int32? = nil) throws -> RawClient {
        try RawClient(address, timeout: timeout, receiveBuffer: receiveBuffer)
    }

    final class Seen: ServerObserver {
        struct Record: Sendable {
            let route: String?
            let status: Int
            let end: FinishedExchange.End
        }
        private struct State {
            var started = 0, cancelled = 0, written = 0, connections = 0
            var paths: [String] = []
            var finished: [Record] = []
        }
        private let state: Mutex<State>

        init() { state = Mutex(State()) }

        func start(_ path: String) {
            state.withLock {
                $0.started += 1; $0.paths.append(path)
            }
        }
        func cancel() { state.withLock { $0.cancelled += 1 } }
        func write(_ bytes: Int) { state.withLock { $0.written += bytes } }
        var started: Int { state.withLock { $0.started } }
        var cancelled: Int { state.withLock { $0.cancelled } }
        var written: Int { state.withLock { $0.written } }
        var paths: [String] { state.withLock { $0.paths } }
        var finishedExchanges: [Record] { state.withLock { $0.finished } }
        var openConnections: Int { state.withLock { $0.connections } }

        func finished(_ exchange: FinishedExchange) {
            state.withLock {
                $0.finished.append(Record(route: exchange.route, status: exchange.status, end: exchange.end))
            }
        }

        func connectionsChanged(by difference: Int) { state.withLock { $0.connections += difference } }
    }

    private static func router(_ seen: Seen) -> Router {
        var router = Router()
        router.get("/healthz", immediate: { _ in .text("ok\n") })
        router.get(
            "/now/{name}",
            immediate: { request in
                seen.start(request.path)
                return .text(request.parameters["name"] ?? "")
            })
        router.get("/later/{milliseconds}/{name}") { request in
            seen.start(request.path)
            try await Task.sleep(for: .milliseconds(Int(request.parameters["milliseconds"] ?? "") ?? 0))
            return .text(request.parameters["name"] ?? "")
        }
        router.post("/echo", bodyLimit: 1 << 20) { request in
            seen.start(request.path)
            return ServerResponse(
                headerFields: [.contentType: request.header("content-type") ?? "application/octet-stream"],
                body: request.body)
        }
        router.put("/items/{item}") { .text("\($0.parameters["item"] ?? "") \($0.body.count)") }
        router.get(
            "/admin",
            immediate: { request in
                seen.start("/admin")
                return .text("secret")
            })
        router.get("/hang") { request in
            seen.start(request.path)
            do { try await Task.sleep(for: .seconds(60)) } catch {
                seen.cancel()
                throw error
            }
            return .text("too late")
        }
        // Waits to be cancelled, then answers all the same.
        router.get("/cancelled/{status}") { request in
            seen.start(request.path)
            let status = Int(request.parameters["status"] ?? "")
            guard let status else {
                return .events { events in
                    try? await Task.sleep(for: .seconds(60))
                    try? await events.send(event: "error", data: "cancelled")
                }
            }
            try? await Task.sleep(for: .seconds(60))
            return .text("cancelled", status: .init(code: status))
        }
        router.get("/fail") { _ in throw CancellationError() }
        router.get("/count/{pieces}") { request in
            let pieces = Int(request.parameters["pieces"] ?? "") ?? 0
            return ServerResponse { writer in
                for piece in 0..<pieces { try await writer.write("\(piece),") }
            }
        }
        router.get("/flood/{pieces}") { request in
            let pieces = Int(request.parameters["pieces"] ?? "") ?? 0
            let piece = [UInt8](repeating: 0x78, count: 16 * 1024)
            return ServerResponse { writer in
                do {
                    for _ in 0..<pieces {
                        try await writer.write(piece)
                        seen.write(piece.count)
                    }
                } catch {
                    seen.cancel()
                    throw error
                }
            }
        }
        router.get("/broken") { _ in
            ServerResponse { writer in
                try await writer.write("half")
                throw CancellationError()
            }
        }
        router.get("/events") { _ in
            .events { events in
                for number in 0..<3 { try await events.send(event: "delta", data: "line \(number)\nnext") }
            }
        }
        return router
    }
}

/// Waits until something is true, at most some seconds.
func eventually(within seconds: Int = 30, _ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
}
