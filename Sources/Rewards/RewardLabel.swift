import Documents
import Functions
import Judging
import OrderedCollections

/// What an answer is compared with, as trainers carry it beside a prompt.
public struct RewardLabel: Sendable, Hashable {
    /// nil: nothing is known, and only the form of an answer can be rewarded.
    public var reference: Reference?
    /// A ground truth in ToolRL's form, as it came.
    public var text: String?
    /// The functions that were offered, where the label says them.
    public var functions: [FunctionDefinition]?

    public init(reference: Reference? = nil, text: String? = nil) { (self.reference, self.text) = (reference, text) }

    /// Reads what stands in a data set's label column: a reference as `/v1/judge` takes it, a call or an array of calls in any
    /// form of `AnswerText`, any of these as a JSON text, or ToolRL's ground truth. Anything else is no label. A reference may
    /// have `functions` beside it.
    public init(_ value: JSONValue) {
        if let text = value.stringValue {
            self.init(text: text)
        } else if value["expected"] != nil || value["answers"] != nil {
            self.init(reference: Self.reference(value))
            functions = value["functions"]?.arrayValue.flatMap { list in
                let functions = list.compactMap { try? FunctionDefinition(json: $0) }
                return functions.count == list.count ? functions : nil
            }
        } else {
            let answer = value.isNull ? nil : AnswerText.answer(value)
            self.init(reference: answer.map { Reference(outcome: $0.outcome, expected: $0.calls, answers: .exact) })
        }
    }

    private init(text: String) {
        let tagged = TaggedText(text)
        if tagged.contains("<tool_call>") || tagged.contains("<response>") {
            let answer = tagged.contains("<tool_call>") ? AnswerText.answer(in: text) : nil
            let outcome = answer ?? FunctionAnswer(outcome: .noAppropriateFunction, calls: [])
            let isReadable = answer != nil || !tagged.contains("<tool_call>")
            self.init(
                reference: isReadable
                    ? Reference(outcome: outcome.outcome, expected: outcome.calls, answers: .exact) : nil, text: text)
            return
        }
        guard let value = try? JSONValue(parsing: text), value.stringValue == nil else {
            self.init(reference: nil, text: nil)
            return
        }
        self.init(value)
    }

    /// Without an outcome it is `call` where there are calls.
    private static func reference(_ value: JSONValue) -> Reference? {
        guard var members = value.objectValue else { return nil }
        if members["outcome"] == nil {
            let isEmpty = members["expected"]?.arrayValue?.isEmpty ?? true
            members["outcome"] = .string((isEmpty ? Outcome.noAppropriateFunction : .call).rawValue)
        }
        guard var reader = try? FieldReader(.object(members)) else { return nil }
        return try? Reference(&reader)
    }

    /// In ToolRL's form: the text that came, or one made of the reference, the first of several accepted values each.
    var groundTruth: String {
        if let text { return text }
        guard let reference else { return "" }
        guard reference.outcome == .call else { return "<think></think>\n<response></response>" }
        let lines = reference.canonicalCalls.map { call -> String in
            let value: JSONValue = ["name": .string(call.function), "parameters": .object(call.parameters)]
            return value.text(.spaced)
        }
        return "<think></think>\n<tool_call>\n\(lines.joined(separator: "\n"))\n</tool_call>"
    }
}
