import Foundation
import FoundationNetworking
import Synchronization

/// Sends one HTTP request at a time per call over connections that are kept and used again.
final class RemoteTransport: Sendable {
    struct Response: Sendable {
        var status: Int
        var retryAfterSeconds: Int?
        var body: [UInt8]
    }

    enum Failure: Error {
        case network(String)
        case timedOut
        case tooLarge
    }

    fileprivate struct Pending {
        var body: [UInt8] = []
        var limit: Int
        var isTooLarge = false
        let finish: @Sendable (Result<Response, Failure>) -> Void
    }

    private let receiver = Receiver()
    private let session: URLSession

    init() {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = 64
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        session = URLSession(configuration: configuration, delegate: receiver, delegateQueue: nil)
    }

    func close() { session.invalidateAndCancel() }

    /// - Throws: `Failure`, `CancellationError`.
    func send(_ request: URLRequest, limit: Int, within time: Duration) async throws -> Response {
        var request = request
        // The session counts whole seconds, and anew with every byte: the timer below decides.
        request.timeoutInterval = time / .seconds(1) + 10
        let task = session.dataTask(with: request)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let once = Once(continuation)
                receiver.expect(task, limit: limit) { once.resume($0) }
                DispatchQueue.global().asyncAfter(deadline: .now() + time / .seconds(1)) { [weak task] in
                    guard once.resume(.failure(.timedOut)) else { return }
                    task?.cancel()
                }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
    }
}

/// Resumes a continuation at most once.
private final class Once: Sendable {
    private let continuation: Mutex<CheckedContinuation<RemoteTransport.Response, any Error>?>

    init(_ continuation: CheckedContinuation<RemoteTransport.Response, any Error>) {
        self.continuation = Mutex(continuation)
    }

    /// - Returns: whether this call was the first.
    @discardableResult
    func resume(_ result: Result<RemoteTransport.Response, RemoteTransport.Failure>) -> Bool {
        let continuation = continuation.withLock { stored in
            defer { stored = nil }
            return stored
        }
        continuation?.resume(with: result.mapError { $0 as any Error })
        return continuation != nil
    }
}

/// Collects what comes in for each task.
private final class Receiver: NSObject, URLSessionDataDelegate, Sendable {
    private let pending = Mutex<[Int: RemoteTransport.Pending]>([:])

    func expect(
        _ task: URLSessionTask, limit: Int,
        finish: @escaping @Sendable (Result<RemoteTransport.Response, RemoteTransport.Failure>) -> Void
    ) {
        pending.withLock { $0[task.taskIdentifier] = .init(limit: limit, finish: finish) }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLarge = pending.withLock { pending in
            guard var entry = pending[dataTask.taskIdentifier], !entry.isTooLarge else { return false }
            entry.isTooLarge = entry.body.count + data.count > entry.limit
            if !entry.isTooLarge { entry.body.append(contentsOf: data) }
            pending[dataTask.taskIdentifier] = entry
            return entry.isTooLarge
        }
        if isTooLarge { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let entry = pending.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        if entry.isTooLarge { return entry.finish(.failure(.tooLarge)) }
        if let error {
            let isTimeout = (error as? URLError)?.code == .timedOut
            return entry.finish(.failure(isTimeout ? .timedOut : .network(error.localizedDescription)))
        }
        guard let response = task.response as? HTTPURLResponse else {
            return entry.finish(.failure(.network("no HTTP response")))
        }
        let wait = response.value(forHTTPHeaderField: "retry-after").flatMap { Int($0) }
        entry.finish(.success(.init(status: response.statusCode, retryAfterSeconds: wait, body: entry.body)))
    }
}
