import Documents
import Foundation
import Functions
import Grammar
import OrderedCollections
import SpokenTime

/// Corrects a call that a model has written, or says why it must not be made.
///
/// A rule need not look at schemas: what they refuse is not done (`RuleBook`).
public protocol CallRule: Sendable {
    /// As in the setting `calling.rules`.
    static var name: String { get }
    /// The languages that the rule reads: it does not act on requests in others. nil: it reads no words.
    static var languages: Set<SpokenLanguage>? { get }

    init()
    /// The call with what the rule changes, the call itself where there is nothing to correct, or a refusal.
    func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling
}

/// What a rule makes of a call.
public enum Ruling: Sendable, Hashable {
    case call(FunctionCall)
    /// The call is not made: the outcome instead, and what the user is told (nil: the outcome's own message).
    case refused(Outcome, message: String?)
}

/// What a rule knows of the request.
public struct RuleContext: Sendable {
    public let query: String
    /// Everything that was said or is known, as text.
    public let dialogue: String
    /// Something was said before.
    public let isAnswer: Bool
    public let function: FunctionDefinition
    /// Calls of the answer: what is said once may belong to any of several.
    public let calls: Int
    /// The user's now and zone.
    package let place: TimePlace
    /// The language of the query; nil where it is none that is known.
    public let language: SpokenLanguage?

    /// Of a request without a history.
    package init(query: String, isAnswer: Bool = false, function: FunctionDefinition, calls: Int = 1) {
        (self.query, dialogue, self.isAnswer) = (query, query, isAnswer)
        (self.function, self.calls) = (function, calls)
        place = TimePlace(now: nil, zone: nil, fixedOffset: nil)
        language = SpokenLanguage(of: query, documents: function.words)
    }

    /// The same, said at a time and place.
    ///
    /// - Parameter now: ISO 8601.
    package init(query: String, function: FunctionDefinition, now: String, zone: String) {
        let zone = TimeZone(identifier: zone)
        (self.query, dialogue, isAnswer) = (query, query, false)
        (self.function, calls) = (function, 1)
        place = TimePlace(now: LocalTime(iso8601: now, in: zone), zone: zone, fixedOffset: nil)
        language = SpokenLanguage(of: query, documents: function.words)
    }

    init(_ question: Question, function: FunctionDefinition, calls: Int) {
        (query, dialogue) = (question.request.query, question.dialogue)
        isAnswer = question.request.history.contains { $0.role != .system }
        (self.function, self.calls, place) = (function, calls, question.place)
        language = SpokenLanguage(of: query, documents: function.words)
    }

    /// Whether the function's schema takes these parameters.
    func accepts(_ parameters: JSONObject) -> Bool {
        (try? SchemaValidator(function.parameters).validate(.object(parameters))) != nil
    }
}

extension FunctionDefinition {
    /// Words of name, description, parameters and examples, in lower case.
    var words: Set<String> {
        var texts = [name, description] + examples
        for (name, schema) in properties {
            texts += [name, schema["description"]?.stringValue ?? ""]
            texts += (schema["enum"]?.arrayValue ?? []).compactMap(\.stringValue)
        }
        return Set(texts.flatMap { $0.lowercased().split { !$0.isLetter }.map(String.init) })
    }
}
