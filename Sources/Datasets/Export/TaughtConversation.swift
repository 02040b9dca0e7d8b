import Documents
import Evaluation
import FunctionCalling
import Functions
import Judging
import OrderedCollections
import Rewards

/// A sample as a conversation whose last turn is to be learnt, whatever trainer it is for.
package struct TaughtConversation: Sendable {
    package struct Turn: Sendable, Hashable {
        package var role: String, content: String
        var json: JSONValue { ["role": .string(role), "content": .string(content)] }
    }

    package let id: String
    /// What else the caller knew, and what the dialogue began with: as system turns.
    let setting: [String]
    /// By user and assistant in turn, the query last.
    let dialogue: [Turn]
    package let functions: [FunctionDefinition]
    let reference: Reference
    let hasInlineFunctions: Bool

    /// - Returns: nil for a sample that says no answer: any call would do.
    package init?(_ row: DatasetFile.Row) {
        let sample = row.sample
        guard sample.reference.answers != .any || sample.reference.outcome != .call else { return nil }
        (id, functions, reference) = (sample.id, row.functions, sample.reference)
        hasInlineFunctions = sample.functions != nil
        var setting = sample.history.filter { $0.role == .system }.map(\.content)
        if !sample.context.isEmpty { setting.append("Context: " + JSONValue.object(sample.context).text(.spaced)) }
        var dialogue: [Turn] = []
        for turn in sample.history where turn.role != .system {
            // Trainers want the turns to alternate, and the user to begin.
            if let last = dialogue.last, last.role == turn.role.rawValue {
                dialogue[dialogue.count - 1].content += "\n" + turn.content
            } else if dialogue.isEmpty, turn.role == .assistant {
                setting.append("You said: " + turn.content)
            } else {
                dialogue.append(Turn(role: turn.role.rawValue, content: turn.content))
            }
        }
        if dialogue.last?.role == "user" {
            dialogue[dialogue.count - 1].content += "\n" + sample.query
        } else {
            dialogue.append(Turn(role: "user", content: sample.query))
        }
        (self.setting, self.dialogue) = (setting, dialogue)
    }

    /// The calls to be made; empty where the answer is a refusal.
    var calls: [FunctionCall] { reference.outcome == .call ? reference.canonicalCalls : [] }

    /// What is said where nothing is called.
    var refusal: String { reference.outcome.message ?? "" }

    /// What answers are measured by, as `RewardLabel` reads it: a JSON text.
    package var label: String {
        var members: JSONObject = [
            "outcome": .string(reference.outcome.rawValue),
            "expected": .array(
                reference.expected.map {
                    ["function": .string($0.function), "parameters": .object($0.parameters)]
                }),
            "answers": .string(reference.answers.rawValue),
        ]
        if hasInlineFunctions { members["functions"] = .array(functions.map(\.json)) }
        return JSONValue.object(members).text(.spaced)
    }

    /// Turns for a trainer that knows no tools: the functions stand in the system turn, as the server's prompts have them.
    package func messages(for rule: RewardRule) -> [Turn] {
        let instructions = PromptBuilder.instructions(
            functions, style: PromptStyle(), maxCalls: max(1, calls.count))
        let system = [instructions, Self.form(of: rule)].filter { !$0.isEmpty } + setting
        return [Turn(role: "system", content: system.joined(separator: "\n"))] + dialogue
    }

    private static func form(of rule: RewardRule) -> String {
        switch rule {
        case .exact: ""
        case .paper:
            "Think first, and end the thought with the name of the function: <think>…</think><answer>JSON</answer>"
        case .rlla:
            "Think first. Calls, one a line: <think>…</think>\n<tool_call>\n{\"name\": <function>, \"parameters\": {…}}\n"
                + "</tool_call>\nWithout a call: <think>…</think>\n<response>…</response>"
        }
    }

    /// The right answer as text, in the form that a rule rewards.
    package func answer(for rule: RewardRule) -> String {
        let names = calls.isEmpty ? [reference.outcome.rawValue] : calls.map(\.function)
        let thought = "<think>The request wants \(names.joined(separator: ", "))</think>"
        switch rule {
        case .exact: return json(parameters: "arguments")
        case .paper: return "\(thought)<answer>\(json(parameters: "arguments"))</answer>"
        case .rlla:
            guard !calls.isEmpty else { return "\(thought)\n<response>\(refusal)</response>" }
            let lines = calls.map { Self.json($0, parameters: "parameters").text(.spaced) }
            return "\(thought)\n<tool_call>\n\(lines.joined(separator: "\n"))\n</tool_call>"
        }
    }

    private func json(parameters: String) -> String {
        let written = calls.map { Self.json($0, parameters: parameters) }
        if written.isEmpty { return JSONValue.object(["name": .string(reference.outcome.rawValue)]).text(.spaced) }
        return (written.count == 1 ? written[0] : .array(written)).text(.spaced)
    }

    static func json(_ call: FunctionCall, parameters: String) -> JSONValue {
        ["name": .string(call.function), parameters: .object(call.parameters)]
    }

    /// The functions as OpenAI's requests list them.
    var tools: JSONValue {
        .array(
            functions.map { function in
                [
                    "type": "function",
                    "function": [
                        "name": .string(function.name), "description": .string(function.description),
                        "parameters": function.parameters,
                    ],
                ]
            })
    }
}
