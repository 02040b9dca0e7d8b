import Documents
import FunctionCalling
import Functions
import OrderedCollections
import Tokenization

/// What a model is asked. What changes least stands first, so that judgements over the same functions share a prefix.
struct JudgePrompt: Sendable {
    static let instructions = """
        You judge whether an assistant answered a user's request correctly with function calls.
        Verdict 1: the calls, taken together, do what the user asked: the right function, every value that was said \
        and no value that was not. Other notations of a value are fine (23:00 is 11 pm, four is 4), and so is another \
        function with the same effect.
        Verdict 0: another function, a wrong, missing or invented value, a call too many or too few, a refusal though \
        a function fits, or a call though none fits or a required value is unknown.
        First compare function and values with the request in at most three short sentences, then give the verdict.
        """

    static let comparison = """
        You compare two answers, A and B, that assistants gave to a user's request with function calls.
        The better one does more exactly what the user asked: the right function, every value that was said and no \
        value that was not. Other notations of a value are equal. If both are equally good, it is a tie.
        First compare both with the request in at most three short sentences, then name the winner.
        """

    /// Functions put before the model: those that the answers name, then others in the order given.
    static let maximumFunctions = 10

    /// The conversation that asks for one vote.
    static func messages(
        _ instructions: String, _ dialogue: JudgedDialogue, functions: [FunctionDefinition],
        answers: [(title: String, answer: FunctionAnswer)], reference: Reference?, notes: [String] = []
    ) -> [ChatMessage] {
        var parts: [String] = []
        let named = Set(
            answers.flatMap { $0.answer.calls.map(\.function) } + (reference?.expected.map(\.function) ?? []))
        let chosen = functions.filter { named.contains($0.name) }
        let others = functions.filter { !named.contains($0.name) }.prefix(max(0, maximumFunctions - chosen.count))
        let shown = Set((chosen + others).map(\.name))
        parts.append(
            "Functions:\n" + functions.filter { shown.contains($0.name) }.map(text).joined(separator: "\n"))
        if !dialogue.context.isEmpty { parts.append("Context: " + JSONValue.object(dialogue.context).text(.spaced)) }
        let turns = dialogue.history.map { "\($0.role.rawValue): \($0.content)" }
        parts.append((["Dialogue:"] + turns + ["user: \(dialogue.query)"]).joined(separator: "\n"))
        if let reference { parts.append("An accepted answer: " + text(reference)) }
        for (title, answer) in answers { parts.append("\(title): " + text(answer)) }
        if !notes.isEmpty { parts.append("Note: " + notes.joined(separator: "; ")) }
        return [
            ChatMessage(role: .system, content: instructions),
            ChatMessage(role: .user, content: parts.joined(separator: "\n\n")),
        ]
    }

    /// What is asked about an answer, behind examples with their verdicts.
    ///
    /// - Parameter verdict: how the model is to write an example's reason and verdict.
    static func messages(
        _ judged: JudgedAnswer, _ settings: Judge.Settings, verdict: (JudgeExample) -> String
    ) -> [ChatMessage] {
        let request = judged.request
        var messages = messages(
            settings.rubric ?? instructions, request.dialogue, functions: judged.functions,
            answers: [(title, request.answer)], reference: request.reference, notes: judged.notes)
        var shown: [ChatMessage] = []
        for example in settings.examples {
            shown += self.messages(
                "", example.request.dialogue, functions: example.functions, answers: [(title, example.request.answer)],
                reference: nil
            ).dropFirst()
            shown.append(ChatMessage(role: .assistant, content: verdict(example)))
        }
        messages.insert(contentsOf: shown, at: 1)
        return messages
    }

    private static let title = "The assistant's answer"

    /// A function as the judge reads it: name, description, parameters.
    private static func text(_ function: FunctionDefinition) -> String {
        let members: JSONObject = [
            "name": .string(function.name), "description": .string(function.description),
            "parameters": function.parameters,
        ]
        return JSONValue.object(members).text(.spaced)
    }

    /// An answer as the judge reads it.
    static func text(_ answer: FunctionAnswer) -> String {
        guard answer.outcome == .call else { return answer.outcome.message ?? answer.outcome.rawValue }
        return answer.calls.map { "\($0.function)(\(JSONValue.object($0.parameters).text(.spaced)))" }
            .joined(separator: ", ")
    }

    /// A reference as the judge reads it.
    static func text(_ reference: Reference) -> String {
        var calls: [FunctionCall] = []
        for call in reference.expected {
            let values = call.parameters.compactMapValues { wanted in
                let choices = reference.answers == .possible ? wanted.arrayValue ?? [wanted] : [wanted]
                return choices.first == "" ? nil : choices.first
            }
            calls.append(FunctionCall(function: call.function, parameters: values))
        }
        return text(FunctionAnswer(outcome: reference.outcome, calls: calls))
    }
}
