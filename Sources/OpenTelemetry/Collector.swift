import Foundation
import HTTPClient
import Logging
import Telemetry

/// The collector at the other end: bodies are sent over one connection, again where that may help (OTLP 1, "OTLP/HTTP
/// Response"). Owner: the exporter's thread.
struct Collector {
    enum Signal: String { case traces, metrics }

    private enum Verdict {
        case taken
        /// Another attempt may help, after this many seconds if it says so.
        case later(Double?, why: String)
        case never(why: String)
    }

    private let plan: ExportPlan
    private let queue: SpanQueue
    private let logger: Logger
    private let count: (_ signal: String, _ result: String) -> Void
    private var client: HTTPClient?
    /// One signal may be taken where another is not: Jaeger takes no metrics.
    private var failing: Set<Signal> = []

    /// - Parameters:
    ///   - queue: whose stop ends every wait.
    ///   - count: is told of each attempt.
    init(
        _ plan: ExportPlan, queue: SpanQueue, logger: Logger,
        _ count: @escaping (_ signal: String, _ result: String) -> Void
    ) { (self.plan, self.queue, self.logger, self.count) = (plan, queue, logger, count) }

    /// - Returns: whether the collector has it.
    mutating func send(_ body: [UInt8], of signal: Signal) -> Bool {
        var wait = plan.firstWait.seconds
        for attempt in 1...max(1, plan.attempts) {
            switch self.attempt(body, signal) {
            case .taken:
                count(signal.rawValue, "sent")
                if failing.remove(signal) != nil { logger.notice("the collector takes \(signal.rawValue) again") }
                return true
            case .never(let why):
                count(signal.rawValue, "refused")
                tell(signal, why)
                return false
            case .later(let seconds, let why):
                count(signal.rawValue, "failed")
                tell(signal, why)
                guard attempt < plan.attempts else { return false }
                // Not all servers that a collector refused come back at the same moment.
                guard queue.pause(seconds ?? wait * Double.random(in: 0.5...1)) else { return false }
                wait = min(wait * 2, 30)
            }
        }
        return false
    }

    /// Once, until it works again.
    private mutating func tell(_ signal: Signal, _ why: String) {
        guard failing.insert(signal).inserted else { return }
        logger.warning(
            "\(signal.rawValue) cannot be sent", metadata: ["endpoint": "\(plan.endpoint)", "why": "\(why)"])
    }

    private mutating func attempt(_ body: [UInt8], _ signal: Signal) -> Verdict {
        do {
            let answer = try exchange(body, signal)
            switch answer.status {
            case 200..<300: return .taken
            case 408, 429, 502, 503, 504:
                return .later(answer.retryAfterSeconds.map { Double(min($0, 300)) }, why: "status \(answer.status)")
            default: return .never(why: "status \(answer.status)")
            }
        } catch {
            client = nil
            return .later(nil, why: "\(error)")
        }
    }

    /// The endpoint's name is looked up again with each new connection: a collector may move.
    private mutating func exchange(_ body: [UInt8], _ signal: Signal) throws -> HTTPAnswer {
        let seconds = queue.isStopped ? min(1, plan.timeout.seconds) : plan.timeout.seconds
        let open = try client ?? HTTPClient(endpoint: HTTPEndpoint(plan.endpoint), timeout: seconds)
        client = open
        let fields = plan.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        let request = ClientRequest(
            method: "POST", route: "/v1/\(signal.rawValue)",
            fields: "Content-Type: application/x-protobuf\r\n\(fields)", body: body)
        var answer = HTTPAnswer(head: ResponseHead(status: 0), body: [])
        try open.exchange(
            request, Deadline(seconds: seconds), HTTPClient.Receiver(onHead: { answer.head = $0 }, onBody: { _ in }))
        return answer
    }
}
