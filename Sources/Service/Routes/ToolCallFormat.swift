import FunctionCalling
import Inference
import OrderedJSON

/// The JSON of a call: `{"name": …, "arguments": {…}}`, Qwen's own form, for one of the tools.
struct ToolCallFormat {
    let tools: [ChatTool]

    var schema: JSONValue {
        [
            "anyOf": .array(
                tools.enumerated().map { index, tool -> JSONValue in
                    let arguments = LocalReferences.moved(tool.parameters, to: "/anyOf/\(index)/properties/arguments")
                    return [
                        "type": "object",
                        "properties": ["name": ["const": .string(tool.name)], "arguments": arguments],
                        "required": ["name", "arguments"], "additionalProperties": false,
                        SchemaKeywords.mustBePossible: true,
                    ]
                })
        ]
    }

    /// The request's field that a pointer into `schema` means.
    func error(_ error: GrammarError) -> FieldError {
        let parts = error.pointer.split(separator: "/")
        guard parts.count > 1, let index = Int(parts[1]), tools.indices.contains(index) else {
            return FieldError(path: "tools", reason: .outOfRange, message: error.message)
        }
        let name = tools[index].name
        let rest = parts.dropFirst(4).map { "/" + $0 }.joined()
        return FieldError(
            path: "tools", reason: .outOfRange,
            message: "function \(name): parameters\(rest) cannot be enforced: \(error.message)")
    }
}
