import Foundation
import HTTPClient

/// Fetches one URL into a file; goes on behind the bytes that the file already has (RFC 9110, 14.2: Range).
package struct HTTPDownload: Sendable {
    private let url: URL, path: String, size: Int
    private let progress: @Sendable (Int) -> Void

    /// Seconds without a byte after which a source counts as unreachable.
    static let patience = 10.0

    /// - Parameters:
    ///   - path: the file; made if it is not there.
    ///   - size: bytes that the whole file has; more are refused.
    package static func fetch(
        _ url: URL, to path: String, size: Int, progress: @escaping @Sendable (Int) -> Void
    ) async throws(PullError) {
        let download = HTTPDownload(url: url, path: path, size: size, progress: progress)
        let outcome: Result<Void, PullError>
        do throws(ExchangeError) {
            outcome = try await WebClient(patience: patience).run { (isCalledOff) throws(ExchangeError) in
                download.run(isCalledOff)
            }
        } catch {
            throw .unreachable(host: download.source, reason: error.description)
        }
        try outcome.get()
    }

    private var source: String { url.host ?? url.absoluteString }

    /// On a thread that may block.
    private func run(_ isCalledOff: @escaping @Sendable () -> Bool) -> Result<Void, PullError> {
        let present = ModelStore.size(path) ?? 0
        if present > size { try? FileManager.default.removeItem(atPath: path) }
        if present == size { return .success(()) }
        let file = PartialFile(path: path, size: size, source: source, progress: progress)
        do throws(ExchangeError) {
            _ = try WebClient(patience: Self.patience).exchange(
                request(from: present < size ? present : 0), isCalledOff,
                onHead: { (head) throws(ExchangeError) in try file.begin(head) },
                onBody: { (piece) throws(ExchangeError) in try file.append(piece) })
            return file.end()
        } catch {
            return .failure(file.failure ?? judge(error, hasAnswered: file.hasBegun))
        }
    }

    private func request(from start: Int) -> WebClient.Request {
        var request = WebClient.Request(url)
        // Compression would make byte ranges those of something else.
        request.fields = [("User-Agent", "kinglet"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
        if start > 0 { request.fields.append(("Range", "bytes=\(start)-")) }
        return request
    }

    private func judge(_ error: ExchangeError, hasAnswered: Bool) -> PullError {
        let reason: String
        switch error {
        case .timedOut: reason = "no answer within \(Int(Self.patience)) seconds"
        case .closed: reason = "the connection broke"
        case .endpoint(.cannotResolve): reason = "unknown host"
        default: reason = error.description
        }
        return hasAnswered ? .source(source, reason: reason) : .unreachable(host: source, reason: reason)
    }
}

/// The file that a download goes into. Owner: the download's thread.
private final class PartialFile {
    private let path: String, size: Int, source: String
    private let progress: @Sendable (Int) -> Void
    private var handle: FileHandle?
    private var done = 0
    /// What was wrong here, where the exchange was called off for it.
    private(set) var failure: PullError?

    init(path: String, size: Int, source: String, progress: @escaping @Sendable (Int) -> Void) {
        (self.path, self.size, self.source, self.progress) = (path, size, source, progress)
    }

    deinit { try? handle?.close() }

    var hasBegun: Bool { handle != nil || failure != nil }

    func begin(_ head: ResponseHead) throws(ExchangeError) {
        let present = ModelStore.size(path) ?? 0
        switch head.status {
        case 200: done = 0
        case 206:
            let range = head["content-range"] ?? ""
            guard range == "bytes \(present)-\(size - 1)/\(size)" else {
                return try fail(
                    .source(source, reason: "answered another range than the one asked for: '\(range.prefix(80))'"))
            }
            done = present
        default: return try fail(.source(source, reason: "HTTP status \(head.status)"))
        }
        if done == 0 { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        do {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seek(toOffset: UInt64(done))
            self.handle = handle
        } catch {
            try fail(.disk(path: path, reason: "cannot be written"))
        }
    }

    func append(_ piece: ArraySlice<UInt8>) throws(ExchangeError) {
        guard done + piece.count <= size else {
            return try fail(.source(source, reason: "sends more than the \(size) bytes of the file"))
        }
        do {
            try handle?.write(contentsOf: Data(piece))
        } catch {
            return try fail(.disk(path: path, reason: "cannot be written; is the disk full?"))
        }
        done += piece.count
        progress(done)
    }

    func end() -> Result<Void, PullError> {
        done == size ? .success(()) : .failure(.source(source, reason: "ended after \(done) of \(size) bytes"))
    }

    /// Calls the exchange off.
    private func fail(_ reason: PullError) throws(ExchangeError) {
        failure = reason
        throw .cancelled
    }
}
