import Documents
import OrderedCollections

/// Tools as OpenAI's chat requests list them, and as an MCP server answers `tools/list`.
enum ToolList {
    static func functions(
        _ tools: [JSONValue]?, isMCP: Bool
    ) -> (functions: [FunctionDefinition], refusals: [PoolImport.Refusal]) {
        var functions: [FunctionDefinition] = [], refusals: [PoolImport.Refusal] = [], names = ImportedNames()
        for (index, tool) in (tools ?? []).enumerated() {
            let pointer = "/tools/\(index)"
            // OpenAI's Responses API has the members beside "type", without "function".
            let members = tool["function"]?.objectValue ?? tool.objectValue ?? [:]
            if !isMCP, let type = tool["type"]?.stringValue, type != "function" {
                refusals.append(
                    .init(function: "#\(index)", pointer: "\(pointer)/type", message: "a tool of type \(type)"))
                continue
            }
            guard let name = members["name"]?.stringValue else {
                refusals.append(.init(function: "#\(index)", pointer: "\(pointer)/name", message: "has no name"))
                continue
            }
            let schema = members[isMCP ? "inputSchema" : "parameters"] ?? FunctionDefinition.noParameters
            functions.append(
                FunctionDefinition(
                    name: names.name(for: name), description: description(members),
                    parameters: ImportedSchema.parameters(schema)))
        }
        return (functions, refusals)
    }

    /// MCP's title names a tool for people; it helps where the description does not say as much.
    private static func description(_ members: JSONObject) -> String {
        let text = members["description"]?.stringValue ?? ""
        guard let title = members["title"]?.stringValue ?? members["annotations"]?["title"]?.stringValue,
            !text.lowercased().contains(title.lowercased())
        else { return text }
        return text.isEmpty ? title : "\(title). \(text)"
    }
}
