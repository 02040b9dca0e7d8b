import Documents
import Foundation
import HTTPClient
import OrderedCollections

/// What a server says of itself at one moment.
struct ServerLook {
    let began: ContinuousClock.Instant, ended: ContinuousClock.Instant
    let stats: JSONValue?
    let metrics: MetricsText?

    /// Asks for `/v1/stats` and `/metrics`; a server without them is no error.
    init(_ observer: HTTPClient) {
        began = .now
        // A server counts a request when its last byte is written: a client that has it may be ahead of the count.
        Thread.sleep(forTimeInterval: 0.1)
        let answer = try? observer.get("/v1/stats")
        let text = try? observer.get("/metrics")
        metrics = text.flatMap { $0.status == 200 ? MetricsText(String(decoding: $0.body, as: UTF8.self)) : nil }
        ended = .now
        stats = answer.flatMap { $0.status == 200 ? try? JSONValue(parsing: $0.body) : nil }
    }
}

/// What the server counted during one point, from `GET /v1/stats` before and after it.
public struct ServerFigures: Sendable, Hashable {
    /// Requests of the workloads' routes that the server finished between the two looks.
    public var requests: Int
    /// Those, over the time between the looks.
    public var queriesPerSecond: Double
    /// Their mean response time in seconds.
    public var meanSeconds: Double?

    init?(before: ServerLook, after: ServerLook, _ mix: WorkloadMix) {
        let seconds = before.ended.duration(to: after.began) / .seconds(1)
        let routes = Set(mix.parts.map { "\($0.workload.method) \($0.workload.route)" })
        guard let stats = after.stats, seconds > 0 else { return nil }
        var (count, sum) = (0, 0.0 as Double?)
        for route in routes {
            guard let now = Total(of: route, in: stats) else { return nil }
            let then = before.stats.flatMap { Total(of: route, in: $0) } ?? Total()
            count += now.count - then.count
            sum = sum.flatMap { old in
                now.seconds.map { old + $0 - (then.seconds ?? 0) } ?? (now.count == 0 ? old : nil)
            }
        }
        guard count >= 0 else { return nil }  // another server, or a restart in between
        (requests, queriesPerSecond) = (count, Double(count) / seconds)
        if count > 0 { meanSeconds = sum.map { $0 / Double(count) } }
    }

    /// Requests of a route since the server's start, and the sum of their response times.
    private struct Total {
        var count = 0
        var seconds: Double?

        init() {}

        /// `routes` lists objects with `route` (or maps routes to objects); each has `requests`, and `total` with
        /// `count` and `mean` in seconds. A route may stand with its method before it.
        init?(of route: String, in stats: JSONValue) {
            let names = [route, String(route.drop { $0 != " " }.dropFirst())]
            let figures =
                stats["routes"]?.objectValue.flatMap { routes in names.lazy.compactMap { routes[$0] }.first }
                ?? stats["routes"]?.arrayValue?.first { names.contains($0["route"]?.stringValue ?? "") }
            if stats["routes"] == nil { return nil }
            guard let figures else { return }  // no request yet
            guard let count = (figures["total"]?["count"] ?? figures["requests"])?.intValue else { return nil }
            self.count = count
            seconds = figures["total"]?["mean"]?.doubleValue.map { $0 * Double(count) }
        }
    }
}
