import Documents
import Functions
import OrderedCollections
import SpokenTime

/// One sample that was drawn.
package struct TaughtSample: Sendable, Hashable {
    package var id = ""
    package let query: String
    /// By user and assistant in turn, oldest first.
    package let history: [String]
    package let now: LocalTime
    package let locale: String?
    package let outcome: Outcome
    /// nil unless the outcome is a call.
    package let call: FunctionCall?
    package let language: TemplateLanguage
    package let kind: Template.Kind

    /// Samples with equal keys are one sample.
    package var key: [String] { history + [query] }

    /// A line of a data set in the canonical form.
    ///
    /// - Parameter pool: the pool's path, from the data set's folder.
    package func json(pool: String) -> JSONValue {
        let turns = history.enumerated().map { index, text -> JSONValue in
            ["role": index % 2 == 0 ? "user" : "assistant", "content": .string(text)]
        }
        var context: JSONObject = ["time": .string("\(now.date)T\(now.clock):00")]
        if let locale { context["locale"] = .string(locale) }
        let expected = call.map { call -> [JSONValue] in
            [["function": .string(call.function), "parameters": .object(call.parameters)]]
        }
        return [
            "id": .string(id), "query": .string(query), "history": .array(turns), "context": .object(context),
            "pool": .string(pool), "expected": .array(expected ?? []), "outcome": .string(outcome.rawValue),
            "answers": "exact",
            "language": .string(language.rawValue), "category": .string(kind.rawValue),
        ]
    }
}
