/// One client: sends a request, waits for its answer, and keeps the connection for the next. Owner: one thread.
package final class HTTPClient {
    private let endpoint: HTTPEndpoint
    /// Seconds that an exchange may take.
    package var timeout: Double
    private let maximumBytes: Int
    private let authorization: String
    private var socket = ClientSocket()
    private var buffer = [UInt8](repeating: 0, count: 16_384)
    /// Connections opened so far.
    package private(set) var connections = 0

    /// - Parameter maximumBytes: of an answer.
    package init(endpoint: HTTPEndpoint, timeout: Double, apiKey: String? = nil, maximumBytes: Int = 64 << 20) {
        (self.endpoint, self.timeout, self.maximumBytes) = (endpoint, timeout, maximumBytes)
        authorization = apiKey.map { "Authorization: Bearer \($0)\r\n" } ?? ""
    }

    package func connect() throws(ExchangeError) {
        try open(Deadline(seconds: timeout))
    }

    package func get(_ route: String) throws(ExchangeError) -> HTTPAnswer {
        try exchange(Array("GET \(endpoint.prefix)\(route) HTTP/1.1\r\n\(fields)\r\n".utf8))
    }

    package func post(_ route: String, json body: [UInt8]) throws(ExchangeError) -> HTTPAnswer {
        let head =
            "POST \(endpoint.prefix)\(route) HTTP/1.1\r\n\(fields)Content-Type: application/json\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.utf8.count + body.count)
        bytes.append(contentsOf: head.utf8)
        bytes.append(contentsOf: body)
        return try exchange(bytes)
    }

    private var fields: String { "Host: \(endpoint.authority)\r\nAccept: application/json\r\n\(authorization)" }

    /// A connection that the server closed between two requests is replaced once, without an error (RFC 9112, 9.3.1).
    private func exchange(_ request: [UInt8]) throws(ExchangeError) -> HTTPAnswer {
        let deadline = Deadline(seconds: timeout)
        let isReused = socket.isOpen
        do throws(ExchangeError) {
            return try attempt(request, deadline)
        } catch .closed(receivedBytes: 0) where isReused {
            return try attempt(request, deadline)
        }
    }

    private func attempt(_ request: [UInt8], _ deadline: Deadline) throws(ExchangeError) -> HTTPAnswer {
        do throws(ExchangeError) {
            if !socket.isOpen { try open(deadline) }
            try socket.send(request, deadline: deadline)
            var parser = ResponseParser(maximumBytes: maximumBytes)
            while true {
                let count = try socket.receive(into: &buffer, deadline: deadline)
                let answer = count == 0 ? try parser.finish() : try parser.feed(buffer[..<count])
                if let answer {
                    if !answer.keepsAlive { socket.close() }
                    return answer
                }
            }
        } catch {
            socket.close()
            throw error
        }
    }

    private func open(_ deadline: Deadline) throws(ExchangeError) {
        try socket.connect(to: endpoint, deadline: deadline)
        connections += 1
    }
}
