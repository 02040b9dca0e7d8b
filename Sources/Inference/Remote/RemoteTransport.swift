import Foundation
import HTTPClient
import Synchronization

/// Sends requests to one server over connections that are kept and used again, each from a thread that may block.
final class RemoteTransport: Sendable {
    typealias Response = HTTPAnswer

    enum Failure: Error {
        case network(String)
        case timedOut
        case tooLarge
    }

    /// One connection, handed from thread to thread.
    ///
    /// `@unchecked`: whoever took it out of `idle` has it alone until it is given back.
    private final class Connection: @unchecked Sendable {
        let client: HTTPClient
        init(_ client: HTTPClient) { self.client = client }
    }

    private let url: String
    private let key: String?
    private let limit: Int
    private let idle = Mutex<[Connection]>([])
    private let queue = DispatchQueue(label: "remote", attributes: .concurrent)

    /// Connections that are kept at most; further ones end with their request.
    private static let kept = 64

    /// - Parameters:
    ///   - url: what stands before each route.
    ///   - limit: bytes of an answer.
    init(url: String, key: String?, limit: Int) { (self.url, self.key, self.limit) = (url, key, limit) }

    /// - Throws: `Failure`, `CancellationError`. A call that is cancelled returns at once; its connection is closed when
    ///   the server has answered or the time is up.
    func post(_ route: String, json body: [UInt8], within time: Duration) async throws -> Response {
        let once = Once()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                once.set(continuation)
                queue.async { [self] in once.resume(exchange(route, body, seconds: time / .seconds(1))) }
            }
        } onCancel: {
            once.resume(.failure(CancellationError()))
        }
    }

    private func exchange(_ route: String, _ body: [UInt8], seconds: Double) -> Result<Response, any Error> {
        do {
            let connection = try idle.withLock({ $0.popLast() }) ?? connect(seconds)
            connection.client.timeout = seconds
            let answer = try connection.client.post(route, json: body)
            if answer.keepsAlive {
                idle.withLock { if $0.count < Self.kept { $0.append(connection) } }
            }
            return .success(answer)
        } catch let error as ExchangeError {
            switch error {
            case .timedOut: return .failure(Failure.timedOut)
            case .tooLarge: return .failure(Failure.tooLarge)
            default: return .failure(Failure.network(error.description))
            }
        } catch {
            return .failure(Failure.network("\(error)"))
        }
    }

    private func connect(_ seconds: Double) throws -> Connection {
        let endpoint = try HTTPEndpoint(url)
        return Connection(HTTPClient(endpoint: endpoint, timeout: seconds, apiKey: key, maximumBytes: limit))
    }
}

/// Resumes a continuation once, also where the result comes before it.
private final class Once: Sendable {
    private typealias Answer = Result<RemoteTransport.Response, any Error>
    private struct State {
        var continuation: CheckedContinuation<RemoteTransport.Response, any Error>?
        var early: Answer?
        var isOver = false
    }

    private let state = Mutex(State())

    func set(_ continuation: CheckedContinuation<RemoteTransport.Response, any Error>) {
        let early = state.withLock { state -> Answer? in
            if state.early == nil { state.continuation = continuation }
            return state.early
        }
        if let early { continuation.resume(with: early) }
    }

    func resume(_ result: Result<RemoteTransport.Response, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<RemoteTransport.Response, any Error>? in
            guard !state.isOver else { return nil }
            state.isOver = true
            if state.continuation == nil { state.early = result }
            defer { state.continuation = nil }
            return state.continuation
        }
        waiting?.resume(with: result)
    }
}
