import Documents
import OrderedCollections

/// A message of JSON-RPC 2.0 from a client: a request, which has an id, or what only informs.
package struct RPCMessage: Equatable {
    /// A text or a whole number; nil: nobody waits for an answer.
    package let id: JSONValue?
    package let method: String
    package let parameters: JSONValue

    package var isNotification: Bool { id == nil }

    /// - Returns: nil for the answer to a request: none is sent from here.
    /// - Throws: for what is no message, or several in one.
    package static func read(_ value: JSONValue) throws(RPCError) -> RPCMessage? {
        guard let members = value.objectValue else {
            throw .badRequest(
                value.arrayValue == nil
                    ? "a message must be an object, not \(value.typeName)" : "send one message a request, not an array")
        }
        guard members["jsonrpc"] == "2.0" else { throw .badRequest("jsonrpc must be \"2.0\"") }
        if members["method"] == nil, members["result"] ?? members["error"] != nil { return nil }
        guard let method = members["method"]?.stringValue else { throw .badRequest("method must be a string") }
        let id = members["id"]
        guard id == nil || id?.stringValue != nil || id?.intValue != nil else {
            throw .badRequest("id must be a string or a whole number")
        }
        let parameters = members["params"] ?? .object([:])
        guard parameters.objectValue != nil else { throw .badParameters("params must be an object") }
        return RPCMessage(id: id, method: method, parameters: parameters)
    }
}
