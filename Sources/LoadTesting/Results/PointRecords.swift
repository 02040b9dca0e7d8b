/// All requests of one point in one run.
package struct PointRecords: Sendable {
    package let step: LoadStep
    /// In the order in which they ended.
    let records: [RequestRecord]
    /// When the last request had been sent.
    let sendingEnded: Double
    /// From the start to the last answer.
    let seconds: Double
    let connections: Int
    /// That the generator took of a processor.
    let processorSeconds: Double

    package init(
        step: LoadStep, records: [RequestRecord], sendingEnded: Double, seconds: Double, connections: Int,
        processorSeconds: Double
    ) {
        (self.step, self.records, self.sendingEnded) = (step, records, sendingEnded)
        (self.seconds, self.connections, self.processorSeconds) = (seconds, connections, processorSeconds)
    }

    /// A request's place in the course of a point.
    package enum Phase: String, Sendable { case ramp, settling, steady, drain }

    /// The part of a point in which load and answers are in balance: behind the ramp, before the drain.
    ///
    /// A closed loop's begins when each client has had an answer and ends with the last answer before sending ended, so that
    /// its answers over its seconds are the rate; an open loop's is fixed by the clock.
    ///
    /// - Returns: nil where it holds too little: less than an answer a client.
    package func steadyWindow(_ pace: LoadPace) -> ClosedRange<Double>? {
        let begin = pace.ramp + pace.settling
        switch step {
        case .rate:
            let end = pace.count == nil ? pace.seconds : records.map(\.planned).max() ?? 0
            return end > begin && records.contains { begin...end ~= $0.planned } ? begin...end : nil
        case .clients(let clients):
            let lastSent = records.map(\.sent).max() ?? 0
            let sendingEnd = pace.count == nil ? max(lastSent, min(pace.seconds, sendingEnded)) : lastSent
            guard records.count > clients else { return nil }
            let from = max(begin, records[clients - 1].end)
            let within = records.drop { $0.end <= from }.prefix { $0.end <= sendingEnd }
            guard within.count >= clients, let last = within.last, last.end > from else { return nil }
            return from...last.end
        }
    }

    /// Whether a request counts for a window: an open loop's by when it was planned, so that late answers are not left out; a
    /// closed loop's by when it ended.
    package func isCounted(_ record: RequestRecord, _ window: ClosedRange<Double>) -> Bool {
        step.isOpen
            ? window.contains(record.planned) : record.end > window.lowerBound && record.end <= window.upperBound
    }

    package func phase(of record: RequestRecord, _ pace: LoadPace, _ window: ClosedRange<Double>?) -> Phase {
        if let window, isCounted(record, window) { return .steady }
        let moment = step.isOpen ? record.planned : record.end
        if moment <= pace.ramp { return .ramp }
        return moment <= window?.lowerBound ?? pace.ramp + pace.settling ? .settling : .drain
    }
}
