/// The figures of one number of clients, or one rate, over all runs.
public struct LoadPoint: Sendable, Hashable {
    public let step: LoadStep
    /// Of the part in which load and answers are in balance; nil where no run had one.
    public let steady: LoadFigures?
    /// From the first request to the last answer.
    public let whole: LoadFigures
    /// Each run's, of the part that counts.
    public let runs: [LoadFigures]
    /// TCP connections opened; equal to the number of clients while all are kept alive.
    public let connections: Int
    /// Share of one processor that the generator took.
    public let generatorShare: Double
    /// More load than the server can take: answers fall behind requests, or more clients bring no more answers.
    public internal(set) var isSaturated: Bool
    /// What the server itself counted, if it has `/v1/stats`.
    public internal(set) var server: ServerFigures?
    /// What its `/metrics` said, if it has one; of several runs the last.
    public internal(set) var serverMetrics: ServerMetrics?

    /// - Parameter all: one of each run, at least one.
    init(_ step: LoadStep, _ all: [PointRecords], _ plan: LoadPlan) {
        self.step = step
        var (steadyParts, wholeParts) = ([LoadStretch](), [LoadStretch]())
        var (runs, backlog) = ([LoadFigures](), false)
        for point in all {
            let begin = point.records.map(\.planned).min() ?? 0
            let end = point.records.map(\.end).max() ?? point.seconds
            let entire = (point.records, begin...max(begin, end))
            wholeParts.append(entire)
            var counted = entire
            if let window = point.steadyWindow(plan.pace) {
                counted = (point.records.filter { point.isCounted($0, window) }, window)
                steadyParts.append(counted)
                backlog = backlog || Saturation.grows(point.records, in: window, step)
            }
            runs.append(LoadFigures([counted], goals: plan.goals))
        }
        whole = LoadFigures(wholeParts, goals: plan.goals)
        steady = steadyParts.count == all.count ? LoadFigures(steadyParts, goals: plan.goals) : nil
        self.runs = runs
        connections = all.reduce(0) { $0 + $1.connections }
        let seconds = all.reduce(0) { $0 + $1.seconds }
        generatorShare = seconds > 0 ? all.reduce(0) { $0 + $1.processorSeconds } / seconds : 0
        isSaturated = step.isOpen && backlog
    }

    private typealias LoadStretch = (records: [RequestRecord], window: ClosedRange<Double>)

    /// What tables show: the steady part, or all where there is none.
    public var figures: LoadFigures { steady ?? whole }

    /// The number of clients; in an open loop 0.
    public var clients: Int { if case .clients(let count) = step { count } else { 0 } }
    public var answers: Int { figures.answers }
    public var errors: Int { figures.errors }
    public var firstError: String? { figures.firstError ?? whole.firstError }
    public var times: ResponseTimes? { figures.times }
    public var firstTokenTimes: ResponseTimes? { figures.firstTokenTimes }
    public var seconds: Double { figures.seconds }
    public var queriesPerSecond: Double { figures.queriesPerSecond }
    public var cachedTokens: Double? { figures.cachedTokens.mean }
    public var promptTokens: Double? { figures.promptTokens.mean }
    public var completionTokens: Double? { figures.completionTokens.mean }

    /// A figure's mean over the runs with its interval.
    func interval(_ figure: (LoadFigures) -> Double?) -> StudentInterval? {
        StudentInterval(runs.compactMap(figure))
    }

    /// Whether the figures of all runs together meet every goal; nil without one. Errors meet none.
    func meets(_ goals: [Goal]) -> Bool? {
        guard !goals.isEmpty else { return nil }
        return figures.errors == 0
            && goals.allSatisfy { goal in
                switch goal.metric {
                case .responseTime: goal.isMet(by: figures.times)
                case .firstToken: goal.isMet(by: figures.firstTokenTimes)
                case .perToken: goal.isMet(by: figures.tokenTimes)
                }
            }
    }
}
