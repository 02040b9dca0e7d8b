import Documents
import FunctionCalling
import Functions

/// An answer with its verdict, shown to a model before the one that it is to judge.
public struct JudgeExample: Sendable, Hashable {
    public var request: JudgeRequest
    public var functions: [FunctionDefinition]
    public var verdict: Verdict
    /// As the model should write it.
    public var reason: String

    /// `query`, `functions`, `outcome`, `calls`, `verdict`, `reason`; `history` and `context` where there are any.
    init(_ reader: inout FieldReader) throws(FieldError) {
        let limits = RequestLimits()
        let dialogue = try JudgedDialogue(&reader, limits)
        functions = try FunctionDefinition.list("functions", &reader, limits) ?? []
        request = JudgeRequest(dialogue: dialogue, answer: try FunctionAnswer(&reader, limits))
        guard let verdict = Verdict(rawValue: try reader.optionalInt("verdict", in: 0...1) ?? -1) else {
            throw FieldError(
                path: reader.path(of: "verdict"), reason: .missing,
                message: "\(reader.path(of: "verdict")) is missing; it is 1 (right) or 0 (wrong)")
        }
        self.verdict = verdict
        reason = try reader.string("reason")
        try reader.finish()
    }
}
