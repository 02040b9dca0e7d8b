import HTTPClient

/// The plan of a load test: whom it asks, what it asks, how many clients ask at once or how often, and for how long.
public struct LoadPlan: Sendable {
    public var endpoint: HTTPEndpoint
    public var mix: WorkloadMix
    /// One point each, in this order.
    public var steps: [LoadStep]
    public var pace: LoadPace
    public var wire: LoadWire
    /// Objectives that answers are held against.
    public var goals: [Goal] = []
    /// Names what was measured, for reports that set several beside each other.
    public var label = ""

    /// - Throws: `.setting` naming the first value that makes no sense.
    public init(
        endpoint: HTTPEndpoint, mix: WorkloadMix, steps: [LoadStep], pace: LoadPace = LoadPace(),
        wire: LoadWire = LoadWire()
    ) throws(LoadError) {
        (self.endpoint, self.mix, self.steps, self.pace, self.wire) = (endpoint, mix, steps, pace, wire)
        label = mix.name
        try check(steps)
        try check(pace)
        try check(wire)
    }

    private func check(_ steps: [LoadStep]) throws(LoadError) {
        try require(!steps.isEmpty, "cc", "give at least one number of clients")
        for step in steps {
            switch step {
            case .clients(let count): try require(1...4096 ~= count, "cc", "clients must be 1 to 4096")
            case .rate(let rate, _):
                try require(rate > 0 && rate <= 1e6, "rate", "must be above 0 and at most 1000000 a second")
            }
        }
    }

    private func check(_ pace: LoadPace) throws(LoadError) {
        try require(pace.seconds > 0 && pace.seconds <= 86_400, "seconds", "must be above 0 and at most a day")
        try require(pace.minimumRounds >= 0 && pace.minimumRounds <= 1e6, "min-rounds", "must be 0 to 1000000")
        try require(pace.maximumSeconds >= pace.seconds, "max-seconds", "must not be below seconds")
        try require(pace.count.map { 1...100_000_000 ~= $0 } ?? true, "num-prompts", "must be 1 to 100000000")
        try require(pace.ramp >= 0 && pace.settling >= 0, "ramp, --settle", "must not be negative")
        let counted = pace.seconds - pace.ramp - pace.settling
        try require(pace.count != nil || counted > 0, "ramp, --settle", "leave nothing of the seconds to be counted")
        try require(pace.drain >= 0 && pace.drain <= 86_400, "drain", "must be 0 to a day")
        try require(1...100 ~= pace.runs, "runs", "must be 1 to 100")
        try require(0...10_000 ~= pace.warmUps, "warmup", "must be 0 to 10000")
    }

    private func check(_ wire: LoadWire) throws(LoadError) {
        let limit = wire.requestTimeout
        try require(limit > 0 && limit <= 86_400, "request-timeout", "must be above 0, at most a day")
        try require(1...4096 ~= wire.connections, "connections", "must be 1 to 4096")
        try require(1...16_384 ~= wire.maximumConcurrency, "max-concurrency", "must be 1 to 16384")
        let keyIsPlain = wire.apiKey?.utf8.allSatisfy { 0x21...0x7E ~= $0 } ?? true
        try require(keyIsPlain, "api-key", "must be visible ASCII without blanks")
    }

    private func require(_ holds: Bool, _ name: String, _ remedy: String) throws(LoadError) {
        if !holds { throw .setting(name: name, remedy: remedy) }
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
    case report(path: String, reason: String)
    case system(String)

    public var description: String {
        switch self {
        case .setting(let name, let remedy): "--\(name): \(remedy)"
        case .endpoint(let error): error.description
        case .notThere(let url, let reason): "no server answers at \(url) (\(reason)). Start one: kinglet serve"
        case .queries(let path, let line, let reason): "\(path)\(line.map { ":\($0)" } ?? ""): \(reason)"
        case .report(let path, let reason): "\(path): \(reason)"
        case .system(let reason): reason
        }
    }
}
