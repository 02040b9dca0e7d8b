import OrderedJSON

/// Scaffold.
public struct FunctionDefinition: Sendable, Hashable {
    public var name: String, description: String, domain: String?, parameters: JSONValue, examples: [String]
    public init(name: String, description: String, domain: String? = nil, parameters: JSONValue, examples: [String] = []) {
        (self.name, self.description, self.domain) = (name, description, domain)
        (self.parameters, self.examples) = (parameters, examples)
    }
}
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    case call
    case noAppropriateFunction = "no_appropriate_function"
    case requestUnclear = "request_unclear"
}
public struct Call: Sendable, Hashable {
    public var function: String, parameters: JSONObject
    public init(function: String, parameters: JSONObject) { (self.function, self.parameters) = (function, parameters) }
}
