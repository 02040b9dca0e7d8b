import Documents
import Functions
import Grammar
import OrderedCollections
import SpokenTime

/// A request as rules read it.
package struct RuleRequest: Sendable {
    let query: String
    /// Everything that was said or is known, as text.
    let dialogue: String
    /// Something was said before.
    var isAnswer: Bool { before != nil }
    /// What was said before; nil where nothing was.
    let before: String?
    /// Who wrote the call was taught the function.
    let isTaught: Bool
    /// The user's now and zone.
    let place: TimePlace

    /// - Parameter dialogue: nil: the query is all.
    package init(
        query: String, dialogue: String? = nil, before: String? = nil, isTaught: Bool = false,
        place: TimePlace = TimePlace(now: nil, zone: nil, fixedOffset: nil)
    ) {
        (self.query, self.dialogue, self.before, self.place) = (query, dialogue ?? query, before, place)
        self.isTaught = isTaught
    }
}

/// What a rule knows of the request and of the function that is called.
public struct RuleContext: Sendable {
    private let request: RuleRequest
    public let function: FunctionDefinition
    /// Calls of the answer: what is said once may belong to any of several.
    public let calls: Int
    /// The language of the query; nil where it is none that is known.
    public let language: SpokenLanguage?

    package init(_ request: RuleRequest, function: FunctionDefinition, calls: Int = 1) {
        (self.request, self.function, self.calls) = (request, function, calls)
        language = SpokenLanguage(of: request.query, documents: function.words)
    }

    public var query: String { request.query }
    /// Everything that was said or is known, as text.
    public var dialogue: String { request.dialogue }
    /// Something was said before.
    public var isAnswer: Bool { request.isAnswer }
    /// What was said before; nil where nothing was.
    var before: String? { request.before }
    /// Who wrote the call was taught the function.
    public var isTaught: Bool { request.isTaught }
    /// The user's now and zone.
    var place: TimePlace { request.place }

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
