/// What one client measured; merged at the end of a point.
struct ClientRecord: Sendable {
    /// Response times of the good answers, in seconds.
    var times: [Double] = []
    /// From the sending to the first token, of those that were streamed.
    var firstTokenTimes: [Double] = []
    var errors = 0
    var firstError: String?
    var connections = 0
    /// Sums over the good answers, and how many of them said so.
    var promptTokens = TokenCount(), cachedTokens = TokenCount(), completionTokens = TokenCount()
    var firstSend: ContinuousClock.Instant?, lastAnswer: ContinuousClock.Instant?

    /// Tokens of some answers, and how many answers said theirs.
    struct TokenCount: Sendable {
        var sum = 0, answers = 0
        var mean: Double? { answers > 0 ? Double(sum) / Double(answers) : nil }

        /// Adds one answer's; nil: it did not say.
        mutating func add(_ count: Int?) {
            guard let count else { return }
            (sum, answers) = (sum + count, answers + 1)
        }

        /// Adds another count.
        mutating func add(_ other: TokenCount) {
            (sum, answers) = (sum + other.sum, answers + other.answers)
        }
    }

    /// Adds another client's record.
    mutating func add(_ other: ClientRecord) {
        times += other.times
        firstTokenTimes += other.firstTokenTimes
        errors += other.errors
        firstError = firstError ?? other.firstError
        connections += other.connections
        promptTokens.add(other.promptTokens)
        cachedTokens.add(other.cachedTokens)
        completionTokens.add(other.completionTokens)
        firstSend = [firstSend, other.firstSend].compactMap { $0 }.min()
        lastAnswer = [lastAnswer, other.lastAnswer].compactMap { $0 }.max()
    }
}

/// Response times (the paper's RT), in seconds, over the good answers.
public struct ResponseTimes: Sendable, Hashable {
    public let mean: Double, minimum: Double, p50: Double, p90: Double, p95: Double, p99: Double, p999: Double
    public let maximum: Double
    /// How many times there are.
    public let count: Int

    /// nil where there is no answer.
    package init?(_ times: [Double]) {
        let ordered = times.sorted()
        guard let first = ordered.first, let last = ordered.last else { return nil }
        (minimum, maximum) = (first, last)
        mean = ordered.reduce(0, +) / Double(ordered.count)
        count = ordered.count
        (p50, p90, p95) = (Self.rank(500, ordered), Self.rank(900, ordered), Self.rank(950, ordered))
        (p99, p999) = (Self.rank(990, ordered), Self.rank(999, ordered))
    }

    /// Whether there are too few values for a percentile to be another one than the largest.
    ///
    /// - Parameter permille: 990 for the 99th percentile.
    public func isMaximum(_ permille: Int) -> Bool { Self.rank(permille, count: count) == count }

    /// Nearest rank: the least value that at least `permille` of 1000 values do not exceed.
    private static func rank(_ permille: Int, _ ordered: [Double]) -> Double {
        ordered[rank(permille, count: ordered.count) - 1]
    }

    private static func rank(_ permille: Int, count: Int) -> Int { max(1, (count * permille + 999) / 1000) }
}

/// One row of the table: the figures of one number of concurrent clients.
public struct LoadPoint: Sendable, Hashable {
    public let clients: Int
    /// First send to last answer.
    public let seconds: Double
    /// Good answers.
    public let answers: Int
    public let errors: Int
    public let firstError: String?
    /// nil where there is no good answer.
    public let times: ResponseTimes?
    /// To the first token; nil unless answers were streamed.
    public let firstTokenTimes: ResponseTimes?
    /// TCP connections opened; equal to `clients` while all are kept alive.
    public let connections: Int
    /// Means over the good answers, as the server counted.
    public let promptTokens: Double?, cachedTokens: Double?, completionTokens: Double?
    /// What the server itself counted, if it has `/v1/stats`.
    public var server: ServerFigures?

    /// What all clients of a point measured together.
    init(clients: Int, _ record: ClientRecord) {
        self.clients = clients
        (answers, errors, firstError) = (record.times.count, record.errors, record.firstError)
        seconds =
            if let first = record.firstSend, let last = record.lastAnswer {
                first.duration(to: last) / .seconds(1)
            } else { 0 }
        times = ResponseTimes(record.times)
        firstTokenTimes = ResponseTimes(record.firstTokenTimes)
        connections = record.connections
        promptTokens = record.promptTokens.mean
        cachedTokens = record.cachedTokens.mean
        completionTokens = record.completionTokens.mean
    }

    /// Good answers a second.
    public var queriesPerSecond: Double { seconds > 0 ? Double(answers) / seconds : 0 }
}
