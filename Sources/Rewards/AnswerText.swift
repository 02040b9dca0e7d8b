import Documents
import Functions
import Judging
import OrderedCollections

/// Calls as models and trainers write them.
///
/// | form | |
/// |---|---|
/// | own | `{"function", "parameters"}`, or `{"outcome", "calls": […]}` as `/v1/functioncall` answers |
/// | Qwen's, xLAM's | `{"name", "arguments"}` or `{"name", "parameters"}` |
/// | OpenAI's | `{"type": "function", "function": {"name", "arguments": "…"}}` |
///
/// One object, or an array of them; an empty array means that nothing fits, as does an outcome's name in the place of a
/// function's.
public enum AnswerText {
    /// nil for what is no answer.
    public static func answer(_ value: JSONValue) -> FunctionAnswer? {
        if let name = value["outcome"]?.stringValue, let outcome = Outcome(rawValue: name) {
            guard let calls = calls(value["calls"] ?? []) else { return nil }
            return FunctionAnswer(outcome: outcome, calls: outcome == .call ? calls : [])
        }
        guard let calls = calls(value) else { return nil }
        guard let first = calls.first else { return FunctionAnswer(outcome: .noAppropriateFunction, calls: []) }
        guard calls.count == 1, let outcome = Outcome(rawValue: first.function), outcome != .call else {
            return FunctionAnswer(outcome: .call, calls: calls)
        }
        return FunctionAnswer(outcome: outcome, calls: [])
    }

    /// Of an answer's text: what stands between `<answer>` tags, else between `<tool_call>` tags, one call a line or one a
    /// pair of tags, else all of it.
    public static func answer(in text: String) -> FunctionAnswer? {
        let text = TaggedText(text)
        if let inside = inside(text, "<answer>", "</answer>") { return parsed(inside) }
        guard text.contains("<tool_call>") else { return parsed(text) }
        var values: [JSONValue] = [], rest = text
        while let open = rest.first("<tool_call>") {
            let body = rest.from(open.upperBound)
            for line in body.before("</tool_call>").stripped.lines {
                guard let value = try? JSONValue(parsing: line.bytes) else { return nil }
                values.append(value)
            }
            rest = body
        }
        return answer(.array(values))
    }

    /// Between the first pair of tags; nil where there is none.
    static func inside(_ text: TaggedText, _ open: StaticString, _ close: StaticString) -> TaggedText? {
        guard let start = text.first(open), let end = text.first(close, from: start.upperBound) else { return nil }
        return text.from(start.upperBound).up(to: end.lowerBound)
    }

    static func parsed(_ text: TaggedText) -> FunctionAnswer? {
        (try? JSONValue(parsing: text.bytes)).flatMap { answer($0) }
    }

    private static func calls(_ value: JSONValue) -> [FunctionCall]? {
        guard let elements = value.arrayValue else { return call(value).map { [$0] } }
        guard elements.count <= RewardedAnswer.mostCalls else { return nil }
        let calls = elements.compactMap(call)
        return calls.count == elements.count ? calls : nil
    }

    private static func call(_ value: JSONValue) -> FunctionCall? {
        let named = value["function"]?.objectValue == nil ? value : value["function"] ?? value
        guard let name = (named["function"] ?? named["name"])?.stringValue else { return nil }
        let given = named["parameters"] ?? named["arguments"] ?? [:]
        let parameters = given.stringValue.flatMap { try? JSONValue(parsing: $0) } ?? given
        guard let members = parameters.isNull ? [:] : parameters.objectValue else { return nil }
        return FunctionCall(function: name, parameters: members)
    }
}
