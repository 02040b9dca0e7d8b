import ArgumentParser
import HTTPClient
import LoadTesting

/// What is asked, of whom, and how often.
struct LoadOptions: ParsableArguments {
    @Option(help: "The server, http or https.") var url = "http://127.0.0.1:8080"
    @Option(help: "Numbers of concurrent clients of a closed loop, as in 1,8,16.") var cc = "1,8,16,32,64,128"
    @Option(
        name: [.customLong("rate"), .customLong("request-rate")],
        help: "Requests a second of an open loop, as in 5,10,20; takes the place of --cc.")
    var rate: String?
    @Option(help: "So many rates of an open loop, from one client's to more than the server can take.") var sweep: Int?
    @Option(help: "How an open loop's requests follow each other: poisson or constant.") var arrivals = Arrivals.poisson
    @Option(help: "Least time in seconds that a point sends requests for.") var seconds = 10.0
    @Option(help: "Least number of requests of a closed loop's point, in multiples of cc.") var minRounds = 1.0
    @Option(help: "No request is sent after this many seconds of a closed loop's point.") var maxSeconds = 60.0
    @Option(help: "A point ends after this many requests instead.") var numPrompts: Int?
    @Option(help: "Seconds in which the clients of a point start one after another, or its rate grows.") var ramp = 0.0
    @Option(help: "Seconds behind the ramp that do not count.") var settle = 0.0
    @Option(help: "Seconds that an open loop waits for answers behind its last request.") var drain = 30.0
    @Option(help: "All points are measured so many times; their spread gives 95 % intervals.") var runs = 1
    @Option(
        name: [.customLong("warmup"), .customLong("num-warmups")],
        help: "Requests sent one by one before the first point.")
    var warmup = 1
    @Option(help: "A request without an answer after this many seconds is an error.") var requestTimeout = 600.0
    @Option(help: "Requests of an open loop that are in flight at most; others wait, and that counts.")
    var maxConcurrency = 1024
    @Option(help: "1.1, or 2: over plain TCP with prior knowledge, over TLS by ALPN.") var http = WireVersion.http1
    @Option(help: "Connections that the streams of HTTP/2 share.") var connections = 1
    @Option(name: [.customLong("key"), .customLong("api-key")], help: "Sent as Authorization: Bearer.") var key: String?
    @Option(help: "An objective, as p99<200ms, mean<1s or ttft.p95<100ms; may be given again.") var goal: [String] = []
    @Option(help: "Name of what is measured, for reports.") var label: String?

    /// - Parameter mix: what is asked.
    func plan(_ mix: WorkloadMix, _ endpoint: HTTPEndpoint) throws(LoadError) -> LoadPlan {
        var pace = LoadPace()
        (pace.seconds, pace.minimumRounds, pace.maximumSeconds) = (seconds, minRounds, max(seconds, maxSeconds))
        (pace.count, pace.ramp, pace.settling, pace.drain) = (numPrompts, ramp, settle, drain)
        (pace.runs, pace.warmUps) = (runs, warmup)
        var wire = LoadWire()
        (wire.version, wire.connections, wire.apiKey) = (http, connections, key)
        (wire.requestTimeout, wire.maximumConcurrency) = (requestTimeout, maxConcurrency)
        var plan = try LoadPlan(endpoint: endpoint, mix: mix, steps: steps(), pace: pace, wire: wire)
        for text in goal { plan.goals.append(try Goal(text)) }
        if let label { plan.label = label }
        return plan
    }

    private func steps() throws(LoadError) -> [LoadStep] {
        guard let rate else { return try Self.numbers(cc, "cc", Int.init).map { .clients($0) } }
        return try Self.numbers(rate, "rate", Double.init).map { .rate($0, arrivals) }
    }

    /// The largest number of clients that a sweep may use.
    func busyClients() throws(LoadError) -> Int { try Self.numbers(cc, "cc", Int.init).max() ?? 1 }

    private static func numbers<Number>(
        _ list: String, _ name: String, _ read: (String) -> Number?
    ) throws(LoadError) -> [Number] {
        var numbers: [Number] = []
        for part in list.split(separator: ",") {
            guard let number = read(part.filter { $0 != " " }) else {
                throw .setting(name: name, remedy: "\"\(part)\" is no number; write them as in 1,8,16")
            }
            numbers.append(number)
        }
        return numbers
    }
}

extension Arrivals: ExpressibleByArgument {}
extension WireVersion: ExpressibleByArgument {}
