import Documents
import Functions
import Inference

/// The JSON that the model may answer with: `{"name": …, "arguments": {…}}`, Qwen's own form of a call, for one of the
/// candidates, or `{"name": "no_appropriate_function"}` or `{"name": "request_unclear"}`. With more than one call
/// allowed, calls stand in an array.
public struct AnswerFormat: Sendable {
    public let functions: [FunctionDefinition]
    public let maxCalls: Int
    /// What `Generator.compile` is given.
    public let schema: JSONValue

    /// Without functions only the two other outcomes are left.
    ///
    /// - Parameter offersOthers: false: a call must be made.
    public init(_ functions: [FunctionDefinition], maxCalls: Int = 1, offersOthers: Bool = true) {
        (self.functions, self.maxCalls) = (functions, maxCalls)
        let callsAt = maxCalls > 1 ? "/anyOf/0/items/anyOf" : "/anyOf"
        let calls = functions.enumerated().map { index, function in
            function.callSchema(
                at: "\(callsAt)/\(index)", parameters: StatedFormats.enforced(in: function.parameters))
        }
        let outcomes = offersOthers || functions.isEmpty ? [Outcome.noAppropriateFunction, .requestUnclear] : []
        let others: [JSONValue] = outcomes.map { outcome in
            [
                "type": "object", "properties": ["name": ["const": .string(outcome.rawValue)]], "required": ["name"],
                "additionalProperties": false,
            ]
        }
        guard maxCalls > 1, !calls.isEmpty else {
            schema = ["anyOf": .array(calls + others)]
            return
        }
        let list: JSONValue = [
            "type": "array", "items": ["anyOf": .array(calls)], "minItems": 1, "maxItems": .integer(maxCalls),
        ]
        schema = ["anyOf": .array([list] + others)]
    }

    /// The function and the pointer within it (`/parameters/…`) that a pointer into `schema` means.
    public func function(at pointer: String) -> (index: Int, pointer: String)? {
        let parts = pointer.split(separator: "/", omittingEmptySubsequences: true)
        let start = maxCalls > 1 ? 4 : 1
        guard parts.count > start, let index = Int(parts[start]), functions.indices.contains(index) else { return nil }
        let inner = parts.dropFirst(start + 1)
        guard inner.starts(with: ["properties", "arguments"]) else { return (index, "/parameters") }
        return (index, (["/parameters"] + inner.dropFirst(2).map(String.init)).joined(separator: "/"))
    }

    /// - Throws: `.badAnswer` if `text` is not of this form; with the grammar in force it always is.
    public func parse(_ text: String) throws(FunctionCallError) -> (outcome: Outcome, calls: [FunctionCall]) {
        guard let value = try? JSONValue(parsing: text) else { throw .badAnswer(text) }
        if let name = value["name"]?.stringValue, Outcome.reservedNames.contains(name) {
            return (Outcome(rawValue: name) ?? .noAppropriateFunction, [])
        }
        var calls: [FunctionCall] = []
        for call in maxCalls > 1 ? value.arrayValue ?? [] : [value] {
            guard let name = call["name"]?.stringValue, let function = functions.first(where: { $0.name == name }),
                let arguments = call["arguments"]?.objectValue
            else { throw .badAnswer(text) }
            calls.append(FunctionCall(function: function.name, parameters: arguments))
        }
        guard (1...maxCalls).contains(calls.count) else { throw .badAnswer(text) }
        return (.call, calls)
    }
}
