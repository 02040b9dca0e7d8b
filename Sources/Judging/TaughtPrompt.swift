import Documents
import FunctionCalling
import Functions
import OrderedCollections
import Tokenization

/// What a judge reads that answers by one token: the functions, the request and the answer, as short as they can be said.
/// The same in training and in serving.
public struct TaughtPrompt: Sendable {
    /// Of the words and their order; an adapter's card names it, and one with another is refused.
    public static let layout = "judge-1"

    static let rubric = """
        You check answers to a user's request. Write 1 if the calls do exactly what the user asks, with the right function \
        and every value as it was said, in whatever notation. Write 0 if a function or a value is wrong, missing or invented.
        """

    /// Most of each that is shown.
    private static let parameters = 16, names = 24, others = 8, turns = 4
    private static let turnText = 400, functionText = 160, parameterText = 90, otherText = 70

    private let dialogue: JudgedDialogue
    private let functions: [FunctionDefinition]
    private let answer: FunctionAnswer

    init(_ dialogue: JudgedDialogue, functions: [FunctionDefinition], answer: FunctionAnswer) {
        (self.dialogue, self.functions, self.answer) = (dialogue, functions, answer)
    }

    /// The functions stand before the last user turn, from which on an activated adapter acts: their keys and values are the
    /// base model's, computed once for all answers to requests with these functions.
    func messages(rubric: String?, reference: Reference?, notes: [String]) -> [ChatMessage] {
        var messages = [
            ChatMessage(
                role: .system, content: (rubric ?? Self.rubric) + "\n\nFunctions:\n" + described.joined(separator: "\n")
            )
        ]
        for turn in dialogue.history.suffix(Self.turns) where turn.role != .system {
            let role: ChatMessage.Role = turn.role == .user ? .user : .assistant
            messages.append(ChatMessage(role: role, content: Self.cut(turn.content, Self.turnText)))
        }
        var lines = ["Request: \(dialogue.query)"]
        if !dialogue.context.isEmpty { lines.insert("Known: \(JSONValue.object(dialogue.context).text())", at: 0) }
        if let reference {
            lines.append("Accepted: " + JudgePrompt.text(reference))
        }
        lines.append("Answer: " + JudgePrompt.text(answer))
        if !notes.isEmpty { lines.append("Note: " + notes.joined(separator: "; ")) }
        messages.append(ChatMessage(role: .user, content: lines.joined(separator: "\n")))
        return messages
    }

    /// The called functions with their parameters, then others with a line each.
    private var described: [String] {
        let called = Set(answer.calls.map(\.function))
        let shown = functions.filter { called.contains($0.name) }
        let others = functions.filter { !called.contains($0.name) }
        var lines = shown.flatMap(whole)
        lines += others.prefix(Self.others).map(Self.line)
        if others.count > Self.others { lines.append("and \(others.count - Self.others) more") }
        return lines
    }

    /// A function with its parameters, those that are given or required before others where not all have room.
    private func whole(_ function: FunctionDefinition) -> [String] {
        let required = Set(function.requiredNames)
        let given = Set(answer.calls.filter { $0.function == function.name }.flatMap { Array($0.parameters.keys) })
        let names = Array(function.properties.keys)
        let first = names.filter { given.contains($0) || required.contains($0) }
        let chosen = Set((first + names.filter { !first.contains($0) }).prefix(Self.parameters))
        var lines = ["\(function.name): \(Self.cut(function.description, Self.functionText))"]
        for (name, schema) in function.properties where chosen.contains(name) {
            lines.append("- \(name) (\(Self.kind(schema, isRequired: required.contains(name))))\(Self.about(schema))")
        }
        let rest = names.filter { !chosen.contains($0) }
        if !rest.isEmpty { lines.append("- also \(rest.prefix(Self.names).joined(separator: ", "))") }
        return lines
    }

    /// `string, required, one of eco, boost`.
    private static func kind(_ schema: JSONValue, isRequired: Bool) -> String {
        var words = [schema["type"]?.stringValue ?? "any"]
        if isRequired { words.append("required") }
        if let choices = schema["enum"]?.arrayValue {
            let texts = choices.prefix(12).map { $0.stringValue ?? $0.text() }
            words.append("one of \(texts.joined(separator: ", "))\(choices.count > 12 ? ", …" : "")")
        }
        if let standard = schema["default"], !standard.isNull { words.append("default \(cut(standard.text(), 30))") }
        return words.joined(separator: ", ")
    }

    private static func about(_ schema: JSONValue) -> String {
        guard let text = schema["description"]?.stringValue, !text.isEmpty else { return "" }
        return ": \(cut(text, parameterText))"
    }

    /// `lamp_off(room, level?): Switches a lamp off`.
    private static func line(_ function: FunctionDefinition) -> String {
        let required = Set(function.requiredNames)
        let names = function.properties.keys.prefix(6).map { required.contains($0) ? $0 : "\($0)?" }
        let more = function.properties.count > 6 ? ", …" : ""
        return "\(function.name)(\(names.joined(separator: ", "))\(more)): \(cut(function.description, otherText))"
    }

    private static func cut(_ text: String, _ length: Int) -> String {
        let line = String(text.map { $0.isNewline ? " " : $0 })
        return line.count <= length ? line : line.prefix(length - 1) + "…"
    }
}
