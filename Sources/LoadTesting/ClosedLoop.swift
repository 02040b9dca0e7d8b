import HTTPClient
import Foundation
import Documents
import Synchronization

/// Runs a plan: each client sends a request, waits for its answer and sends the next, so that exactly `clients`
/// requests are in flight until a point ends (as for Table 4 of the paper).
///
/// A client is a thread that sleeps in `poll` while the server works: it takes little from the cores they share.
public final class ClosedLoop: Sendable {
    private let plan: LoadPlan
    private let bodies: RequestBodies
    /// Requests made so far over all points: no two have the same fresh tokens.
    private let requests = RequestCounter()

    public init(_ plan: LoadPlan) {
        self.plan = plan
        bodies = RequestBodies(plan.workload)
    }

    /// Runs warm-up and all points; blocks until the last answer is there. Errors of requests are counted, never thrown.
    /// - Parameters:
    ///   - started: called once the server has been reached.
    ///   - progress: gets each point as soon as it is done.
    /// - Throws: `.notThere` if nothing listens at the start.
    public func run(
        started: () -> Void = {}, progress: (LoadPoint) -> Void = { _ in }
    ) throws(LoadError) -> LoadReport {
        let observer = HTTPClient(endpoint: plan.endpoint, timeout: min(plan.requestTimeout, 10), apiKey: plan.apiKey)
        do throws(ExchangeError) {
            try observer.connect()
        } catch {
            throw .notThere(url: plan.endpoint.description, reason: error.description)
        }
        started()
        let warmUp = ClientLoop(plan, bodies)
        for _ in 0..<plan.warmUps { warmUp.ask(requests.next()) }

        var report = LoadReport(plan: plan, warmUpError: warmUp.record.firstError)
        for clients in plan.clients {
            let before = stats(observer)
            let began = ContinuousClock.now
            var point = LoadPoint(clients: clients, PointRun(plan, bodies, clients: clients, requests).run())
            let seconds = began.duration(to: .now) / .seconds(1)
            point.server = ServerFigures(
                before: before, after: stats(observer), route: plan.workload.route, seconds: seconds)
            report.points.append(point)
            progress(point)
        }
        return report
    }

    private func stats(_ observer: HTTPClient) -> JSONValue? {
        // A server counts a request when its last byte is written: a client that has it may be ahead of the count.
        Thread.sleep(forTimeInterval: 0.1)
        guard let answer = try? observer.get("/v1/stats"), answer.status == 200 else { return nil }
        return try? JSONValue(parsing: answer.body)
    }
}

/// Numbers requests over all points.
final class RequestCounter: Sendable {
    private let count = Atomic<Int>(0)

    func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
}

/// One point: `clients` threads that share a stop rule.
final class PointRun: Sendable {
    private let plan: LoadPlan
    private let bodies: RequestBodies
    private let clients: Int
    private let requests: RequestCounter
    private let sent = Atomic<Int>(0)
    private let total = Mutex(ClientRecord())
    private let start = ContinuousClock.now

    init(_ plan: LoadPlan, _ bodies: RequestBodies, clients: Int, _ requests: RequestCounter) {
        (self.plan, self.bodies, self.clients, self.requests) = (plan, bodies, clients, requests)
    }

    /// Blocks until the last client is done.
    func run() -> ClientRecord {
        let group = DispatchGroup()
        for _ in 0..<clients {
            group.enter()
            let thread = Thread { [self] in
                let client = ClientLoop(plan, bodies)
                while wantsMore() { client.ask(requests.next()) }
                total.withLock { $0.add(client.record) }
                group.leave()
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        group.wait()
        return total.withLock { $0 }
    }

    /// Counts the request that the caller then sends.
    private func wantsMore() -> Bool {
        let elapsed = start.duration(to: .now) / .seconds(1)
        guard elapsed < plan.maximumSeconds else { return false }
        let number = sent.add(1, ordering: .relaxed).oldValue
        return elapsed < plan.seconds || Double(number) < plan.minimumRounds * Double(clients)
    }
}

/// One client's loop body and what it measured. Owner: the client's thread.
final class ClientLoop {
    private let workload: Workload
    private let bodies: RequestBodies
    private let client: HTTPClient
    private var errorsInARow = 0
    private(set) var record = ClientRecord()

    init(_ plan: LoadPlan, _ bodies: RequestBodies) {
        (workload, self.bodies) = (plan.workload, bodies)
        client = HTTPClient(endpoint: plan.endpoint, timeout: plan.requestTimeout, apiKey: plan.apiKey)
    }

    /// Sends request `number` and books its answer; after an error it rests, so that a dead server is not spun on.
    func ask(_ number: Int) {
        let body = bodies.body(number)
        let begin = ContinuousClock.now
        record.firstSend = record.firstSend ?? begin
        var complaint: String?
        do throws(ExchangeError) {
            let (checked, firstToken) = try workload.streams ? askForStream(body) : askForWhole(body)
            let end = ContinuousClock.now
            complaint = checked.complaint
            if complaint == nil {
                if let firstToken { record.firstTokenTimes.append(begin.duration(to: firstToken) / .seconds(1)) }
                record.lastAnswer = end
                record.times.append(begin.duration(to: end) / .seconds(1))
                record.promptTokens.add(checked.usage?.promptTokens)
                record.cachedTokens.add(checked.usage?.cachedTokens)
                record.completionTokens.add(checked.usage?.completionTokens)
            }
        } catch {
            complaint = error.description
        }
        record.connections = client.connections
        if let complaint { fail(complaint) } else { errorsInARow = 0 }
    }

    private typealias Checked = (complaint: String?, usage: AnswerUsage?)

    private func askForWhole(_ body: [UInt8]) throws(ExchangeError) -> (Checked, ContinuousClock.Instant?) {
        let answer = try client.post(workload.route, json: body)
        return (workload.check(status: answer.status, answer.body), nil)
    }

    private func askForStream(_ body: [UInt8]) throws(ExchangeError) -> (Checked, ContinuousClock.Instant?) {
        var (status, refusal, stream) = (0, [UInt8](), StreamedAnswer(workload.kind))
        try client.exchange(
            .json(workload.route, body), Deadline(seconds: client.timeout),
            HTTPClient.Receiver(
                onHead: { status = $0.status },
                onBody: { piece in
                    if status == 200 { stream.take(piece) } else if refusal.count < 1000 { refusal += piece }
                }))
        return (status == 200 ? workload.check(stream) : workload.check(status: status, refusal), stream.firstToken)
    }

    private func fail(_ complaint: String) {
        record.errors += 1
        record.firstError = record.firstError ?? complaint
        record.lastAnswer = .now
        // 0.1 s, doubled from error to error, at most 1 s.
        Thread.sleep(forTimeInterval: min(1, 0.1 * Double(1 << min(errorsInARow, 4))))
        errorsInARow += 1
    }
}
