import Documents
import Functions
import OrderedCollections

/// Dialogues with tools in OpenAI's form: `messages`, and `tools` (or `functions`). Every answer to a user's turn is a sample.
enum ToolDialogues {
    static func read(_ rows: [ForeignRow], text: Outcome?) throws(ConversionError) -> ConvertedSet {
        var set = ConvertedSet()
        for row in rows {
            let name = row.json["tools"] == nil ? "functions" : "tools"
            let offered = try OfferedFunctions(try row.list(name), place: row.place)
            let messages = try row.list("messages").map { DialogueMessage($0) }
            set.add(DialogueSamples(offered, text: text), messages)
        }
        return set
    }

    /// Turns of people and assistants; nil where one has another role or no text.
    static func dialogue(_ list: [JSONValue]) -> [DialogueTurn]? {
        let turns = list.compactMap { json -> DialogueTurn? in
            guard let role = json["role"]?.stringValue.flatMap(DialogueTurn.Role.init),
                let content = json["content"]?.stringValue
            else { return nil }
            return DialogueTurn(role: role, content: content)
        }
        return turns.count == list.count ? turns : nil
    }
}

/// A turn of a dialogue with tools.
struct DialogueMessage {
    /// nil: a tool's result.
    let role: DialogueTurn.Role?
    let content: String
    /// Calls as the source has them; nil: none can be read, or it makes none.
    let calls: [JSONValue]?

    init(role: DialogueTurn.Role?, content: String, calls: [JSONValue]? = nil) {
        (self.role, self.content, self.calls) = (role, content, calls)
    }

    init(_ json: JSONValue) {
        let said = json["role"]?.stringValue ?? ""
        role = said == "developer" ? .system : DialogueTurn.Role(rawValue: said)
        let parts = json["content"]?.arrayValue?.compactMap { $0["text"]?.stringValue }
        content = json["content"]?.stringValue ?? parts?.joined(separator: "\n") ?? ""
        let list = json["tool_calls"]?.arrayValue ?? json["function_call"].map { $0.isNull ? [] : [$0] } ?? []
        calls = list.isEmpty ? nil : list
    }
}

/// Makes samples of a dialogue.
struct DialogueSamples {
    let offered: OfferedFunctions
    /// What an answer without a call means; nil: it is no sample.
    let text: Outcome?

    init(_ offered: OfferedFunctions, text: Outcome?) { (self.offered, self.text) = (offered, text) }
}

extension ConvertedSet {
    /// Adds a sample for each answer that stands right behind a user's turn.
    mutating func add(_ plan: DialogueSamples, _ messages: [DialogueMessage]) {
        var history: [DialogueTurn] = []
        for message in messages {
            if message.role == .assistant, let query = history.last, query.role == .user {
                var sample = Sample(query: query.content, functions: plan.offered.functions)
                sample.history = Array(history.dropLast())
                if let said = message.calls {
                    if let calls = plan.offered.calls(said), !calls.isEmpty {
                        sample.calls = calls
                        samples.append(sample)
                    } else {
                        note("left out: an answer calls a function that is not listed, or its arguments are no object")
                    }
                } else if let outcome = plan.text {
                    sample.outcome = outcome
                    samples.append(sample)
                } else {
                    note("left out: an answer in text; --text says what these mean")
                }
            } else if message.role == .assistant, message.calls != nil {
                note("left out: an answer to a tool's result")
            }
            history.append(Self.turn(message))
        }
    }

    /// As a turn of people: calls and results as text.
    private static func turn(_ message: DialogueMessage) -> DialogueTurn {
        guard let role = message.role else {
            return DialogueTurn(role: .assistant, content: "Result: \(message.content)")
        }
        guard let calls = message.calls, message.content.isEmpty else {
            return DialogueTurn(role: role, content: message.content)
        }
        return DialogueTurn(role: role, content: JSONValue.array(calls).text(.spaced))
    }
}
