import Documents
import Functions
import OrderedCollections

/// A request and the answer that it should have had: what a pool's few-shot examples are made of.
public struct LabelledRequest: Sendable, Hashable {
    public var query: String
    public var outcome: Outcome
    public var calls: [FunctionCall]

    public init(query: String, outcome: Outcome = .call, calls: [FunctionCall] = []) {
        (self.query, self.outcome, self.calls) = (query, outcome, calls)
    }

    /// Reads `{"query", "expected": [{"function", "parameters"}], "outcome"?, "answers"?}`; other members are of no
    /// account, so that samples of an evaluation serve as they are. With `"answers": "possible"` a parameter has the list
    /// of its accepted values: the first counts.
    ///
    /// - Throws: `FieldError` that names the member at fault.
    public init(json: JSONValue) throws(FieldError) {
        var fields = try FieldReader(json)
        query = try fields.string("query")
        let name = try fields.optionalString("outcome") ?? Outcome.call.rawValue
        guard let outcome = Outcome(rawValue: name) else {
            let known = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError(path: "outcome", reason: .outOfRange, message: "outcome must be one of \(known)")
        }
        self.outcome = outcome
        let isList = try fields.optionalString("answers") == "possible"
        calls = []
        for var call in try fields.objects("expected") {
            let function = try call.string("function")
            let path = call.path(of: "parameters")
            guard let parameters = try call.required("parameters").objectValue else {
                throw FieldError(path: path, reason: .wrongType, message: "\(path) must be an object")
            }
            calls.append(FunctionCall(function: function, parameters: isList ? Self.first(of: parameters) : parameters))
        }
        guard (outcome == .call) != calls.isEmpty else {
            throw FieldError(
                path: "expected", reason: .outOfRange,
                message: "expected must have a call where the outcome is call, and none where it is not")
        }
    }

    private static func first(of parameters: JSONObject) -> JSONObject {
        var values: JSONObject = [:]
        for (name, accepted) in parameters {
            guard let first = accepted.arrayValue?.first, first != "" else { continue }
            values[name] = first.objectValue.map { .object(self.first(of: $0)) } ?? first
        }
        return values
    }

    /// As the model should write it: arguments in the order of their schemas, which is the one that its grammar takes.
    package func answer(isList: Bool, of functions: [FunctionDefinition]) -> String {
        guard outcome == .call else { return JSONValue.object(["name": .string(outcome.rawValue)]).text(.spaced) }
        let written = calls.map { call -> JSONValue in
            var arguments: JSONObject = [:]
            let ordered = functions.first { $0.name == call.function }?.properties.keys
            for name in ordered ?? [] { arguments[name] = call.parameters[name] }
            for (name, value) in call.parameters { arguments[name] = value }
            return ["name": .string(call.function), "arguments": .object(arguments)]
        }
        return (isList ? JSONValue.array(written) : written.first ?? .null).text(.spaced)
    }
}
