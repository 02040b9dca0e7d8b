/// What a peer may make the server hold or wait for. Every length, count and time has a bound here.
public struct Limits: Sendable, Hashable {
    /// Bytes of the request line without its line end; more is 414.
    public var requestLineBytes = 8 * 1024
    /// Bytes of all field lines of one request; more is 431.
    public var headerBytes = 32 * 1024
    /// Field lines of one request; more is 431.
    public var headerCount = 100
    /// Bytes of one request's body, unless its route says otherwise; more is 413.
    public var bodyBytes = 8 * 1024 * 1024
    /// Bytes of bodies that one connection group holds while they arrive; more is 503.
    public var bodyBytesHeld = 256 * 1024 * 1024
    /// Bytes of chunk extensions in one body; more is 400.
    public var chunkExtensionBytes = 4 * 1024
    /// Bytes and lines of a trailer section; more is 431.
    public var trailerBytes = 4 * 1024
    /// Bytes read ahead of the request in progress; then the socket is left alone until there is room.
    public var readAheadBytes = 64 * 1024
    /// Bytes of answers waiting for a slow reader; above it no further request is taken and writers wait.
    public var highWaterBytes = 256 * 1024
    /// Open connections of the whole server. For a further one those are closed that wait longest for a request; if all
    /// are at work, it is answered 503 and closed.
    public var connections = 16 * 1024
    /// Open connections of one IP address; a further one is answered 503 and closed. 0: no such limit.
    public var connectionsPerAddress = 0
    /// Requests a connection may carry before it is closed; 0: as many as it likes.
    public var requestsPerConnection = 0
    /// Streams an HTTP/2 connection may have open at once; 0: HTTP/2 is not spoken without TLS.
    public var concurrentStreams = 128

    /// From a connection's start to the end of the TLS handshake; then it is closed.
    public var handshakeTime = Duration.seconds(5)
    /// From the first byte of a request to the end of its fields; then 408.
    public var headerTime = Duration.seconds(10)
    /// From the end of the fields to the end of the body; then 408.
    public var bodyTime = Duration.seconds(60)
    /// Between requests; then the connection is closed without a word.
    public var idleTime = Duration.seconds(75)
    /// Without a reader taking at least 4 KiB (or all there is); then the connection is closed.
    public var writeTime = Duration.seconds(30)
    /// After a refusal the socket is drained this long, so that the answer is not lost to a reset.
    public var lingerTime = Duration.seconds(2)
    /// A client that stops sending while its request is at work has so long to be answered; then the work is cancelled.
    public var leaveTime = Duration.milliseconds(250)
    /// Once draining began, idle connections are kept this long for requests that are on their way.
    public var drainIdleTime = Duration.milliseconds(250)

    public init() {}
}
