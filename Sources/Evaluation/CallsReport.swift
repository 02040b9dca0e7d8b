import Documents
import FunctionCalling
import Functions
import Judging
import OrderedCollections

/// Rates over records; `json` and `markdown` are what `kinglet evaluate calls` writes.
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
    }

    /// Over all records without a failure of the pipeline.
    public private(set) var sets: [String: Group] = [:]
    public private(set) var functions: [String: Group] = [:]
    public private(set) var outcomes: [Outcome: Group] = [:]
    /// Expected outcome, then what came.
    public private(set) var confusion: [Outcome: [Outcome: Int]] = [:]
    public private(set) var invalidCalls = 0
    public private(set) var failures: [String] = []
    private var tokens = (prompt: 0, cached: 0, completion: 0), milliseconds: [Double] = []
    private var reliability = Reliability()

    /// Counts all records.
    public init(_ records: [CallsRecord]) {
        for record in records { add(record) }
    }

    /// Counts one.
    private mutating func add(_ record: CallsRecord) {
        if let error = record.error { failures.append("\(record.set) \(record.id): \(error)") }
        func note(_ group: inout Group) {
            group.right.add(record.counts)
            group.function.add(record.isFunctionRight)
            group.exact.add(record.isRight)
            if let isRight = record.isFrameRight { group.frame.add(isRight) }
        }
        note(&sets[record.set, default: Group()])
        if let function = record.expectedFunction { note(&functions[function, default: Group()]) }
        note(&outcomes[record.expectedOutcome, default: Group()])
        confusion[record.expectedOutcome, default: [:]][record.answer.outcome, default: 0] += 1
        if record.violation != nil { invalidCalls += 1 }
        tokens.prompt += record.promptTokens
        tokens.cached += record.cachedTokens
        tokens.completion += record.completionTokens
        milliseconds.append(record.milliseconds)
        reliability.add(record.confidence, isRight: record.isFunctionRight)
    }

    /// Records in all.
    public var count: Int { milliseconds.count }

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

    /// The report for programs.
    public var json: JSONValue {
        [
            "samples": .integer(count), "mean": .number((mean * 10_000).rounded() / 10_000),
            "sets": Self.json(sets), "functions": Self.json(functions),
            "outcomes": Self.json(Dictionary(uniqueKeysWithValues: outcomes.map { ($0.rawValue, $1) })),
            "confusion": .object(
                JSONObject(
                    uniqueKeysWithValues: Outcome.allCases.map { expected in
                        let row = Outcome.allCases.map {
                            ($0.rawValue, JSONValue.integer(confusion[expected]?[$0] ?? 0))
                        }
                        return (expected.rawValue, .object(JSONObject(uniqueKeysWithValues: row)))
                    })),
            "invalid_calls": .integer(invalidCalls),
            "failures": .array(failures.map { .string($0) }),
            "expected_calibration_error": .number((reliability.error * 10_000).rounded() / 10_000),
            "tokens_per_sample": [
                "prompt": perSample(tokens.prompt), "cached": perSample(tokens.cached),
                "completion": perSample(tokens.completion),
            ],
            "ms": ["p50": .number(quantile(0.5)), "p95": .number(quantile(0.95))],
        ]
    }

    /// Groups by name.
    private static func json(_ groups: [String: Group]) -> JSONValue {
        var members: JSONObject = [:]
        for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
            var member: JSONObject = [
                "right": group.right.json, "function_right": group.function.json, "exact_match": group.exact.json,
            ]
            if group.frame.total > 0 { member["frame_right"] = group.frame.json }
            members[name] = .object(member)
        }
        return .object(members)
    }

    /// Tokens a sample.
    private func perSample(_ tokens: Int) -> JSONValue {
        count == 0 ? 0 : .number((10 * Double(tokens) / Double(count)).rounded() / 10)
    }

    /// A quantile of the times, in milliseconds.
    private func quantile(_ share: Double) -> Double {
        let sorted = milliseconds.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }

    /// The report for people.
    public var markdown: String {
        var lines = ["| set | samples | right | function right | exact match | frame |", "|---|---|---|---|---|---|"]
        for (name, group) in sets.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "| \(name) | \(group.right.total) | \(group.right.text) | \(group.function.text) | \(group.exact.text) | "
                    + "\(group.frame.total > 0 ? group.frame.text : "") |")
        }
        lines += ["", "Mean over the sets: \(Share.percent(mean)) %. Invalid calls: \(invalidCalls).", ""]
        lines += ["| expected \\\\ answered | " + Outcome.allCases.map(\.rawValue).joined(separator: " | ") + " |"]
        lines += ["|---|" + Outcome.allCases.map { _ in "---|" }.joined()]
        for expected in Outcome.allCases {
            let row = Outcome.allCases.map { "\(confusion[expected]?[$0] ?? 0)" }
            lines.append("| \(expected.rawValue) | \(row.joined(separator: " | ")) |")
        }
        for outcome in [Outcome.noAppropriateFunction, .requestUnclear] where confusion[outcome] != nil {
            let rates = precisionAndRecall(outcome)
            lines.append("")
            lines.append("\(outcome.rawValue): precision \(rates.precision.text), recall \(rates.recall.text).")
        }
        let each = { (total: Int) in count == 0 ? 0 : total / count }
        lines += [
            "",
            "Tokens a sample: \(each(tokens.prompt)) prompt (\(each(tokens.cached)) cached), "
                + "\(each(tokens.completion)) answer. Time p50 \(Int(quantile(0.5))) ms, p95 \(Int(quantile(0.95))) ms "
                + "with several in flight. Calibration error of the confidence: \(Share.percent(reliability.error)) %.",
        ]
        if !failures.isEmpty { lines += ["", "Failures:"] + failures.prefix(20).map { "- \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Expected calibration error over ten bins of equal width (Naeini et al. 2015).
struct Reliability: Sendable {
    private var bins = Array(repeating: (confidence: 0.0, right: 0, count: 0), count: 10)

    /// Counts an answer in the bin of its confidence.
    mutating func add(_ confidence: Double, isRight: Bool) {
        let bin = min(9, max(0, Int(confidence * 10)))
        bins[bin].confidence += confidence
        bins[bin].right += isRight ? 1 : 0
        bins[bin].count += 1
    }

    /// The expected calibration error: what confidence and share of right answers differ by, weighted by the bins'
    /// counts.
    var error: Double {
        let total = bins.reduce(0) { $0 + $1.count }
        guard total > 0 else { return 0 }
        return bins.reduce(0) { $0 + abs($1.confidence - Double($1.right)) } / Double(total)
    }
}
