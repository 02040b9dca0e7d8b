import Documents
import OrderedCollections

/// How far a judge can be trusted: agreement with labels, kappa, confusion, by kind of answer and in pairs.
public struct JudgeReport: Sendable {
    /// One kind of answers.
    public struct Kind: Sendable, Hashable {
        public var label: Bool
        public var agreement = Share()
        /// Of wrong kinds: against the right answers to the same questions.
        public var pairs = PairwiseCount()
    }

    public private(set) var agreement = Agreement()
    public private(set) var kinds: [String: Kind] = [:]
    public private(set) var pairs = PairwiseCount()
    /// Of the confidence against being as the label says.
    public private(set) var calibration = Calibration()
    /// Answers that rules left to the model.
    public private(set) var byModel = Share()
    /// Of those alone.
    public private(set) var ofModel = Agreement()
    public private(set) var failures: [String] = []
    private var milliseconds: [Double] = []
    private var tokens = (prompt: 0, completion: 0)

    /// Counts all records.
    public init(_ records: [JudgeRecord]) {
        for record in records { add(record) }
        compare(records)
        milliseconds.sort()
    }

    private mutating func add(_ record: JudgeRecord) {
        guard let verdict = record.verdict else {
            failures.append("\(record.id): \(record.error ?? "no verdict")")
            return
        }
        agreement.add(verdict: verdict, label: record.label)
        if record.isByModel { ofModel.add(verdict: verdict, label: record.label) }
        kinds[record.kind, default: Kind(label: record.label)].agreement.add(verdict == record.label)
        calibration.add(record.confidence, isRight: verdict == record.label)
        byModel.add(record.isByModel)
        milliseconds.append(record.milliseconds)
        tokens.prompt += record.promptTokens
        tokens.completion += record.completionTokens
    }

    /// Each wrong answer beside each right one to its question.
    private mutating func compare(_ records: [JudgeRecord]) {
        for answers in Dictionary(grouping: records, by: \.question).values {
            let right = answers.filter(\.label).compactMap(\.score)
            for wrong in answers where !wrong.label {
                guard let score = wrong.score else { continue }
                for other in right {
                    pairs.add(right: other, wrong: score)
                    kinds[wrong.kind]?.pairs.add(right: other, wrong: score)
                }
            }
        }
    }

    /// Right kinds first, then wrong ones, by name.
    var sorted: [(name: String, kind: Kind)] {
        kinds.map { (name: $0.key, kind: $0.value) }.sorted {
            ($0.kind.label ? 0 : 1, $0.name) < ($1.kind.label ? 0 : 1, $1.name)
        }
    }

    /// Tokens of an answer in the mean.
    var tokensEach: (prompt: Int, completion: Int) {
        let count = max(1, agreement.count)
        return (tokens.prompt / count, tokens.completion / count)
    }

    /// Milliseconds of an answer, with others judged beside it.
    func quantile(_ part: Double) -> Double {
        milliseconds.isEmpty ? 0 : milliseconds[min(milliseconds.count - 1, Int(part * Double(milliseconds.count)))]
    }

    /// For programs.
    public var json: JSONValue {
        var kinds: JSONObject = [:]
        for (name, kind) in sorted {
            kinds[name] = [
                "label": .integer(kind.label ? 1 : 0), "agreement": kind.agreement.json, "pairwise": kind.pairs.json,
            ]
        }
        return [
            "answers": .integer(agreement.count + failures.count), "agreement": agreement.share.json,
            "kappa": Self.kappa(agreement),
            "confusion": [
                "right_as_right": .integer(agreement.bothRight), "right_as_wrong": .integer(agreement.tooStrict),
                "wrong_as_right": .integer(agreement.tooKind), "wrong_as_wrong": .integer(agreement.bothWrong),
            ],
            "pairwise": pairs.json, "kinds": .object(kinds),
            "model": [
                "asked": byModel.json, "agreement": ofModel.share.json, "kappa": Self.kappa(ofModel),
            ],
            "calibration": calibration.json,
            "tokens_per_answer": [
                "prompt": .integer(tokensEach.prompt), "completion": .integer(tokensEach.completion),
            ],
            "ms": ["p50": .rounded(quantile(0.5), 1), "p95": .rounded(quantile(0.95), 1)],
            "failures": .array(failures.map { .string($0) }),
        ]
    }

    private static func kappa(_ agreement: Agreement) -> JSONValue {
        guard let kappa = agreement.kappa, let interval = agreement.kappaInterval else { return .null }
        return [
            "value": .rounded(kappa, 4), "low": .rounded(interval.lowerBound, 4),
            "high": .rounded(interval.upperBound, 4),
        ]
    }
}
