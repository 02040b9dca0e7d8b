import Charts

/// What one point of a load test holds fixed.
public enum LoadStep: Sendable, Hashable {
    /// Closed loop: so many clients (the paper's CC), each of which sends, waits for its answer and sends the next.
    case clients(Int)
    /// Open loop: so many requests a second, whether answers come or not.
    case rate(Double, Arrivals)

    /// As it stands in tables: `8`, `12.5/s`.
    public var label: String {
        switch self {
        case .clients(let count): String(count)
        case .rate(let rate, _): "\(Decimals.shortest(rate))/s"
        }
    }

    /// The number of clients, or the rate.
    public var value: Double {
        switch self {
        case .clients(let count): Double(count)
        case .rate(let rate, _): rate
        }
    }

    public var isOpen: Bool { if case .rate = self { true } else { false } }
}

/// How requests of an open loop follow each other.
public enum Arrivals: String, Sendable, Hashable, CaseIterable {
    /// Independently of each other, as those of many people do.
    case poisson
    /// All with the same distance.
    case constant
}

/// How long a point takes and which part of it counts.
public struct LoadPace: Sendable, Hashable {
    /// A point sends requests for at least this long, in seconds.
    public var seconds = 10.0
    /// and, in a closed loop, at least this many requests a client on average,
    public var minimumRounds = 1.0
    /// but none after this many seconds.
    public var maximumSeconds = 60.0
    /// A point ends with this many requests instead, whenever that is.
    public var count: Int?
    /// Seconds in which the clients start one after another, or the rate grows from nothing.
    public var ramp = 0.0
    /// Seconds after the ramp that do not count.
    public var settling = 0.0
    /// Seconds that an open loop waits for answers after the last request was sent.
    public var drain = 30.0
    /// How often all points are measured.
    public var runs = 1
    /// Requests sent one by one before the first point.
    public var warmUps = 1

    public init() {}

    /// Whether another request is sent, that many seconds after the start and that many requests later.
    package func wantsMore(after elapsed: Double, sent: Int, clients: Int) -> Bool {
        if let count { return sent < count }
        guard elapsed < maximumSeconds else { return false }
        return elapsed < seconds || Double(sent) < minimumRounds * Double(clients)
    }
}

/// How the generator speaks with the server.
public struct LoadWire: Sendable, Hashable {
    public var version = WireVersion.http1
    /// Connections over which HTTP/2 spreads its streams; HTTP/1.1 has one a client.
    public var connections = 1
    /// A request without its whole answer after this many seconds is an error.
    public var requestTimeout = 600.0
    /// Requests of an open loop that are in flight at most; more wait for their turn, and the wait counts.
    public var maximumConcurrency = 1024
    /// API key sent as `Authorization: Bearer`.
    public var apiKey: String?

    public init() {}
}

public enum WireVersion: String, Sendable, Hashable, CaseIterable {
    case http1 = "1.1"
    /// With prior knowledge (RFC 9113, 3.3) over plain TCP, by ALPN over TLS.
    case http2 = "2"

    /// As ALPN names it.
    var protocolName: String { self == .http1 ? "http/1.1" : "h2" }
}
