import Charts
import HTTPClient

/// One point: requests by a pacing over connections that one thread serves, until the last answer is there.
///
/// Owner: the thread that calls `run`.
final class PointRun {
    private let plan: LoadPlan
    private let step: LoadStep
    private let maker: RequestMaker
    private let queue: ReadinessQueue
    private let connections: ConnectionSet
    private let clock = Stopwatch()
    private var pacing: any Pacing
    private var slots: [Slot]
    private var numbers: RequestNumbers
    private var deadlines = DeadlineQueue()
    private var records: [RequestRecord] = []
    private var inFlight = 0, failures = 0
    private var sendingEnded: Double?
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    /// One request in flight.
    private struct Slot {
        var record: RequestRecord?
        var answer: AnswerReader?
        var request: PreparedRequest?
        /// Of the connection that carries it.
        var key = 0
        var isRepeated = false
        var errorsInARow = 0
    }

    init(_ plan: LoadPlan, _ step: LoadStep, _ maker: RequestMaker, _ numbers: RequestNumbers) throws(LoadError) {
        (self.plan, self.step, self.maker, self.numbers) = (plan, step, maker, numbers)
        queue = try ReadinessQueue()
        let count: Int
        switch step {
        case .clients(let clients):
            count = clients
            pacing = ClosedPacing(clients: clients, plan.pace)
        case .rate(let rate, let arrivals):
            count = plan.wire.maximumConcurrency
            pacing = OpenPacing(rate: rate, arrivals, plan.pace, slots: count, seed: plan.mix.seed &+ numbers.next)
        }
        slots = Array(repeating: Slot(), count: count)
        connections = ConnectionSet(plan, slots: count, queue)
    }

    /// Blocks until the last answer is there.
    ///
    /// - Parameter progress: called about twice a second.
    func run(_ progress: (LoadProgress) -> Void) -> PointRecords {
        let processor = Stopwatch.processorSeconds()
        var nextLook = 0.5
        while true {
            let now = clock.seconds
            send(now)
            if pacing.isOver {
                sendingEnded = sendingEnded ?? now
                if inFlight == 0 { break }
            }
            expire(now)
            if now >= nextLook {
                progress(LoadProgress(step, now, records.count - failures, failures, inFlight + pacing.backlog))
                nextLook = now + 0.5
            }
            for key in queue.wait(seconds: patience(now, nextLook)) { serve(key) }
        }
        let seconds = clock.seconds
        return PointRecords(
            step: step, records: records, sendingEnded: sendingEnded ?? seconds, seconds: seconds,
            connections: connections.opened, processorSeconds: Stopwatch.processorSeconds() - processor)
    }

    /// The numbers that the next point goes on with.
    var nextNumbers: RequestNumbers { numbers }

    private func patience(_ now: Double, _ nextLook: Double) -> Double {
        var moment = min(nextLook, deadlines.first ?? nextLook)
        if let wake = pacing.wake { moment = min(moment, wake) }
        if let last = pacing.lastPlanned { moment = min(moment, last + plan.pace.drain + 0.001) }
        return max(0, moment - now)
    }

    /// Sends all that is due.
    private func send(_ now: Double) {
        while let (slot, planned) = pacing.next(at: now) {
            let number = numbers.take()
            let request = maker.request(number)
            slots[slot].request = request
            slots[slot].isRepeated = false
            slots[slot].record = RequestRecord(
                number: number, part: request.part, planned: planned, sent: clock.seconds)
            inFlight += 1
            deadlines.add(slot, number, at: now + plan.wire.requestTimeout)
            submit(slot, request)
        }
    }

    private func submit(_ slot: Int, _ request: PreparedRequest) {
        slots[slot].answer = AnswerReader(plan.mix.parts[request.part].workload)
        let connection = connections.connection(for: slot)
        slots[slot].key = connection.key
        do throws(ExchangeError) {
            try connection.submit(request, slot: slot)
        } catch {
            lose(connection, error)
        }
    }

    private func serve(_ key: Int) {
        guard let connection = connections[key] else { return }
        let now = clock.seconds
        do throws(ExchangeError) {
            try connection.proceed(&buffer) { take($0, at: now) }
        } catch {
            lose(connection, error)
        }
        connections.tidy(connection)
    }

