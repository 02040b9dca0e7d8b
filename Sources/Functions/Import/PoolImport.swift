import Documents

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
    /// What the one who imports should know though all functions were taken.
    public var notes: [String] = []

    /// Reads a YAML or JSON document and finds out what it is; `-` is standard input.
    public init(path: String) throws(PoolError) {
        let document = try DocumentReader.read(path: path)
        do throws(PoolError) {
            try self.init(document: document)
        } catch {
            throw error.inSource(path)
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
        case .openai, .mcp:
            let (tools, pointer) = Self.tools(document) ?? ([], "")
            (functions, refusals) = ToolList.functions(tools, at: pointer)
            notes += Self.pageNote(document).map { [$0] } ?? []
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
        return tools.list.contains { $0["inputSchema"] != nil } ? .mcp : .openai
    }

    /// `[…]`, `{"tools": […]}` or the answer to MCP's `tools/list`, `{"result": {"tools": […]}}`, and where the list stands.
    private static func tools(_ document: JSONValue) -> (list: [JSONValue], pointer: String)? {
        for pointer in ["", "/tools", "/result/tools"] {
            if let list = document.value(at: pointer)?.arrayValue { return (list, pointer) }
        }
        return nil
    }

    /// An MCP server answers page by page: a list with a cursor goes on.
    private static func pageNote(_ document: JSONValue) -> String? {
        let cursor = document["nextCursor"] ?? document["result"]?["nextCursor"]
        guard let cursor, !cursor.isNull, cursor != "" else { return nil }
        return
            "this is one page of the server's tools: ask tools/list again with \"cursor\": \(cursor.text()) and import "
            + "all pages as one list"
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
