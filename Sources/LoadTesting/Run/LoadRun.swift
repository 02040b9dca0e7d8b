import Documents
import Foundation
import HTTPClient

/// Runs a plan: warm-up, then all points, as often as it says. Blocks the thread that calls it.
public final class LoadRun: Sendable {
    private let plan: LoadPlan

    public init(_ plan: LoadPlan) { self.plan = plan }

    /// What is told while a run goes on.
    public struct Listener {
        /// The server has been reached.
        public var started: () -> Void = {}
        /// About twice a second.
        public var progress: (LoadProgress) -> Void = { _ in }
        /// A point of one run is done.
        public var point: (_ point: LoadPoint, _ run: Int) -> Void = { _, _ in }
        /// Every request of that point, and in which phase each was.
        public var requests: (RequestLog) -> Void = { _ in }

        public init() {}
    }

    /// Blocks until the last answer is there. Errors of requests are counted, never thrown.
    ///
    /// - Throws: `.notThere` if nothing listens at the start.
    public func run(_ listener: Listener = Listener()) throws(LoadError) -> LoadReport {
        let observer = HTTPClient(
            endpoint: plan.endpoint, timeout: min(plan.wire.requestTimeout, 10), apiKey: plan.wire.apiKey)
        do throws(ExchangeError) {
            try observer.connect()
        } catch {
            throw .notThere(url: plan.endpoint.description, reason: error.description)
        }
        listener.started()
        let maker = RequestMaker(plan)
        var numbers = RequestNumbers()
        let warmUpError = try warmUp(maker, &numbers)

        var measured: [[PointRecords]] = plan.steps.map { _ in [] }
        var server: [ServerFigures?] = plan.steps.map { _ in nil }
        var metrics: [ServerMetrics?] = plan.steps.map { _ in nil }
        for run in 0..<plan.pace.runs {
            for (index, step) in plan.steps.enumerated() {
                let before = ServerLook(observer)
                let point = try PointRun(plan, step, maker, numbers)
                let records = point.run(listener.progress)
                numbers = point.nextNumbers
                measured[index].append(records)
                let after = ServerLook(observer)
                server[index] = ServerFigures(before: before, after: after, plan.mix)
                metrics[index] = before.metrics.flatMap { old in
                    after.metrics.flatMap { ServerMetrics(before: old, after: $0) }
                }
                var single = LoadPoint(step, [records], plan)
                single.server = server[index]
                listener.point(single, run)
                listener.requests(RequestLog(records, run: run, plan))
            }
        }
        var points = plan.steps.indices.map { LoadPoint(plan.steps[$0], measured[$0], plan) }
        for index in points.indices {
            (points[index].server, points[index].serverMetrics) = (server[index], metrics[index])
        }
        Saturation.mark(&points)
        return LoadReport(plan: plan, warmUpError: warmUpError, points: points)
    }

    /// - Returns: what was wrong with the first bad request.
    private func warmUp(_ maker: RequestMaker, _ numbers: inout RequestNumbers) throws(LoadError) -> String? {
        guard plan.pace.warmUps > 0 else { return nil }
        var single = plan
        single.pace = LoadPace()
        single.pace.count = plan.pace.warmUps
        let point = try PointRun(single, .clients(1), maker, numbers)
        let records = point.run { _ in }
        numbers = point.nextNumbers
        return records.records.lazy.compactMap(\.failure?.message).first
    }
}
