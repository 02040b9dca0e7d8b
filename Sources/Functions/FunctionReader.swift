import Documents
import OrderedCollections

/// The one reader of a function, in every form that clients and files have it.
///
/// | form | where the members stand |
/// |---|---|
/// | own | `name`, `description`, `domain`, `parameters`, `examples` |
/// | OpenAI's chat | the same below `function`, beside `"type": "function"` |
/// | OpenAI's responses | the same beside `"type": "function"` |
/// | MCP | `inputSchema` for `parameters`; `title` adds to the description |
/// | Anthropic | `input_schema` for `parameters` |
///
/// What constrains no call (`strict`, `annotations`, `outputSchema` …) is passed over; anything else is an error.
enum FunctionReader {
    private static let known = ["name", "description", "domain", "parameters", "examples"]
    private static let schemas = ["parameters", "inputSchema", "input_schema"]
    private static let annotations: Set<String> = [
        "type", "strict", "title", "annotations", "outputSchema", "_meta", "icons", "execution", "cache_control",
        "input_examples", "defer_loading",
    ]

    /// - Throws: with a pointer from the function on.
    static func read(_ json: JSONValue) throws(PoolError) -> FunctionDefinition {
        guard let members = json.objectValue else {
            throw PoolError(.wrongShape, "a function must be an object, not \(json.typeName)")
        }
        if let type = members["type"], !type.isNull, type != "function", type != "custom" || members["name"] == nil {
            throw PoolError(
                .wrongShape, pointer: "/type",
                "must be \"function\", not \(type.text()); other tools are not called here")
        }
        guard let wrapped = members["function"], members["name"] == nil else { return try read(members) }
        guard let inner = wrapped.objectValue else {
            throw PoolError(.wrongShape, pointer: "/function", "must be an object, not \(wrapped.typeName)")
        }
        if let unknown = members.keys.first(where: { $0 != "function" && !annotations.contains($0) }) {
            throw PoolError(.wrongShape, pointer: "".appending(member: unknown), "unknown here; known: type, function")
        }
        do throws(PoolError) {
            return try read(inner)
        } catch {
            throw error.below("/function")
        }
    }

    /// The name that a value would have as a function, for errors.
    static func name(in json: JSONValue) -> String? {
        (json["name"] ?? json["function"]?["name"])?.stringValue
    }

    private static func read(_ members: JSONObject) throws(PoolError) -> FunctionDefinition {
        for name in members.keys where !known.contains(name) && !schemas.contains(name) && !annotations.contains(name) {
            throw PoolError(
                .wrongShape, pointer: "".appending(member: name),
                "unknown here; known: \(known.joined(separator: ", "))")
        }
        guard let name = try text("name", members) else {
            throw PoolError(.wrongShape, pointer: "/name", "is missing; every function has a name")
        }
        return FunctionDefinition(
            name: name, description: description(try text("description", members) ?? "", members),
            domain: try text("domain", members), parameters: try parameters(members), examples: try examples(members))
    }

    private static func parameters(_ members: JSONObject) throws(PoolError) -> JSONValue {
        let given = schemas.filter { members[$0].map { !$0.isNull } ?? false }
        guard let name = given.first, let schema = members[name] else { return FunctionDefinition.noParameters }
        guard given.count == 1 else {
            throw PoolError(.wrongShape, pointer: "/\(given[1])", "stands beside \(name); give one of them")
        }
        return ImportedSchema.parameters(schema)
    }

    private static func examples(_ members: JSONObject) throws(PoolError) -> [String] {
        guard let value = members["examples"], !value.isNull else { return [] }
        guard let list = value.arrayValue else {
            throw PoolError(.wrongShape, pointer: "/examples", "must be an array of queries")
        }
        var examples: [String] = []
        for (index, example) in list.enumerated() {
            guard let query = example.stringValue else {
                throw PoolError(.wrongShape, pointer: "/examples/\(index)", "must be a string, not \(example.typeName)")
            }
            examples.append(query)
        }
        return examples
    }

    private static func text(_ name: String, _ members: JSONObject) throws(PoolError) -> String? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let text = value.stringValue else {
            throw PoolError(.wrongShape, pointer: "/\(name)", "must be a string, not \(value.typeName)")
        }
        return text
    }

    /// MCP's title names a tool for people; it helps where the description does not say as much.
    private static func description(_ text: String, _ members: JSONObject) -> String {
        guard let title = members["title"]?.stringValue ?? members["annotations"]?["title"]?.stringValue,
            !text.lowercased().contains(title.lowercased())
        else { return text }
        return text.isEmpty ? title : "\(title). \(text)"
    }
}

extension FunctionDefinition {
    /// From any form that `FunctionReader` knows; pointers start at the function.
    public init(json: JSONValue) throws(PoolError) { self = try FunctionReader.read(json) }
}
