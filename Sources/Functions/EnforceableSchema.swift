import Documents
import Grammar

/// A function whose schema decoding cannot enforce.
public struct UnenforceableSchema: Error, Hashable, CustomStringConvertible {
    public let function: String
    /// Place of the function in its pool or document; nil for a function by itself.
    public let index: Int?
    /// From the function on: `/parameters/properties/room/pattern`.
    public let pointer: String
    public let message: String

    public var description: String { "function \(function): \(pointer) cannot be enforced: \(message)" }
}

extension FunctionDefinition {
    /// - Parameter index: of the function in the document, to name the field at fault.
    /// - Throws: with the JSON Pointer of the keyword that decoding cannot enforce.
    public func checkSchema(index: Int? = nil) throws(UnenforceableSchema) {
        do {
            try SchemaCheck.check(callSchema(at: ""))
        } catch {
            let inner = error.pointer.split(separator: "/").dropFirst(2)
            let pointer = "/parameters" + inner.map { "/" + $0 }.joined()
            throw UnenforceableSchema(function: name, index: index, pointer: pointer, message: error.message)
        }
    }

    /// `{"name": …, "arguments": {…}}`: a call of this function, as the model writes it.
    ///
    /// - Parameters:
    ///   - pointer: where the schema will stand, so that its own references hold there.
    ///   - parameters: another schema of the arguments than the function's own.
    package func callSchema(at pointer: String, parameters: JSONValue? = nil) -> JSONValue {
        [
            "type": "object",
            "properties": [
                "name": ["const": .string(name)],
                "arguments": LocalReferences.moved(
                    parameters ?? self.parameters, to: pointer + "/properties/arguments"),
            ],
            "required": ["name", "arguments"], "additionalProperties": false,
            SchemaKeywords.mustBePossible: true,
        ]
    }
}

extension FunctionPool {
    /// - Parameter known: a pool whose functions were checked before.
    /// - Throws: for the first function whose schema decoding cannot enforce.
    public func checkSchemas(except known: FunctionPool? = nil) throws(UnenforceableSchema) {
        for (index, function) in functions.enumerated() where known?[function.name]?.parameters != function.parameters {
            try function.checkSchema(index: index)
        }
    }
}
