/// All points of a load test.
public struct LoadReport: Sendable {
    public let plan: LoadPlan
    /// What was wrong with the first bad warm-up request.
    public let warmUpError: String?
    public let points: [LoadPoint]

    package init(plan: LoadPlan, warmUpError: String?, points: [LoadPoint]) {
        (self.plan, self.warmUpError, self.points) = (plan, warmUpError, points)
    }

    /// Whether some point has no good answer at all.
    public var hasFailed: Bool { points.isEmpty || points.contains { $0.whole.answers == 0 } }

    /// The best point that meets all goals; nil without a goal, or if none does.
    public var best: LoadPoint? {
        points.filter { $0.meets(plan.goals) == true }.max { $0.queriesPerSecond < $1.queriesPerSecond }
    }
}
