import Documents
import Functions
import OrderedCollections
import SpokenTime

/// Corrects a call that a model has written. A rule says nothing of schemas: what they refuse is not done (`Correct`).
public protocol CallRule: Sendable {
    /// As in the setting `calling.rules`.
    static var name: String { get }
    /// The languages that the rule reads: it does not act on requests in others. nil: it reads no words.
    static var languages: Set<SpokenLanguage>? { get }

    init()
    /// The call with what the rule changes; the call itself where there is nothing to correct.
    func apply(_ call: FunctionCall, to context: RuleContext) -> FunctionCall
}

/// What a rule knows of the request.
public struct RuleContext: Sendable {
    public let query: String
    /// Everything that was said or is known, as text.
    public let dialogue: String
    public let function: FunctionDefinition
    /// Calls of the answer: what is said once may belong to any of several.
    public let calls: Int
    /// The user's now and zone.
    package let place: TimePlace
    /// The language of the query; nil where it is none that is known.
    public let language: SpokenLanguage?

    package init(
        query: String, dialogue: String, function: FunctionDefinition, calls: Int = 1,
        place: TimePlace = TimePlace(now: nil, zone: nil, fixedOffset: nil)
    ) {
        (self.query, self.dialogue, self.function, self.calls) = (query, dialogue, function, calls)
        self.place = place
        language = SpokenLanguage(of: query, documents: function.words)
    }

    /// Whether the function's schema takes these parameters.
    func accepts(_ parameters: JSONObject) -> Bool { true }

    init(_ question: Question, function: FunctionDefinition, calls: Int) {
        self.init(
            query: question.request.query, dialogue: question.dialogue, function: function, calls: calls,
            place: question.place)
    }
}

extension FunctionDefinition {
    /// Words of name, description and parameters, in lower case.
    var words: Set<String> {
        var texts = [name, description] + examples
        for (name, schema) in properties {
            texts += [name, schema["description"]?.stringValue ?? ""]
            texts += (schema["enum"]?.arrayValue ?? []).compactMap(\.stringValue)
        }
        return Set(texts.flatMap { $0.lowercased().split { !$0.isLetter }.map(String.init) })
    }
}
