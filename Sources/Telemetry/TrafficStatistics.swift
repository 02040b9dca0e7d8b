import Synchronization

/// QPS, RT and CC of every route and of all together.
public final class TrafficStatistics: Sendable {
    /// The windows of all routes; replaced as a whole, so that readers need no lock.
    private final class Table: Sendable {
        let windows: [String: RouteWindow]

        init(_ routes: [String]) { windows = Dictionary(routes.map { ($0, RouteWindow()) }) { first, _ in first } }
    }

    private let table = AtomicLazyReference<Table>()
    private let all = RouteWindow()
    private let other = RouteWindow()

    /// Without routes: all requests count together.
    public init() {}

    /// The routes that are counted apart, told once, before the first request; those under any other are `other`.
    public func count(routes: [String]) { _ = table.storeIfNil(Table(routes)) }

    /// A request begins.
    public func began(_ route: String?) {
        all.begin()
        window(route).begin()
    }

    /// A request that began has ended.
    public func ended(_ route: String?, _ duration: Duration, failed: Bool, at time: UInt64 = MonotonicTime.now) {
        all.end(duration, failed: failed, at: time)
        window(route).end(duration, failed: failed, at: time)
    }

    /// All routes together.
    public func total(at time: UInt64 = MonotonicTime.now) -> RouteStatistics { all.statistics("all", at: time) }

    /// Routes that had a request, by name.
    public func byRoute(at time: UInt64 = MonotonicTime.now) -> [RouteStatistics] {
        let windows = table.load()?.windows ?? [:]
        let known = windows.sorted { $0.key < $1.key }.map { $1.statistics($0, at: time) }
        return (known + [other.statistics("other", at: time)]).filter { $0.requests > 0 || $0.concurrent > 0 }
    }

    /// The window of a route; unknown paths share one.
    private func window(_ route: String?) -> RouteWindow { route.flatMap { table.load()?.windows[$0] } ?? other }
}

/// A route's figures as `/v1/stats` has them. Times in seconds.
public struct RouteStatistics: Sendable, Equatable, Codable {
    public var route: String
    /// Ended since the start, and those of them that failed (status 500 and above, or cut off).
    public var requests: Int, failures: Int
    /// Requests a second over the last 1, 10, 60 s.
    public var perSecond1: Double, perSecond10: Double, perSecond60: Double
    /// In flight now, and the most there were.
    public var concurrent: Int, peakConcurrent: Int
    /// Of the last minute, and since the start.
    public var recent: Window.Times, total: Window.Times
}

/// Window and concurrency of one route.
final class RouteWindow: Sendable {
    private let window = Window()
    private let concurrent = Atomic<Int>(0)
    private let peak = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)

    /// A request has begun.
    func begin() {
        peak.max(concurrent.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
    }

    /// A request has ended; `failed`: with a status from 500 on.
    func end(_ duration: Duration, failed: Bool, at time: UInt64) {
        concurrent.subtract(1, ordering: .relaxed)
        if failed { failures.add(1, ordering: .relaxed) }
        window.record(duration, at: time)
    }

    /// The figures now.
    func statistics(_ route: String, at time: UInt64) -> RouteStatistics {
        let total = window.total()
        return RouteStatistics(
            route: route, requests: total.count, failures: failures.load(ordering: .relaxed),
            perSecond1: window.perSecond(over: 1, at: time), perSecond10: window.perSecond(over: 10, at: time),
            perSecond60: window.perSecond(over: 60, at: time), concurrent: concurrent.load(ordering: .relaxed),
            peakConcurrent: peak.load(ordering: .relaxed), recent: window.recent(at: time), total: total)
    }
}
