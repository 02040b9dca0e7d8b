import Documents
import OrderedCollections

/// The operations of an OpenAPI 3 document as functions: parameters and the members of a JSON body side by side.
struct OpenAPIDocument {
    private static let methods = ["get", "put", "post", "delete", "patch", "options", "head", "trace", "query"]
    /// Set by the client's HTTP library, not by the one who calls (OpenAPI 3.1, 4.8.12.2).
    private static let ignoredHeaders: Set<String> = ["accept", "content-type", "authorization"]

    private let root: JSONValue

    init(_ root: JSONValue) throws(PoolError) {
        guard let version = root["openapi"]?.stringValue, version.hasPrefix("3.") else {
            throw PoolError(.wrongShape, pointer: "/openapi", "must be a version 3 document, as in \"3.1.0\"")
        }
        self.root = root
    }

    func functions() -> (functions: [FunctionDefinition], refusals: [PoolImport.Refusal]) {
        var functions: [FunctionDefinition] = [], refusals: [PoolImport.Refusal] = [], names = ImportedNames()
        for (path, item) in root["paths"]?.objectValue ?? [:] {
            let item = (try? resolved(item, "")) ?? item
            for method in Self.methods {
                guard let operation = item[method]?.objectValue else { continue }
                let name = names.name(for: operation["operationId"]?.stringValue ?? "\(method) \(path)")
                let pointer = "/paths/\(JSONPointer.token(path))/\(method)"
                do throws(PoolError) {
                    functions.append(try function(name, path, method, operation, shared: item["parameters"], pointer))
                } catch {
                    refusals.append(.init(function: name, pointer: error.pointer, message: error.message))
                }
            }
        }
        return (functions, refusals)
    }

    private func function(
        _ name: String, _ path: String, _ method: String, _ operation: JSONObject, shared: JSONValue?, _ pointer: String
    ) throws(PoolError) -> FunctionDefinition {
        var members = JSONObject(), required: [String] = []
        for (place, parameter) in try parameters(operation["parameters"], shared, pointer) {
            guard let name = parameter["name"]?.stringValue else {
                throw PoolError(.wrongShape, pointer: place, "a parameter without a name")
            }
            if parameter["in"] == "header", Self.ignoredHeaders.contains(name.lowercased()) { continue }
            let schema = parameter["schema"] ?? parameter["content"]?.objectValue?.values.first?["schema"] ?? [:]
            members[name] = described(schema, parameter["description"])
            if parameter["required"] == true || parameter["in"] == "path" { required.append(name) }
        }
        try addBody(operation["requestBody"], to: &members, &required, "\(pointer)/requestBody")
        let schema: JSONValue = [
            "type": "object", "properties": .object(members), "required": .array(required.map { .string($0) }),
        ]
        let texts = [operation["summary"], operation["description"]].compactMap { $0?.stringValue }
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.filter { !$0.isEmpty }
        let isRepeated = texts.count == 2 && texts[1].lowercased().hasPrefix(texts[0].lowercased())
        let description =
            isRepeated ? texts[1] : texts.joined(separator: texts.first?.hasSuffix(".") == true ? " " : ". ")
        return FunctionDefinition(
            name: name, description: description.isEmpty ? "\(method.uppercased()) \(path)" : description,
            domain: operation["tags"]?.arrayValue?.first?.stringValue,
            parameters: try OpenAPIReferences(root).gathered(schema, pointer))
    }

    /// Those of the path, replaced by the operation's of the same name and place, each with its pointer.
    private func parameters(
        _ own: JSONValue?, _ shared: JSONValue?, _ pointer: String
    ) throws(PoolError) -> [(String, JSONValue)] {
        var found: [(String, JSONValue)] = []
        for (list, isOwn) in [(shared, false), (own, true)] {
            for (index, value) in (list?.arrayValue ?? []).enumerated() {
                let place = isOwn ? "\(pointer)/parameters/\(index)" : pointer
                let parameter = try resolved(value, place)
                found.removeAll { $0.1["name"] == parameter["name"] && $0.1["in"] == parameter["in"] }
                found.append((place, parameter))
            }
        }
        return found
    }

    /// An object's members stand beside the parameters; anything else, and an object whose names collide, is `body`.
    private func addBody(
        _ body: JSONValue?, to members: inout JSONObject, _ required: inout [String], _ pointer: String
    ) throws(PoolError) {
        guard let body, !body.isNull else { return }
        let request = try resolved(body, pointer)
        let content = request["content"]?.objectValue ?? [:]
        let isNeeded = request["required"] == true
        let isJSON = { (type: String) in type.lowercased().contains("json") }
        guard let media = content.elements.first(where: { isJSON($0.key) }) ?? content.elements.first else { return }
        let isForm = media.key.lowercased().contains("form")
        guard isJSON(media.key) || isForm || media.key == "*/*" else {
            throw PoolError(
                .wrongShape, pointer: "\(pointer)/content/\(JSONPointer.token(media.key))",
                "the body is \(media.key); only JSON and forms can be filled in")
        }
        let schema = media.value["schema"] ?? [:]
        let object = try merged(schema, pointer, depth: 0)
        let properties = (object["properties"]?.objectValue ?? [:]).filter { $0.value["readOnly"] != true }
        let isPlain = !properties.isEmpty && object["anyOf"] == nil && object["oneOf"] == nil
        guard isPlain, properties.keys.allSatisfy({ members[$0] == nil }) else {
            members["body"] = described(schema, request["description"])
            if isNeeded { required.append("body") }
            return
        }
        for (name, property) in properties { members[name] = property }
        guard isNeeded else { return }
        required += (object["required"]?.arrayValue ?? []).compactMap(\.stringValue).filter { properties[$0] != nil }
    }

    /// An object schema with its reference followed and the parts of its `allOf` put together.
    private func merged(_ schema: JSONValue, _ pointer: String, depth: Int) throws(PoolError) -> JSONObject {
        guard depth < 16 else { throw PoolError(.badSchema, pointer: pointer, "the body's schema refers to itself") }
        let whole = try resolved(schema, pointer).objectValue ?? [:]
        guard let parts = whole["allOf"]?.arrayValue else { return whole }
        var result = whole
        result["allOf"] = nil
        for part in parts {
            let part = try merged(part, pointer, depth: depth + 1)
            var properties = result["properties"]?.objectValue ?? [:]
            for (name, property) in part["properties"]?.objectValue ?? [:] { properties[name] = property }
            result["properties"] = .object(properties)
            result["required"] = .array(
                (result["required"]?.arrayValue ?? []) + (part["required"]?.arrayValue ?? []))
            for keyword in ["anyOf", "oneOf"] where part[keyword] != nil { result[keyword] = part[keyword] }
        }
        return result
    }

    private func described(_ schema: JSONValue, _ description: JSONValue?) -> JSONValue {
        guard var members = schema.objectValue, let description, members["description"] == nil,
            members["$ref"] == nil
        else { return schema }
        members["description"] = description
        return .object(members)
    }

    /// What a `$ref` of a path item, parameter or body stands for.
    private func resolved(_ value: JSONValue, _ pointer: String) throws(PoolError) -> JSONValue {
        try OpenAPIReferences(root).resolved(value, pointer)
    }
}
