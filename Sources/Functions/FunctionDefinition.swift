import Documents
import OrderedCollections
import Retrieval

/// One function that the model may call.
public struct FunctionDefinition: Sendable, Hashable {
    public let name: String
    public let description: String
    public let domain: String?
    /// A JSON Schema of type object.
    public let parameters: JSONValue
    /// Queries that this function answers, for retrieval.
    public let examples: [String]

    public init(
        name: String, description: String, domain: String? = nil, parameters: JSONValue = Self.noParameters,
        examples: [String] = []
    ) {
        (self.name, self.description, self.domain) = (name, description, domain)
        (self.parameters, self.examples) = (parameters, examples)
    }

    public static let noParameters: JSONValue = ["type": "object", "properties": [:]]

    /// Parameters by name, in the order of the schema.
    public var properties: JSONObject { parameters["properties"]?.objectValue ?? [:] }

    public var requiredNames: [String] { parameters["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    /// As in a pool's body; absent parts are left out.
    public var json: JSONValue {
        var members: JSONObject = ["name": .string(name), "description": .string(description)]
        if let domain { members["domain"] = .string(domain) }
        members["parameters"] = parameters
        if !examples.isEmpty { members["examples"] = .array(examples.map { .string($0) }) }
        return .object(members)
    }

    public var document: FunctionDocument {
        FunctionDocument(
            name: name, domain: domain, description: description, parameters: parameters, examples: examples)
    }
}
