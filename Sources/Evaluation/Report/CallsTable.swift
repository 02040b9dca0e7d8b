import Documents
import FunctionCalling
import Functions
import Judging

/// Records as CSV (RFC 4180), a row a sample.
public struct CallsTable: Sendable {
    private static let columns: [(name: String, value: @Sendable (CallsRecord) -> Cell)] = [
        ("set", { .text($0.set) }), ("id", { .text($0.id) }), ("query", { .text($0.query ?? "") }),
        ("language", { .text($0.language ?? "") }), ("category", { .text($0.category ?? "") }),
        ("domain", { .text($0.domain ?? "") }), ("expected_outcome", { .plain($0.expectedOutcome.rawValue) }),
        ("expected_function", { .text($0.expectedFunction ?? "") }),
        ("expected", { .plain($0.expected.isEmpty ? "" : CallsRecord.json($0.expected).text()) }),
        ("outcome", { .plain($0.error == nil ? $0.answer.outcome.rawValue : "") }),
        ("calls", { .plain($0.answer.calls.isEmpty ? "" : CallsRecord.json($0.answer.calls).text()) }),
        ("right", { .flag($0.counts) }), ("function_right", { .flag($0.isFunctionRight) }),
        ("exact_match", { .flag($0.isRight) }), ("frame_right", { $0.isFrameRight.map { .flag($0) } ?? .plain("") }),
        ("confidence", { .plain("\($0.confidence)") }), ("candidates", { .plain($0.candidates.map { "\($0)" } ?? "") }),
        ("rank", { .plain($0.rank.map { "\($0)" } ?? "") }), ("prompt_tokens", { .plain("\($0.promptTokens)") }),
        ("cached_tokens", { .plain("\($0.cachedTokens)") }),
        ("completion_tokens", { .plain("\($0.completionTokens)") }),
        ("ms", { .plain("\(($0.milliseconds * 10).rounded() / 10)") }), ("detail", { .text($0.detail ?? "") }),
        ("violation", { .text($0.violation ?? "") }), ("error", { .text($0.error ?? "") }),
        ("judged_right", { $0.judged?.isRight.map { .flag($0) } ?? .plain("") }),
        ("judge_confidence", { .plain($0.judged.map { "\($0.confidence)" } ?? "") }),
        ("judge_reason", { .text($0.judged?.reason ?? "") }),
    ]

    /// What stands in a place of the table.
    private enum Cell {
        /// From outside: spreadsheets must not take it for a formula.
        case text(String)
        case plain(String)

        static func flag(_ value: Bool) -> Cell { .plain(value ? "1" : "0") }

        /// With quotes where it needs them.
        var csv: String {
            switch self {
            case .plain(let text): Self.quoted(text)
            case .text(let text): Self.quoted(Self.isFormula(text) ? "'" + text : text)
            }
        }

        private static func isFormula(_ text: String) -> Bool {
            text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
        }

        private static func quoted(_ text: String) -> String {
            guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
            return "\"" + text.replacing("\"", with: "\"\"") + "\""
        }
    }

    private let records: [CallsRecord]

    /// A table of these records, in their order.
    public init(_ records: [CallsRecord]) { self.records = records }

    /// With a line of names first.
    public var csv: String {
        let head = Self.columns.map(\.name).joined(separator: ",")
        let rows = records.map { record in Self.columns.map { $0.value(record).csv }.joined(separator: ",") }
        return ([head] + rows).joined(separator: "\r\n") + "\r\n"
    }
}
