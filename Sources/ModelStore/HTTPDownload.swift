import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Fetches one URL into a file; goes on behind the bytes that the file already has (RFC 9110, 14.2: Range).
///
/// The delegate's methods run one at a time on the session's queue; `state` is locked because `start` runs elsewhere.
final class HTTPDownload: NSObject, URLSessionDataDelegate {
    private struct State {
        var handle: FileHandle?
        var done = 0
        var failure: PullError?
        var continuation: CheckedContinuation<Void, any Error>?
    }
    private let url: URL, path: String, size: Int
    private let progress: @Sendable (Int) -> Void
    private let state = Mutex(State())

    /// Seconds without a byte after which a source counts as unreachable.
    static let patience: TimeInterval = 10

    private init(url: URL, path: String, size: Int, progress: @escaping @Sendable (Int) -> Void) {
        (self.url, self.path, self.size, self.progress) = (url, path, size, progress)
    }

    /// - Parameters:
    ///   - path: the file; made if it is not there.
    ///   - size: bytes that the whole file has; more are refused.
    static func fetch(
        _ url: URL, to path: String, size: Int, progress: @escaping @Sendable (Int) -> Void
    ) async throws(PullError) {
        let download = HTTPDownload(url: url, path: path, size: size, progress: progress)
        do {
            try await download.run()
        } catch let error as PullError {
            throw error
        } catch {
            let source = url.host ?? url.absoluteString, reason = download.reason(error)
            let hasAnswered = download.state.withLock { $0.handle != nil || $0.done > 0 }
            throw hasAnswered ? .source(source, reason: reason) : .unreachable(host: source, reason: reason)
        }
    }

    private func run() async throws {
        let present = ModelStore.size(path) ?? 0
        if present > size { try? FileManager.default.removeItem(atPath: path) }
        if present == size { return }
        var request = URLRequest(url: url, timeoutInterval: Self.patience)
        request.setValue("kinglet", forHTTPHeaderField: "User-Agent")
        // Compression would make byte ranges those of something else.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if present > 0, present < size { request.setValue("bytes=\(present)-", forHTTPHeaderField: "Range") }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = Self.patience
        let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let task = session.dataTask(with: request)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.continuation = continuation }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        do throws(PullError) {
            try begin(response)
            completionHandler(.allow)
        } catch {
            state.withLock { $0.failure = error }
            completionHandler(.cancel)
        }
    }

    private func begin(_ response: URLResponse) throws(PullError) {
        let source = url.host ?? url.absoluteString
        guard let response = response as? HTTPURLResponse else { throw .source(source, reason: "no HTTP answer") }
        let present = ModelStore.size(path) ?? 0
        let start: Int
        switch response.statusCode {
        case 200: start = 0
        case 206:
            let range = response.value(forHTTPHeaderField: "Content-Range") ?? ""
            guard range == "bytes \(present)-\(size - 1)/\(size)" else {
                throw .source(source, reason: "answered another range than the one asked for: '\(range)'")
            }
            start = present
        default: throw .source(source, reason: "HTTP status \(response.statusCode)")
        }
        if start == 0 { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw .disk(path: path, reason: "cannot be written")
        }
        do {
            try handle.seek(toOffset: UInt64(start))
        } catch {
            throw .disk(path: path, reason: "cannot be written")
        }
        state.withLock { ($0.handle, $0.done) = (handle, start) }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let (done, isSound) = state.withLock { state -> (Int, Bool) in
            guard state.failure == nil else { return (state.done, false) }
            guard state.done + data.count <= size else {
                state.failure = .source(url.host ?? "", reason: "sends more than the \(size) bytes of the file")
                return (state.done, false)
            }
            do {
                try state.handle?.write(contentsOf: data)
            } catch {
                state.failure = .disk(path: path, reason: "cannot be written; is the disk full?")
                return (state.done, false)
            }
            state.done += data.count
            return (state.done, true)
        }
        if isSound { progress(done) } else { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let (continuation, failure) = state.withLock { state in
            try? state.handle?.close()
            state.handle = nil
            let end: (any Error)? = state.failure ?? error ?? shortfall(state.done)
            defer { state.continuation = nil }
            return (state.continuation, end)
        }
        if let failure { continuation?.resume(throwing: failure) } else { continuation?.resume() }
    }

    private func shortfall(_ done: Int) -> PullError? {
        done == size ? nil : .source(url.host ?? "", reason: "ended after \(done) of \(size) bytes")
    }

    private func reason(_ error: any Error) -> String {
        guard let error = error as? URLError else { return "unreachable" }
        switch error.code {
        case .timedOut: return "no answer within \(Int(Self.patience)) seconds"
        case .cannotFindHost, .dnsLookupFailed: return "unknown host"
        case .cannotConnectToHost: return "refuses connections"
        case .networkConnectionLost: return "the connection broke"
        case .cancelled: return "cancelled"
        default: return "unreachable"
        }
    }
}
