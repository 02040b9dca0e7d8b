import HTTPClient

/// The plan of a load test: whom it asks, what it asks, how many clients ask at once and for how long.
public struct LoadPlan: Sendable, Hashable {
    public var endpoint: HTTPEndpoint
    public var workload: Workload
    /// Numbers of concurrent clients (the paper's CC), one point each, in this order.
    public var clients: [Int]
    /// A point sends requests for at least this long, in seconds.
    public var seconds: Double
    /// and at least this many requests a client on average,
    public var minimumRounds: Double
    /// but none after this many seconds. The requests in flight are awaited.
    public var maximumSeconds: Double
    /// A request without its whole answer after this many seconds is an error.
    public var requestTimeout: Double
    /// Requests sent one by one before the first point.
    public var warmUps: Int
    /// API key sent as `Authorization: Bearer`.
    public var apiKey: String?

    /// - Throws: `.setting` naming the first value that makes no sense.
    public init(
        endpoint: HTTPEndpoint, workload: Workload, clients: [Int], seconds: Double = 10, minimumRounds: Double = 1,
        maximumSeconds: Double = 60, requestTimeout: Double = 600, warmUps: Int = 1, apiKey: String? = nil
    ) throws(LoadError) {
        func check(_ holds: Bool, _ name: String, _ remedy: String) throws(LoadError) {
            if !holds { throw .setting(name: name, remedy: remedy) }
        }
        try check(!clients.isEmpty, "cc", "give at least one number of clients")
        try check(clients.allSatisfy { 1...4096 ~= $0 }, "cc", "clients must be 1 to 4096")
        try check(seconds > 0 && seconds <= 86_400, "seconds", "must be above 0 and at most a day")
        try check(minimumRounds >= 0 && minimumRounds <= 1e6, "min-rounds", "must be 0 to 1000000")
        try check(maximumSeconds >= seconds, "max-seconds", "must not be below seconds")
        try check(requestTimeout > 0 && requestTimeout <= 86_400, "request-timeout", "must be above 0, at most a day")
        try check(0...10_000 ~= warmUps, "warmup", "must be 0 to 10000")
        let keyIsPlain = apiKey?.utf8.allSatisfy { 0x21...0x7E ~= $0 } ?? true
        try check(keyIsPlain, "api-key", "must be visible ASCII without blanks")
        (self.endpoint, self.workload, self.clients, self.seconds) = (endpoint, workload, clients, seconds)
        (self.minimumRounds, self.maximumSeconds, self.requestTimeout) =
            (minimumRounds, maximumSeconds, requestTimeout)
        (self.warmUps, self.apiKey) = (warmUps, apiKey)
    }
}

extension HTTPEndpoint {
    /// Of the server to be tested.
    public init(loading url: String) throws(LoadError) {
        do throws(EndpointError) {
            try self.init(url)
        } catch {
            throw .endpoint(error)
        }
    }
}

/// Why a load test cannot start.
public enum LoadError: Error, Hashable, CustomStringConvertible {
    case setting(name: String, remedy: String)
    case endpoint(EndpointError)
    case notThere(url: String, reason: String)
    case queries(path: String, line: Int?, reason: String)

    public var description: String {
        switch self {
        case .setting(let name, let remedy): "--\(name): \(remedy)"
        case .endpoint(let error): error.description
        case .notThere(let url, let reason): "no server answers at \(url) (\(reason)). Start one: kinglet serve"
        case .queries(let path, let line, let reason): "\(path)\(line.map { ":\($0)" } ?? ""): \(reason)"
        }
    }
}
