import Documents
import Grammar

/// A function whose schema decoding cannot enforce.
public struct UnenforceableSchema: Error, Hashable, CustomStringConvertible {
    public let function: String
    /// The pool that the function is in; nil for a function by itself.
    public var pool: String?
    /// Place of the function in its pool or document; nil for a function by itself.
    public let index: Int?
    /// From the function on: `/parameters/properties/room/pattern`.
    public let pointer: String
    public let message: String

    public var description: String {
        (pool.map { "pool \($0): " } ?? "") + "function \(function): \(pointer) cannot be enforced: \(message)"
    }
}

extension FunctionDefinition {
    /// - Parameter index: of the function in the document, to name the field at fault.
    /// - Throws: with the JSON Pointer of the keyword that decoding cannot enforce.
    public func checkSchema(index: Int? = nil) throws(UnenforceableSchema) {
        do throws(GrammarError) {
            // In the client's own words: within a call its references are others.
            try LocalReferences.check(parameters)
            try SchemaCheck.check(callSchema(at: ""))
        } catch {
            let inside = "/properties/arguments"
            let pointer =
                error.pointer.hasPrefix(inside) ? String(error.pointer.dropFirst(inside.count)) : error.pointer
            throw UnenforceableSchema(
                function: name, index: index, pointer: "/parameters" + pointer, message: error.message)
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
            do throws(UnenforceableSchema) {
                try function.checkSchema(index: index)
            } catch {
                var error = error
                error.pool = name
                throw error
            }
        }
    }
}