    private func take(_ event: SessionEvent, at now: Double) {
        switch event {
        case .head(let slot, let head): slots[slot].answer?.take(head)
        case .body(let slot, let piece): slots[slot].answer?.take(piece, at: now)
        case .end(let slot):
            guard var record = slots[slot].record else { return }
            record.end = now
            slots[slot].answer?.finish(&record)
            book(record, slot)
        case .failed(let slot, let failure): fail(slot, failure)
        }
    }

    /// A connection is gone: its requests fail, or go once more over a new one if the server cannot have seen them.
    private func lose(_ connection: LoadConnection, _ error: ExchangeError) {
        let wasReused = connection.isReused
        for slot in connection.abandon().sorted() {
            let failure = RequestFailure(error)
            if slots[slot].answer?.status == 0, wasReused {
                fail(slot, failure)
            } else {
                fail(slot, RequestFailure(failure.kind, failure.message))
            }
        }
    }

    private func fail(_ slot: Int, _ failure: RequestFailure) {
        guard var record = slots[slot].record else { return }
        if failure.mayRepeat, !slots[slot].isRepeated, let request = slots[slot].request {
            slots[slot].isRepeated = true
            return submit(slot, request)
        }
        record.end = clock.seconds
        record.status = slots[slot].answer?.status ?? 0
        record.failure = failure
        book(record, slot)
    }

    private func book(_ record: RequestRecord, _ slot: Int) {
        records.append(record)
        (slots[slot].record, slots[slot].answer, slots[slot].request) = (nil, nil, nil)
        inFlight -= 1
        var rest = 0.0
        if record.failure == nil {
            slots[slot].errorsInARow = 0
        } else {
            // 0.1 s, doubled from error to error, at most 1 s: a dead server is not spun on.
            rest = min(1, 0.1 * Double(1 << min(slots[slot].errorsInARow, 4)))
            slots[slot].errorsInARow += 1
            failures += 1
        }
        pacing.freed(slot, at: record.end, rest: rest)
    }

    /// Gives up what is late, and after an open loop's drain all that is left.
    private func expire(_ now: Double) {
        while let (slot, number) = deadlines.takeDue(now) {
            guard slots[slot].record?.number == number else { continue }
            giveUp(slot, RequestFailure(ExchangeError.timedOut(afterSeconds: plan.wire.requestTimeout)))
        }
        guard let last = pacing.lastPlanned, now > last + plan.pace.drain else { return }
        for slot in slots.indices where slots[slot].record != nil {
            giveUp(
                slot,
                RequestFailure(.unanswered, "no answer \(Decimals.shortest(plan.pace.drain)) s after the last request"))
        }
        for planned in pacing.takeBacklog() {
            var record = RequestRecord(number: numbers.take(), part: 0, planned: planned, sent: now)
            record.end = now
            record.failure = RequestFailure(.unanswered, "never sent: all \(slots.count) requests were in flight")
            records.append(record)
            failures += 1
        }
    }

    private func giveUp(_ slot: Int, _ failure: RequestFailure) {
        slots[slot].isRepeated = true
        if let connection = connections[slots[slot].key], !connection.cancel(slot: slot) {
            lose(connection, .closed(receivedBytes: 0))
        }
        fail(slot, failure)
    }
}

/// How far a point is.
public struct LoadProgress: Sendable {
    public let step: LoadStep
    public let seconds: Double
    public let answers: Int, errors: Int
    /// Sent and not answered, or waiting to be sent.
    public let waiting: Int

    init(_ step: LoadStep, _ seconds: Double, _ answers: Int, _ errors: Int, _ waiting: Int) {
        (self.step, self.seconds, self.answers, self.errors, self.waiting) = (step, seconds, answers, errors, waiting)
    }
}

/// Numbers requests over all points: no two have the same fresh tokens.
struct RequestNumbers {
    private(set) var next: UInt64 = 0

    mutating func take() -> Int {
        defer { next += 1 }
        return Int(next)
    }
}
