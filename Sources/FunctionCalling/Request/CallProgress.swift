import Documents
import OrderedCollections

/// Events of a request that is being answered: first the candidates, then the calls as the model writes them.
///
/// The calls are the model's; the result counts. It may leave out optional values that nobody spoke of, or be one of the
/// two other outcomes although the model wrote a call.
public enum CallProgress: Sendable, Hashable {
    public typealias Listener = @Sendable (CallProgress) -> Void

    /// What stands before the model.
    public struct Shown: Sendable, Hashable {
        /// Of the result that follows.
        public var id: String
        public var candidates: [FunctionCallResult.RankedCandidate]
        /// What `explain` adds; nil without it.
        public var explanation: FunctionCallResult.Explanation?
    }

    case candidates(Shown)
    /// A call begins.
    case call(index: Int, function: String)
    /// The next piece of a call's parameters; all pieces together are a JSON object.
    case parameters(index: Int, text: String)

    /// The event's name on the wire.
    public var name: String {
        switch self {
        case .candidates: "candidates"
        case .call, .parameters: "delta"
        }
    }

    /// The event's data on the wire.
    public var json: JSONValue {
        switch self {
        case .candidates(let shown):
            var members: JSONObject = [
                "id": .string(shown.id), "candidates": FunctionCallResult.json(shown.candidates),
            ]
            if let explanation = shown.explanation {
                members["knowledge"] = FunctionCallResult.json(explanation.knowledge)
                members["prompt"] = .string(explanation.prompt)
            }
            return .object(members)
        case .call(let index, let function): return ["index": .integer(index), "function": .string(function)]
        case .parameters(let index, let text): return ["index": .integer(index), "parameters": .string(text)]
        }
    }
}
