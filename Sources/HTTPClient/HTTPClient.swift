/// One client: sends a request, waits for its answer, and keeps the connection for the next. Owner: one thread.
package final class HTTPClient {
    /// What is done with an answer as it comes.
    package struct Receiver {
        package var onHead: (ResponseHead) throws(ExchangeError) -> Void
        package var onBody: (ArraySlice<UInt8>) throws(ExchangeError) -> Void

        package init(
            onHead: @escaping (ResponseHead) throws(ExchangeError) -> Void = { _ in },
            onBody: @escaping (ArraySlice<UInt8>) throws(ExchangeError) -> Void
        ) { (self.onHead, self.onBody) = (onHead, onBody) }
    }

    private let endpoint: HTTPEndpoint
    /// Seconds that an exchange may take.
    package var timeout: Double
    private let maximumBytes: Int
    /// Lines that every request has.
    private let fields: String
    private var socket = ClientSocket()
    private var buffer = [UInt8](repeating: 0, count: 16_384)
    /// Connections opened so far.
    package private(set) var connections = 0

    /// - Parameter maximumBytes: of an answer's body.
    package init(endpoint: HTTPEndpoint, timeout: Double, apiKey: String? = nil, maximumBytes: Int = 64 << 20) {
        (self.endpoint, self.timeout, self.maximumBytes) = (endpoint, timeout, maximumBytes)
        let proxyKey = endpoint.tlsHost == nil ? endpoint.proxy?.authorization : nil
        fields =
            "Host: \(endpoint.authority)\r\n" + (apiKey.map { "Authorization: Bearer \($0)\r\n" } ?? "")
            + (proxyKey.map { "Proxy-Authorization: \($0)\r\n" } ?? "")
    }

    package func connect() throws(ExchangeError) {
        try open(Deadline(seconds: timeout))
    }

    package func get(_ route: String) throws(ExchangeError) -> HTTPAnswer {
        try answer(ClientRequest(route: route, fields: "Accept: application/json\r\n"))
    }

    package func post(_ route: String, json body: [UInt8]) throws(ExchangeError) -> HTTPAnswer {
        try answer(.json(route, body))
    }

    /// The answer whole.
    private func answer(_ request: ClientRequest) throws(ExchangeError) -> HTTPAnswer {
        var answer = HTTPAnswer(head: ResponseHead(status: 0), body: [])
        let maximum = maximumBytes
        answer.keepsAlive = try exchange(
            request, Deadline(seconds: timeout),
            Receiver(
                onHead: { head in answer.head = head },
                onBody: { (piece) throws(ExchangeError) in
                    guard answer.body.count + piece.count <= maximum else { throw .tooLarge(limit: maximum) }
                    answer.body.append(contentsOf: piece)
                }))
        return answer
    }

    /// Sends a request and hands its answer on piece by piece. A connection that the server closed between two requests is
    /// replaced once, without an error (RFC 9112, 9.3.1).
    ///
    /// - Returns: whether the connection stays.
    @discardableResult
    package func exchange(
        _ request: ClientRequest, _ deadline: Deadline, renewsDeadline: Bool = false, _ receiver: Receiver
    ) throws(ExchangeError) -> Bool {
        let isReused = socket.isOpen
        do throws(ExchangeError) {
            return try attempt(request, deadline, renewsDeadline, receiver)
        } catch .closed(receivedBytes: 0) where isReused {
            return try attempt(request, deadline, renewsDeadline, receiver)
        }
    }

    private func attempt(
        _ request: ClientRequest, _ whole: Deadline, _ renewsDeadline: Bool, _ receiver: Receiver
    ) throws(ExchangeError) -> Bool {
        do throws(ExchangeError) {
            if !socket.isOpen { try open(whole) }
            try send(request, whole, renewsDeadline)
            var parser = ResponseParser(hasNoBody: request.method == "HEAD")
            while true {
                while let event = try parser.next() {
                    switch event {
                    case .head(let head): try receiver.onHead(head)
                    case .body(let piece): try receiver.onBody(piece)
                    case .end:
                        if !parser.keepsAlive { socket.close() }
                        return parser.keepsAlive
                    }
                }
                let count = try socket.receive(into: &buffer, deadline: renewsDeadline ? whole.renewed : whole)
                guard count > 0 else {
                    try parser.finish()
                    socket.close()
                    return false
                }
                parser.feed(buffer[..<count])
            }
        } catch {
            socket.close()
            throw error
        }
    }

    /// A large body goes in pieces, each with the time that there is for one.
    private func send(
        _ request: ClientRequest, _ whole: Deadline, _ renewsDeadline: Bool
    ) throws(ExchangeError) {
        let bytes = request.bytes(to: endpoint, fields)
        guard renewsDeadline else { return try socket.send(bytes, deadline: whole) }
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 256 << 10)
            try socket.send(Array(bytes[start..<end]), deadline: whole.renewed)
            start = end
        }
    }

    private func open(_ deadline: Deadline) throws(ExchangeError) {
        try socket.connect(to: endpoint, deadline: deadline)
        connections += 1
    }
}

/// What is asked of a server.
package struct ClientRequest: Sendable {
    package var method: String
    /// Behind the endpoint's prefix, with its query.
    package var route: String
    /// Further lines, each with its line end.
    package var fields: String
    /// nil: none, and nothing is said of one.
    package var body: [UInt8]?

    package init(method: String = "GET", route: String, fields: String = "", body: [UInt8]? = nil) {
        (self.method, self.route, self.fields, self.body) = (method, route, fields, body)
    }

    package static func json(_ route: String, _ body: [UInt8]) -> ClientRequest {
        ClientRequest(
            method: "POST", route: route, fields: "Accept: application/json\r\nContent-Type: application/json\r\n",
            body: body)
    }

    func bytes(to endpoint: HTTPEndpoint, _ common: String) -> [UInt8] {
        let length = body.map { "Content-Length: \($0.count)\r\n" } ?? ""
        let head = "\(method) \(endpoint.requestTarget(route)) HTTP/1.1\r\n\(common)\(fields)\(length)\r\n"
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.utf8.count + (body?.count ?? 0))
        bytes.append(contentsOf: head.utf8)
        if let body { bytes.append(contentsOf: body) }
        return bytes
    }
}
