import Documents
import OrderedCollections

/// What the server counted during one point, from `GET /v1/stats` before and after it.
public struct ServerFigures: Sendable, Hashable {
    /// Requests of the workload's route that the server finished between the two looks.
    public var requests: Int
    /// Those, over the time between the looks.
    public var queriesPerSecond: Double
    /// Their mean response time in seconds.
    public var meanSeconds: Double?

    /// - Parameter seconds: between the two looks.
    init?(before: JSONValue?, after: JSONValue?, route: String, seconds: Double) {
        guard let now = after.flatMap({ Total(of: route, in: $0) }), seconds > 0 else { return nil }
        let then = before.flatMap { Total(of: route, in: $0) } ?? Total()
        requests = now.count - then.count
        guard requests >= 0 else { return nil }  // another server, or a restart in between
        queriesPerSecond = Double(requests) / seconds
        if requests > 0, let sum = now.seconds { meanSeconds = (sum - (then.seconds ?? 0)) / Double(requests) }
    }

    /// Requests of a route since the server's start, and the sum of their response times.
    private struct Total {
        var count = 0
        var seconds: Double?

        init() {}

        /// `routes` lists objects with `route` (or maps routes to objects); each has `requests`, and `total` with
        /// `count` and `mean` in seconds. A route may stand with its method before it.
        init?(of route: String, in stats: JSONValue) {
            let names = [route, "POST \(route)"]
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
