import Documents
import FunctionCalling
import Functions
import Judging

/// Rates over records: what the reports of `kinglet evaluate calls` and of `/v1/evaluations` are written from.
public struct CallsReport: Sendable {
    /// Rates of one set, function or outcome.
    public struct Group: Sendable, Hashable {
        /// By the matcher that counts for the set.
        public var right = Share()
        /// Outcome and function, whatever the parameters.
        public var function = Share()
        /// By the data sets' own matcher.
        public var exact = Share()
        /// The frame behind the adapter, where a set has frames.
        public var frame = Share()
        /// By a judge, where one was asked.
        public var judged = Share()

        /// Counts a record. One that failed is wrong.
        mutating func add(_ record: CallsRecord) {
            right.add(record.counts)
            function.add(record.isFunctionRight)
            exact.add(record.isRight)
            if let isRight = record.isFrameRight { frame.add(isRight) }
            if let isRight = record.judged?.isRight { judged.add(isRight) }
        }
    }

    /// Numbers of candidates that recall is given for.
    public static let cuts = [1, 2, 3, 5, 10, 20]

    /// All records together: the achievable rate.
    public private(set) var all = Group()
    public private(set) var sets: [String: Group] = [:]
    /// By the first function expected, and by its domain.
    public private(set) var functions: [String: Group] = [:]
    public private(set) var domains: [String: Group] = [:]
    /// Where samples say it.
    public private(set) var languages: [String: Group] = [:]
    public private(set) var categories: [String: Group] = [:]
    public private(set) var outcomes: [Outcome: Group] = [:]
    /// Expected outcome, then what came; without records that failed.
    public private(set) var confusion: [Outcome: [Outcome: Int]] = [:]
    /// The judge's verdicts against the matcher that counts.
    public private(set) var ofJudge = Agreement()
    /// Answers that the judge was asked about and gave no verdict on.
    public private(set) var unjudged = 0
    /// Calls that break the schema of their function.
    public private(set) var invalidCalls = 0
    public private(set) var failures: [String] = []
    /// Of records with a call expected for which a retriever ran: ranks of the last expected function; nil: not found.
    public private(set) var ranks: [Int?] = []
    /// Most candidates that stood before the model.
    public private(set) var candidates = 0
    public private(set) var tokens = (prompt: 0, cached: 0, completion: 0)
    /// Time of each record, in milliseconds, ascending.
    public private(set) var milliseconds: [Double] = []
    /// The confidence as what it says to be, that of outcome and function; and as a sign that the whole answer is right.
    public private(set) var ofFunctions = Calibration(), ofAnswers = Calibration()

    /// Counts all records.
    public init(_ records: [CallsRecord]) {
        for record in records { add(record) }
        milliseconds.sort()
    }

    /// Counts one.
    private mutating func add(_ record: CallsRecord) {
        all.add(record)
        sets[record.set, default: Group()].add(record)
        if let function = record.expectedFunction { functions[function, default: Group()].add(record) }
        if let domain = record.domain { domains[domain, default: Group()].add(record) }
        if let language = record.language { languages[language, default: Group()].add(record) }
        if let category = record.category { categories[category, default: Group()].add(record) }
        outcomes[record.expectedOutcome, default: Group()].add(record)
        if let error = record.error {
            failures.append("\(record.set) \(record.id): \(error)")
            return
        }
        if let judged = record.judged {
            unjudged += judged.isRight == nil ? 1 : 0
            if let isRight = judged.isRight { ofJudge.add(verdict: isRight, label: record.counts) }
        }
        confusion[record.expectedOutcome, default: [:]][record.answer.outcome, default: 0] += 1
        if record.violation != nil { invalidCalls += 1 }
        if let count = record.candidates {
            candidates = max(candidates, count)
            if record.expectedOutcome == .call, !record.expected.isEmpty { ranks.append(record.rank) }
        }
        tokens.prompt += record.promptTokens
        tokens.cached += record.cachedTokens
        tokens.completion += record.completionTokens
        milliseconds.append(record.milliseconds)
        ofFunctions.add(record.confidence, isRight: record.isFunctionRight)
        ofAnswers.add(record.confidence, isRight: record.counts)
    }

    /// Records in all.
    public var count: Int { all.right.total }

    /// Mean over the sets of the rate that counts.
    public var mean: Double {
        sets.isEmpty ? 0 : sets.values.map(\.right.value).reduce(0, +) / Double(sets.count)
    }

    /// Precision and recall of an outcome.
    public func precisionAndRecall(_ outcome: Outcome) -> (precision: Share, recall: Share) {
        let hits = confusion[outcome]?[outcome] ?? 0
        let given = confusion.values.reduce(0) { $0 + ($1[outcome] ?? 0) }
        let wanted = (confusion[outcome] ?? [:]).values.reduce(0, +)
        return (Share(hits, of: given), Share(hits, of: wanted))
    }

    /// How often all expected functions stood among the first k candidates, by k up to the number of candidates; empty where
    /// no retriever ran.
    public var recall: [(k: Int, share: Share)] {
        guard !ranks.isEmpty else { return [] }
        let cuts = Self.cuts.filter { $0 < candidates } + [candidates]
        return cuts.map { k in (k, Share(ranks.count { $0.map { $0 <= k } ?? false }, of: ranks.count)) }
    }

    /// Tokens a sample that was answered.
    func perSample(_ tokens: Int) -> Double {
        milliseconds.isEmpty ? 0 : Double(tokens) / Double(milliseconds.count)
    }

    /// A quantile of the times, in milliseconds; 0 of none.
    func quantile(_ share: Double) -> Double {
        guard !milliseconds.isEmpty else { return 0 }
        return milliseconds[min(milliseconds.count - 1, Int(share * Double(milliseconds.count)))]
    }
}
