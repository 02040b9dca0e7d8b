import HTTPClient

/// What came of the requests on one connection.
enum SessionEvent {
    case head(slot: Int, ResponseHead)
    case body(slot: Int, ArraySlice<UInt8>)
    case end(slot: Int)
    case failed(slot: Int, RequestFailure)
}

/// One connection's protocol without its socket: requests in, bytes out; bytes in, events out. Owner: the generator's thread.
protocol ClientSession: AnyObject {
    /// Whether another request may be put on this connection.
    var isReusable: Bool { get }

    func submit(_ request: PreparedRequest, slot: Int)

    /// Bytes to be sent now; empty if there are none.
    func takeOutput() -> [UInt8]

    /// - Throws: what ends the connection and every request on it.
    func receive(_ bytes: ArraySlice<UInt8>, _ take: (SessionEvent) -> Void) throws(ExchangeError)

    /// The server has closed the connection.
    func peerClosed(_ take: (SessionEvent) -> Void) throws(ExchangeError)

    /// Gives a request up.
    ///
    /// - Returns: whether the connection is still of use.
    func cancel(slot: Int) -> Bool
}

/// HTTP/1.1: one request at a time.
final class HTTP1ClientSession: ClientSession {
    private var parser = ResponseParser()
    private var slot: Int?
    private var output: [UInt8] = []
    private(set) var isReusable = true

    func submit(_ request: PreparedRequest, slot: Int) {
        self.slot = slot
        parser = ResponseParser()
        output = request.template.http1(body: request.body)
    }

    func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    func receive(_ bytes: ArraySlice<UInt8>, _ take: (SessionEvent) -> Void) throws(ExchangeError) {
        guard let slot else { throw .malformed("it sends bytes that nobody asked for") }
        parser.feed(bytes)
        while let event = try parser.next() {
            switch event {
            case .head(let head): take(.head(slot: slot, head))
            case .body(let piece): take(.body(slot: slot, piece))
            case .end:
                isReusable = parser.keepsAlive
                self.slot = nil
                take(.end(slot: slot))
                return
            }
        }
    }

    func peerClosed(_ take: (SessionEvent) -> Void) throws(ExchangeError) {
        isReusable = false
        guard let slot else { return }
        try parser.finish()
        self.slot = nil
        take(.end(slot: slot))
    }

    func cancel(slot: Int) -> Bool {
        (self.slot, isReusable) = (nil, false)
        return false
    }
}
