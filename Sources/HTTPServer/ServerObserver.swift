import HTTPTypes

/// Sees every request twice: for admission, metrics and access logs. Called on connection queues; must not block.
public protocol ServerObserver: Sendable {
    /// A head arrived and was routed; its body has not been read. An answer given here (429, 401, 503, …) refuses it.
    ///
    /// - Parameter route: nil if no route matched.
    func admit(_ head: RequestHead, route: Route?, id: String, client: SocketAddress?) -> ServerResponse?
    /// The answer's head is about to be written: fields may be added.
    func willAnswer(_ head: RequestHead, route: Route?, id: String, response: inout ServerResponse)
    /// Called once for each `admit`, and for refusals that had no valid head.
    func finished(_ exchange: FinishedExchange)
    /// A connection opened (+1) or closed (-1).
    func connectionsChanged(by difference: Int)
}

extension ServerObserver {
    public func admit(_ head: RequestHead, route: Route?, id: String, client: SocketAddress?) -> ServerResponse? { nil }
    public func willAnswer(_ head: RequestHead, route: Route?, id: String, response: inout ServerResponse) {}
    public func finished(_ exchange: FinishedExchange) {}
    public func connectionsChanged(by difference: Int) {}
}

/// What became of a request.
public struct FinishedExchange: Sendable {
    public enum End: Sendable, Equatable {
        case answered
        /// The client went away, or did not read, before the whole answer was handed to the system; also where it stopped
        /// sending and the work for it was cancelled.
        case disconnected
        /// A streamed answer failed and was cut off.
        case failed
    }

    /// nil if the request was refused before its head was whole.
    public let head: RequestHead?
    /// The pattern; nil: no route matched.
    public let route: String?
    public let id: String
    public let client: SocketAddress?
    /// `clientLeft` if the client went away before an answer was made.
    public let status: Int
    public let end: End
    public let requestBytes: Int
    /// Bytes of the answer's body.
    public let responseBytes: Int
    /// From the complete head to the last byte handed to the system.
    public let duration: Duration

    /// The status of a request whose client left before its answer; nothing of the kind is sent. nginx's number for it.
    public static let clientLeft = 499
}
