import Documents
import Foundation

/// Functions read from a document of somebody else, and what of it cannot be taken.
public struct PoolImport: Sendable {
    public enum Format: String, Sendable, CaseIterable {
        case kinglet, openapi, openai, mcp
    }

    /// A function that cannot be taken, and why.
    public struct Refusal: Sendable, Hashable, CustomStringConvertible {
        public var function: String
        /// JSON Pointer into the document, or, where it begins with `/parameters`, into the function.
        public var pointer: String
        public var message: String

        public var description: String { "\(function): \(pointer): \(message)" }
    }

    public let format: Format
    public var functions: [FunctionDefinition] = []
    public var refusals: [Refusal] = []
    /// A Kinglet document's own.
    public var prompt = PromptStyle()

    /// Reads a YAML or JSON document and finds out what it is.
    public init(path: String) throws(PoolError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw PoolError(.unreadable, source: path, "cannot be read: \(error.localizedDescription)")
        }
        do throws(PoolError) {
            let isYAML = !path.lowercased().hasSuffix(".json")
            try self.init(document: DocumentReader.read([UInt8](data), isYAML: isYAML))
        } catch {
            var error = error
            error.source = path
            throw error
        }
    }

    /// - Throws: `PoolError` for a document that is none of the formats, or a Kinglet document that is not right.
    public init(document: JSONValue) throws(PoolError) {
        format = try Self.format(of: document)
        switch format {
        case .kinglet:
            let pool = try FunctionPool(name: "imported", json: document)
            (functions, prompt) = (pool.functions, pool.prompt)
        case .openapi: (functions, refusals) = try OpenAPIDocument(document).functions()
        case .openai, .mcp: (functions, refusals) = ToolList.functions(Self.tools(document), isMCP: format == .mcp)
        }
        refuseUnenforceable()
    }

    private static func format(of document: JSONValue) throws(PoolError) -> Format {
        if document["openapi"] != nil { return .openapi }
        if document["swagger"] != nil {
            throw PoolError(
                .wrongShape, pointer: "/swagger", "OpenAPI 2 is not read; convert the document to OpenAPI 3 first")
        }
        if document["functions"] != nil { return .kinglet }
        guard let tools = tools(document) else {
            throw PoolError(
                .wrongShape,
                "neither a pool (\"functions\"), an OpenAPI 3 document (\"openapi\") nor a list of tools (\"tools\")")
        }
        return tools.contains { $0["inputSchema"] != nil } ? .mcp : .openai
    }

    /// `[…]`, `{"tools": […]}` or the answer to MCP's `tools/list`: `{"result": {"tools": […]}}`.
    private static func tools(_ document: JSONValue) -> [JSONValue]? {
        document.arrayValue ?? document["tools"]?.arrayValue ?? document["result"]?["tools"]?.arrayValue
    }

    /// Moves functions that no pool takes, or whose schemas decoding cannot enforce, to the refusals.
    private mutating func refuseUnenforceable() {
        var kept: [FunctionDefinition] = []
        for function in functions {
            if let refusal = Self.refusal(of: function) { refusals.append(refusal) } else { kept.append(function) }
        }
        functions = kept
    }

    private static func refusal(of function: FunctionDefinition) -> Refusal? {
        do throws(UnenforceableSchema) {
            try function.checkSchema()
        } catch {
            return Refusal(function: function.name, pointer: error.pointer, message: error.message)
        }
        do throws(PoolError) {
            _ = try FunctionPool(name: "imported", functions: [function])
            return nil
        } catch {
            return Refusal(function: function.name, pointer: error.pointer, message: error.message)
        }
    }
}

/// Names that functions may have, made of names that others chose.
struct ImportedNames {
    private var taken: Set<String> = Outcome.reservedNames

    /// Letters, digits, `_`, `-` and `.` stay; runs of anything else become one `_`; a name that is taken gets a number.
    mutating func name(for text: String) -> String {
        var name = "", isGap = false
        for byte in text.utf8 {
            let character = Character(UnicodeScalar(byte))
            if byte < 0x80, FunctionPool.isName(String(character)) {
                if isGap, !name.isEmpty { name.append("_") }
                name.append(character)
                isGap = false
            } else {
                isGap = true
            }
        }
        if name.isEmpty { name = "function" }
        name = String(name.prefix(120))
        var number = 2, free = name
        while !taken.insert(free).inserted {
            free = "\(name)_\(number)"
            number += 1
        }
        return free
    }
}
