import OrderedJSON

/// What the server counted during one point, from `GET /v1/stats` before and after it.
public struct ServerFigures: Sendable, Hashable {
    /// Requests of the workload's route that the server finished between the two looks.
    public var requests: Int?
    /// Those, over the time between the looks; else the server's own 10 s window.
    public var queriesPerSecond: Double?
    /// Response times in seconds, over the server's own window.
    public var meanSeconds: Double?, p95Seconds: Double?

    /// - Parameter seconds: between the two looks.
    init?(before: JSONValue?, after: JSONValue?, route: String, seconds: Double) {
        guard let now = after.flatMap({ Self.figures(of: route, in: $0) }) else { return nil }
        let then = before.flatMap { Self.figures(of: route, in: $0) }
        if let count = Self.count(now) {
            let finished = count - (then.flatMap(Self.count) ?? 0)
            requests = finished
            queriesPerSecond = seconds > 0 ? Double(finished) / seconds : nil
        } else {
            let windows = now["qps"]
            queriesPerSecond = (windows?["10s"] ?? windows?["10"] ?? windows)?.doubleValue
        }
        let times = now["response_time_ms"] ?? now["rt_ms"] ?? now["rt"]
        meanSeconds = times?["mean"]?.doubleValue.map { $0 / 1000 }
        p95Seconds = times?["p95"]?.doubleValue.map { $0 / 1000 }
    }

    /// The figures of one route: `routes` maps routes (with or without the method before them) to objects, or lists
    /// objects with `route`.
    private static func figures(of route: String, in stats: JSONValue) -> JSONValue? {
        let names = [route, "POST \(route)"]
        if let routes = stats["routes"]?.objectValue { return names.lazy.compactMap { routes[$0] }.first }
        return stats["routes"]?.arrayValue?.first { names.contains($0["route"]?.stringValue ?? "") }
    }

    private static func count(_ figures: JSONValue) -> Int? {
        (figures["requests"] ?? figures["requests_total"] ?? figures["count"])?.intValue
    }
}
