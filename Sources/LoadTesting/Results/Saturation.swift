/// When a server has more to do than it can.
package enum Saturation {
    /// Whether requests in flight (and those that wait to be sent) grow over a window of an open loop: fewer than 95 % of those
    /// planned have been answered in it, or a straight line through their number rises with 95 % certainty, by more than
    /// half of their mean.
    package static func grows(_ records: [RequestRecord], in window: ClosedRange<Double>, _ step: LoadStep) -> Bool {
        guard case .rate = step else { return false }
        let planned = records.count { window.contains($0.planned) }
        let answered = records.count { $0.failure == nil && window.contains($0.end) }
        // Those that are in flight at the end of a window are no backlog: as many as are in flight on average.
        let busy = records.filter { window.contains($0.planned) }.reduce(0) { $0 + $1.responseTime }
        let inFlight = min(Double(planned) / 2, busy / (window.upperBound - window.lowerBound))
        let count = inFlightCounts(records, window)
        let rises = rise(count)
        if rises.isCertain, rises.height > max(2, 0.5 * rises.mean) { return true }
        return Double(answered) < 0.95 * (Double(planned) - inFlight)
    }

    /// Requests in flight at 24 moments of a window.
    private static func inFlightCounts(_ records: [RequestRecord], _ window: ClosedRange<Double>) -> [Double] {
        let starts = records.map(\.planned).sorted(), ends = records.map(\.end).sorted()
        let length = window.upperBound - window.lowerBound
        var (begun, over) = (0, 0)
        return (0..<24).map { index in
            let moment = window.lowerBound + length * (Double(index) + 0.5) / 24
            while begun < starts.count, starts[begun] <= moment { begun += 1 }
            while over < ends.count, ends[over] <= moment { over += 1 }
            return Double(begun - over)
        }
    }

    /// How much the line of least squares rises over equidistant values, and whether it does with 95 % certainty.
    package static func rise(_ values: [Double]) -> (height: Double, mean: Double, isCertain: Bool) {
        let count = Double(values.count)
        guard values.count > 2 else { return (0, values.first ?? 0, false) }
        let mean = values.reduce(0, +) / count, middle = (count - 1) / 2
        let spread = count * (count * count - 1) / 12
        let slope = values.enumerated().reduce(0) { $0 + (Double($1.offset) - middle) * ($1.element - mean) } / spread
        let rest = values.enumerated().reduce(0.0) { sum, value in
            let error = value.element - mean - slope * (Double(value.offset) - middle)
            return sum + error * error
        }
        let deviation = (rest / (count - 2) / spread).squareRoot()
        let isCertain = slope > StudentInterval.quantile(freedom: count - 2) * deviation && slope > 0
        return (slope * (count - 1), mean, isCertain)
    }

    /// Marks the points of a closed loop from which on more clients bring less than 5 % more answers, and slower ones.
    static func mark(_ points: inout [LoadPoint]) {
        for index in points.indices.dropFirst() where !points[index].step.isOpen && !points[index - 1].step.isOpen {
            let (before, now) = (points[index - 1], points[index])
            guard now.clients > before.clients, let slow = now.times?.mean, let fast = before.times?.mean else {
                continue
            }
            let isFlat = now.queriesPerSecond < before.queriesPerSecond * 1.05
            points[index].isSaturated = (isFlat || before.isSaturated) && slow > fast
        }
    }
}
