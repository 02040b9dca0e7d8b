/// Chooses rates between one request at a time and more than the server can take.
public enum LoadSweep {
    /// Measures both ends in closed loops, as the plan paces them, and spreads so many rates between.
    ///
    /// - Parameter clients: how many make the server busy.
    public static func steps(
        _ plan: LoadPlan, count: Int, clients: Int, _ arrivals: Arrivals, _ listener: LoadRun.Listener
    ) throws(LoadError) -> [LoadStep] {
        guard 2...100 ~= count else { throw .setting(name: "sweep", remedy: "must be 2 to 100 rates") }
        var ends = plan
        (ends.steps, ends.pace.runs) = ([.clients(1), .clients(max(2, clients))], 1)
        let report = try LoadRun(ends).run(listener)
        guard let one = report.points.first?.queriesPerSecond, let many = report.points.last?.queriesPerSecond, many > 0
        else { throw .setting(name: "sweep", remedy: "the server gave no good answer in the closed loop before it") }
        return rates(one: one, many: many, count: count).map { .rate($0, arrivals) }
    }

    /// Evenly from what one client gets, or half of what many get if that is less, to a tenth above what many get.
    package static func rates(one: Double, many: Double, count: Int) -> [Double] {
        let (low, high) = (max(many / 1000, min(one, many / 2)), many * 1.1)
        return (0..<count).map { fourDigits(low + (high - low) * Double($0) / Double(count - 1)) }
    }

    /// Four digits are more than a load test can tell apart, and fit into its tables.
    private static func fourDigits(_ rate: Double) -> Double {
        guard rate > 0, rate.isFinite else { return rate }
        var scale = 1.0
        while rate * scale < 1000 { scale *= 10 }
        while rate * scale >= 10_000 { scale /= 10 }
        return (rate * scale).rounded() / scale
    }
}
