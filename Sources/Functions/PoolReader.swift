import Documents
import Foundation
import OrderedCollections

extension FunctionPool {
    /// Reads `<folder>/<name>.yaml`, `.yml` or `.json`; the pool is named for the file.
    public static func load(path: String, limits: PoolLimits = .init()) throws(PoolError) -> FunctionPool {
        let url = URL(fileURLWithPath: path)
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw PoolError(.unreadable, source: path, "cannot be read: \(error.localizedDescription)")
        }
        return try parse(
            [UInt8](data), name: url.deletingPathExtension().lastPathComponent,
            isYAML: ["yaml", "yml"].contains(url.pathExtension.lowercased()), source: path, limits: limits)
    }

    /// - Parameter source: what errors call the document.
    public static func parse(
        _ bytes: [UInt8], name: String, isYAML: Bool, source: String = "", limits: PoolLimits = .init()
    ) throws(PoolError) -> FunctionPool {
        do throws(PoolError) {
            return try FunctionPool(name: name, json: DocumentReader.read(bytes, isYAML: isYAML), limits: limits)
        } catch {
            var error = error
            error.source = source
            throw error
        }
    }

    /// From a pool's body: `{"functions": […], "prompt"?: {…}}`.
    public init(name: String, json: JSONValue, limits: PoolLimits = .init()) throws(PoolError) {
        guard let members = json.objectValue else {
            throw PoolError(.wrongShape, "a pool must be an object with \"functions\", not \(json.typeName)")
        }
        if let unknown = members.keys.first(where: { $0 != "functions" && $0 != "prompt" }) {
            throw PoolError(
                .wrongShape, pointer: "/\(JSONPointer.token(unknown))", "unknown here; known: functions, prompt")
        }
        guard let list = members["functions"]?.arrayValue else {
            throw PoolError(.wrongShape, pointer: "/functions", "must be an array of functions")
        }
        guard list.count <= limits.functions else {
            throw PoolError(.tooLarge, pointer: "/functions", "\(list.count) functions; at most \(limits.functions)")
        }
        var functions: [FunctionDefinition] = []
        functions.reserveCapacity(list.count)
        for (index, value) in list.enumerated() {
            do throws(PoolError) {
                functions.append(try FunctionDefinition(json: value))
            } catch {
                var error = error
                error.pointer = "/functions/\(index)\(error.pointer)"
                error.function = value["name"]?.stringValue
                throw error
            }
        }
        let prompt = try members["prompt"].map { value throws(PoolError) in try PromptStyle(json: value) }
        try self.init(name: name, functions: functions, prompt: prompt ?? PromptStyle(), limits: limits)
    }
}

extension FunctionDefinition {
    /// From `{"name", "description"?, "domain"?, "parameters"?, "examples"?}` or OpenAI's
    /// `{"type": "function", "function": {…}}`, where `strict` is taken too: here every schema is strict.
    public init(json: JSONValue) throws(PoolError) {
        guard let members = json.objectValue else {
            throw PoolError(.wrongShape, "a function must be an object, not \(json.typeName)")
        }
        guard let wrapped = members["function"], members["name"] == nil else {
            try self.init(members: members, known: ["name", "description", "domain", "parameters", "examples"])
            return
        }
        guard members["type"] == "function" else {
            throw PoolError(.wrongShape, pointer: "/type", "must be \"function\"")
        }
        guard let inner = wrapped.objectValue else {
            throw PoolError(.wrongShape, pointer: "/function", "must be an object, not \(wrapped.typeName)")
        }
        if let unknown = members.keys.first(where: { $0 != "type" && $0 != "function" }) {
            throw PoolError(
                .wrongShape, pointer: "/\(JSONPointer.token(unknown))", "unknown here; known: type, function")
        }
        do throws(PoolError) {
            try self.init(
                members: inner, known: ["name", "description", "domain", "parameters", "examples", "strict"])
        } catch {
            var error = error
            error.pointer = "/function\(error.pointer)"
            throw error
        }
    }

    private init(members: JSONObject, known: [String]) throws(PoolError) {
        if let unknown = members.keys.first(where: { !known.contains($0) }) {
            throw PoolError(
                .wrongShape, pointer: "/\(JSONPointer.token(unknown))",
                "unknown here; known: \(known.joined(separator: ", "))")
        }
        func text(_ name: String) throws(PoolError) -> String? {
            guard let value = members[name], !value.isNull else { return nil }
            guard let text = value.stringValue else {
                throw PoolError(.wrongShape, pointer: "/\(name)", "must be a string, not \(value.typeName)")
            }
            return text
        }
        guard let name = try text("name") else {
            throw PoolError(.wrongShape, pointer: "/name", "is missing; every function has a name")
        }
        if let strict = members["strict"], !strict.isNull, strict.boolValue == nil {
            throw PoolError(.wrongShape, pointer: "/strict", "must be true or false, not \(strict.typeName)")
        }
        var examples: [String] = []
        if let value = members["examples"], !value.isNull {
            guard let list = value.arrayValue else {
                throw PoolError(.wrongShape, pointer: "/examples", "must be an array of queries")
            }
            for (index, example) in list.enumerated() {
                guard let query = example.stringValue else {
                    throw PoolError(
                        .wrongShape, pointer: "/examples/\(index)", "must be a string, not \(example.typeName)")
                }
                examples.append(query)
            }
        }
        var parameters = members["parameters"] ?? Self.noParameters
        if parameters.isNull { parameters = Self.noParameters }
        self.init(
            name: name, description: try text("description") ?? "", domain: try text("domain"), parameters: parameters,
            examples: examples)
    }
}
