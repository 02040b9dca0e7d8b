import Dispatch
import Foundation
import Synchronization

/// Asks any server on the web, one request a connection: follows redirects, goes through the proxies that the environment
/// names. Blocks a thread of its own, never the caller's.
package struct WebClient: Sendable {
    /// What may be asked for, wherever it is.
    package struct Request: Sendable {
        package var method = "GET"
        package var url: URL
        package var fields: [(name: String, value: String)] = []
        /// Sent as `Authorization: Bearer`; never to another server than the first.
        package var key: String?
        package var body: [UInt8]?

        package init(_ url: URL) { self.url = url }
    }

    /// Answers that lead elsewhere are followed so often.
    package static let maximumRedirects = 10

    private static let queue = DispatchQueue(label: "web client", attributes: .concurrent)

    /// Seconds without a byte after which a server counts as gone.
    private let patience: Double
    private let proxies: ProxySettings

    package init(
        patience: Double, proxies: ProxySettings = ProxySettings(environment: ProcessInfo.processInfo.environment)
    ) { (self.patience, self.proxies) = (patience, proxies) }

    /// The whole answer, whatever its status.
    package func answer(_ request: Request, maximumBytes: Int = 64 << 20) async throws(ExchangeError) -> HTTPAnswer {
        try await run { (isCalledOff) throws(ExchangeError) in
            var body: [UInt8] = []
            let head = try exchange(request, isCalledOff) { (piece) throws(ExchangeError) in
                guard body.count + piece.count <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
                body.append(contentsOf: piece)
            }
            return HTTPAnswer(head: head, body: body)
        }
    }

    /// Runs `work` on a thread that may block; it is told when the caller's task is cancelled.
    package func run<Result: Sendable>(
        _ work: @escaping @Sendable (_ isCalledOff: @escaping @Sendable () -> Bool) throws(ExchangeError) -> Result
    ) async throws(ExchangeError) -> Result {
        let flag = CancellationFlag()
        let result: Swift.Result<Result, ExchangeError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Self.queue.async {
                    do throws(ExchangeError) {
                        continuation.resume(returning: .success(try work { flag.isSet }))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
            }
        } onCancel: {
            flag.set()
        }
        return try result.get()
    }

    /// Blocks until the answer is whole.
    ///
    /// - Parameters:
    ///   - onHead: of the answer that is no redirect.
    ///   - onBody: gets its body piece by piece.
    package func exchange(
        _ request: Request, _ isCalledOff: @escaping @Sendable () -> Bool,
        onHead: @escaping (ResponseHead) throws(ExchangeError) -> Void = { _ in },
        onBody: @escaping (ArraySlice<UInt8>) throws(ExchangeError) -> Void
    ) throws(ExchangeError) -> ResponseHead {
        var request = request
        for _ in 0...Self.maximumRedirects {
            var (head, next) = (ResponseHead(status: 0), Request?.none)
            let asked = request
            let receiver = HTTPClient.Receiver(
                onHead: { (arrived) throws(ExchangeError) in
                    head = arrived
                    next = try asked.following(arrived)
                    guard next == nil else { throw .cancelled }  // its body is not waited for
                    try onHead(arrived)
                },
                onBody: onBody)
            try send(request, isCalledOff, receiver, until: { next != nil })
            guard let next else { return head }
            request = next
        }
        throw .tooManyRedirects(Self.maximumRedirects)
    }

    /// - Parameter isKnown: whether it is known what is asked next, whatever became of the answer.
    private func send(
        _ request: Request, _ isCalledOff: @escaping @Sendable () -> Bool, _ receiver: HTTPClient.Receiver,
        until isKnown: () -> Bool
    ) throws(ExchangeError) {
        guard request.key?.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) ?? true else { throw .badKey }
        let endpoint: HTTPEndpoint
        do throws(EndpointError) {
            endpoint = try HTTPEndpoint(request.origin, proxies: proxies)
        } catch {
            throw .endpoint(error)
        }
        let client = HTTPClient(endpoint: endpoint, timeout: patience, apiKey: request.key)
        do throws(ExchangeError) {
            try client.exchange(
                request.message, Deadline(seconds: patience, isCalledOff: isCalledOff), renewsDeadline: true, receiver)
        } catch {
            guard isKnown() else { throw error }
        }
    }
}

extension WebClient.Request {
    fileprivate var origin: String {
        let port = url.port.map { ":\($0)" } ?? ""
        let host = url.host(percentEncoded: true) ?? ""
        return "\(url.scheme ?? "")://\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host)\(port)"
    }

    fileprivate var message: ClientRequest {
        let path = url.path(percentEncoded: true)
        let query = url.query(percentEncoded: true).map { "?\($0)" } ?? ""
        let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        return ClientRequest(
            method: method, route: (path.isEmpty ? "/" : path) + query, fields: lines + "Connection: close\r\n",
            body: body)
    }

    /// What is asked next after this answer (RFC 9110, 15.4); nil where it leads nowhere. Only a request that changes nothing
    /// may become another one; a key stays with its server, and nothing that began with TLS goes on without.
    fileprivate func following(_ head: ResponseHead) throws(ExchangeError) -> WebClient.Request? {
        let isSafe = method == "GET" || method == "HEAD"
        guard [307, 308].contains(head.status) || isSafe && [301, 302, 303].contains(head.status) else { return nil }
        guard let location = head["location"] else { return nil }
        guard let target = URL(string: location, relativeTo: url)?.absoluteURL,
            let scheme = target.scheme?.lowercased(),
            scheme == "http" || scheme == "https", target.host?.isEmpty == false, target.user == nil
        else { throw .badRedirect("to \(location.prefix(200))") }
        guard scheme == "https" || url.scheme?.lowercased() == "http" else {
            throw .badRedirect("from https to \(location.prefix(200))")
        }
        var next = self
        next.url = target
        if next.origin.lowercased() != origin.lowercased() { next.key = nil }
        return next
    }
}

/// Set once, by whoever cancels.
private final class CancellationFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
