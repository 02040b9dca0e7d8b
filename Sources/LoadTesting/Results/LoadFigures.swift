/// What was measured over a stretch of one or more runs.
public struct LoadFigures: Sendable, Hashable {
    /// How long the stretch was, over all runs.
    public internal(set) var seconds = 0.0
    /// Good answers, and how many of them ended within the stretch.
    public internal(set) var answers = 0, answersWithin = 0
    public internal(set) var errors = 0
    /// How many of each kind: `timeout`, `http_503`.
    public internal(set) var errorKinds: [String: Int] = [:]
    public internal(set) var firstError: String?
    /// Good answers that meet every goal; nil without a goal.
    public internal(set) var goodAnswers: Int?
    /// nil where there is no good answer.
    public internal(set) var times: ResponseTimes?
    /// nil unless answers were streamed: to the first token; a token after it; between events.
    public internal(set) var firstTokenTimes: ResponseTimes?, tokenTimes: ResponseTimes?, gaps: ResponseTimes?
    /// As the server counted them.
    public internal(set) var promptTokens = TokenCount(), cachedTokens = TokenCount(), completionTokens = TokenCount()
    /// Mean seconds of the server's stages, in its own order.
    public internal(set) var stages: [StageTime] = []
    /// How late requests were sent, in seconds: they waited for a free slot, or the generator was slow.
    public internal(set) var lateness: ResponseTimes?

    /// Tokens of some answers, and how many answers said theirs.
    public struct TokenCount: Sendable, Hashable {
        public var sum = 0, answers = 0
        public var mean: Double? { answers > 0 ? Double(sum) / Double(answers) : nil }

        mutating func add(_ count: Int?) {
            guard let count else { return }
            (sum, answers) = (sum + count, answers + 1)
        }
    }

    /// Good answers a second.
    public var queriesPerSecond: Double { seconds > 0 ? Double(answersWithin) / seconds : 0 }
    /// Good answers a second that meet every goal.
    public var goodput: Double? {
        guard let goodAnswers, answers > 0 else { return goodAnswers.map { _ in 0 } }
        return queriesPerSecond * Double(goodAnswers) / Double(answers)
    }

    /// - Parameters:
    ///   - records: of requests that count.
    ///   - window: of time that counts.
    package init(_ stretches: [(records: [RequestRecord], window: ClosedRange<Double>)], goals: [Goal]) {
        var (times, first, token, gaps, late) = ([Double](), [Double](), [Double](), [Double](), [Double]())
        var (names, sums) = ([String](), [String: (sum: Double, count: Int)]())
        if !goals.isEmpty { goodAnswers = 0 }
        for (records, window) in stretches {
            seconds += window.upperBound - window.lowerBound
            for record in records {
                late.append(record.sent - record.planned)
                if let failure = record.failure {
                    errors += 1
                    errorKinds[failure.label, default: 0] += 1
                    firstError = firstError ?? failure.message
                    continue
                }
                answers += 1
                if window.contains(record.end) { answersWithin += 1 }
                if goals.allSatisfy({ $0.isMet(by: record) }), let good = goodAnswers { goodAnswers = good + 1 }
                times.append(record.responseTime)
                if let time = record.timeToFirstToken { first.append(time) }
                if let time = record.timePerToken { token.append(time) }
                gaps += record.gaps.map(Double.init)
                promptTokens.add(record.usage.promptTokens)
                cachedTokens.add(record.usage.cachedTokens)
                completionTokens.add(record.usage.completionTokens)
                for stage in record.stages {
                    if sums[stage.name] == nil { names.append(stage.name) }
                    let old = sums[stage.name] ?? (0, 0)
                    sums[stage.name] = (old.sum + stage.seconds, old.count + 1)
                }
            }
        }
        self.times = ResponseTimes(times)
        (firstTokenTimes, tokenTimes) = (ResponseTimes(first), ResponseTimes(token))
        (self.gaps, lateness) = (ResponseTimes(gaps), ResponseTimes(late))
        stages = names.compactMap { name in
            sums[name].map { StageTime(name: name, seconds: $0.sum / Double($0.count)) }
        }
    }
}
