import Documents
import FunctionCalling
import Functions
import Judging

/// Records as JUnit XML, which continuous integration shows: a suite a set, a case a sample.
public struct CallsJUnit: Sendable {
    private let records: [CallsRecord]

    /// Cases of these records, in their order.
    public init(_ records: [CallsRecord]) { self.records = records }

    /// The document.
    public var xml: String {
        var sets: [String] = [], cases: [String: [CallsRecord]] = [:]
        for record in records {
            if cases[record.set] == nil { sets.append(record.set) }
            cases[record.set, default: []].append(record)
        }
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"kinglet\"\(Self.counts(records))>",
        ]
        for set in sets {
            let records = cases[set] ?? []
            lines.append("  <testsuite name=\"\(MarkupText.escape(set))\"\(Self.counts(records))>")
            lines += records.map(Self.testCase)
            lines.append("  </testsuite>")
        }
        return (lines + ["</testsuites>"]).joined(separator: "\n") + "\n"
    }

    /// The counts that a suite and all suites have.
    private static func counts(_ records: [CallsRecord]) -> String {
        let errors = records.count { $0.error != nil }, wrong = records.count { $0.error == nil && !$0.counts }
        return " tests=\"\(records.count)\" failures=\"\(wrong)\" errors=\"\(errors)\" skipped=\"0\" "
            + "time=\"\(seconds(records.reduce(0) { $0 + $1.milliseconds }))\""
    }

    /// One sample.
    private static func testCase(_ record: CallsRecord) -> String {
        let group = record.expectedFunction ?? record.expectedOutcome.rawValue
        let head =
            "    <testcase classname=\"\(MarkupText.escape("\(record.set).\(group)"))\" "
            + "name=\"\(MarkupText.escape(record.id))\" time=\"\(seconds(record.milliseconds))\""
        if let error = record.error {
            return head + "><error message=\"\(MarkupText.short(error))\"/></testcase>"
        }
        guard !record.counts else { return head + "/>" }
        let expected = AnswerText(expectedOf: record).text
        let answered = AnswerText(answerOf: record).text
        let body = [record.query.map { "query: \($0)" }, "expected: \(expected)", "answered: \(answered)"]
        return head + "><failure message=\"\(MarkupText.short(record.detail ?? "another answer was expected"))\">"
            + MarkupText.escape(body.compactMap { $0 }.joined(separator: "\n")) + "</failure></testcase>"
    }

    /// Seconds with milliseconds.
    private static func seconds(_ milliseconds: Double) -> String { "\(milliseconds.rounded() / 1000)" }
}

/// An answer on one line, as in `set_lights {"room":"kitchen"}`.
struct AnswerText {
    let text: String

    /// What a record answers.
    init(answerOf record: CallsRecord) { self.init(record.answer) }

    /// An answer to be judged.
    init(_ answer: FunctionAnswer) { self.init(answer.outcome, answer.calls) }

    /// What a record should answer; of results of earlier versions the function alone.
    init(expectedOf record: CallsRecord) {
        let known = record.expected.isEmpty ? record.expectedFunction : nil
        text = known ?? Self(record.expectedOutcome, record.expected).text
    }

    /// The outcome, or the calls where it is one.
    private init(_ outcome: Outcome, _ calls: [FunctionCall]) {
        text =
            outcome == .call && !calls.isEmpty
            ? calls.map { "\($0.function) \(JSONValue.object($0.parameters).text())" }.joined(separator: "; ")
            : outcome.rawValue
    }
}
