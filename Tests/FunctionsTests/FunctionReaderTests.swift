import Documents
import Functions
import OrderedCollections
import Testing

/// One reader for pools, requests and imports: the same function in every form that people have it.
@Suite struct FunctionReaderTests {
    static let schema: JSONValue = [
        "type": "object", "properties": ["room": ["type": "string"]], "required": ["room"],
    ]
    static let forms: [(form: String, json: JSONValue)] = [
        ("own", ["name": "light_on", "description": "Turns a light on.", "parameters": schema]),
        (
            "OpenAI's chat",
            [
                "type": "function",
                "function": [
                    "name": "light_on", "description": "Turns a light on.", "parameters": schema, "strict": true,
                ],
            ]
        ),
        (
            "OpenAI's responses",
            [
                "type": "function", "name": "light_on", "description": "Turns a light on.", "parameters": schema,
                "strict": nil,
            ]
        ),
        (
            "MCP",
            [
                "name": "light_on", "description": "Turns a light on.", "inputSchema": schema,
                "outputSchema": ["type": "object"], "annotations": ["readOnlyHint": false], "_meta": [:], "icons": [],
            ]
        ),
        (
            "Anthropic",
            [
                "name": "light_on", "type": "custom", "description": "Turns a light on.", "input_schema": schema,
                "cache_control": ["type": "ephemeral"],
            ]
        ),
    ]
    @Test(arguments: forms) func readsEveryForm(_ form: String, _ json: JSONValue) throws {
        let expected = FunctionDefinition(
            name: "light_on", description: "Turns a light on.", parameters: Self.schema)
        #expect(try FunctionDefinition(json: json) == expected)
        let pool = try FunctionPool(name: "p", json: ["functions": [json]])
        #expect(pool.functions == [expected])
        for document in [["tools": [json]], [json], ["result": ["tools": [json]]], ["functions": [json]]] as [JSONValue]
        {
            let found = try PoolImport(document: document)
            #expect(found.functions == [expected] && found.refusals.isEmpty && found.notes.isEmpty, "\(form)")
        }
        // What it reads it writes so that it reads it again.
        #expect(try FunctionDefinition(json: expected.json) == expected)
    }

    static let withoutParameters: [JSONValue] = [
        ["name": "ping"], ["name": "ping", "parameters": nil], ["name": "ping", "parameters": [:]],
        ["name": "ping", "parameters": ["type": "object"]], ["name": "ping", "inputSchema": [:]],
        ["name": "ping", "parameters": ["type": "object", "properties": nil]],
        ["name": "ping", "parameters": ["properties": [:]]], ["name": "ping", "parameters": ["type": ["object"]]],
        ["type": "function", "function": ["name": "ping", "parameters": [:], "strict": "yes"]],
        ["type": "function", "name": "ping", "parameters": nil, "strict": false],
    ]
    @Test(arguments: withoutParameters) func hasNoParameters(_ json: JSONValue) throws {
        let function = try FunctionDefinition(json: json)
        #expect(function.name == "ping" && function.parameters == FunctionDefinition.noParameters)
        try function.check()
        try function.checkSchema()
    }

    static let kept: [(JSONValue, JSONValue)] = [
        (["type": "object", "additionalProperties": true], ["type": "object", "additionalProperties": true]),
        (["properties": ["a": true]], ["type": "object", "properties": ["a": true]]),
        (
            ["type": "object", "properties": ["n": ["type": "number", "minimum": 0, "exclusiveMinimum": true]]],
            ["type": "object", "properties": ["n": ["type": "number", "exclusiveMinimum": 0]]]
        ),
        (
            ["type": "object", "properties": ["required": ["type": "boolean"], "minimum": ["type": "string"]]],
            ["type": "object", "properties": ["required": ["type": "boolean"], "minimum": ["type": "string"]]]
        ),
    ]
    @Test(arguments: kept) func keepsWhatIsSaid(_ given: JSONValue, _ expected: JSONValue) throws {
        #expect(try FunctionDefinition(json: ["name": "f", "parameters": given]).parameters == expected)
    }

    static let refused: [(JSONValue, String)] = [
        (5, ""), (["name": 5], "/name"), ([:], "/name"), (["type": "web_search"], "/type"),
        (["type": "function", "function": 5], "/function"), (["type": "function", "function": [:]], "/function/name"),
        (["type": "function", "function": ["name": "a"], "colour": 1], "/colour"),
        (["name": "a", "colour": 1], "/colour"), (["name": "a", "a/b~c": 1], "/a~1b~0c"),
        (["name": "a", "description": 5], "/description"), (["name": "a", "examples": "x"], "/examples"),
        (["name": "a", "examples": ["x", 1]], "/examples/1"), (["name": "a", "domain": []], "/domain"),
        (["name": "a", "parameters": [:], "inputSchema": [:]], "/inputSchema"),
        (["type": "function", "function": ["name": "a", "kind": 1]], "/function/kind"),
    ]
    @Test(arguments: refused) func refusesInAnyForm(_ json: JSONValue, _ pointer: String) {
        let error = #expect(throws: PoolError.self) { try FunctionDefinition(json: json) }
        #expect(error?.pointer == pointer && error?.message.isEmpty == false)
        let inPool = #expect(throws: PoolError.self) { try FunctionPool(name: "p", json: ["functions": [json]]) }
        #expect(inPool?.pointer == "/functions/0" + pointer)
        let found = try? PoolImport(document: ["tools": [json]])
        #expect(found?.functions.isEmpty == true && found?.refusals.map(\.pointer) == ["/tools/0" + pointer])
    }

    static let pages: [(JSONValue, String?)] = [
        (["tools": [["name": "a", "inputSchema": [:]]], "nextCursor": "abc"], "\"abc\""),
        (["result": ["tools": [["name": "a", "inputSchema": [:]]], "nextCursor": "p2"]], "\"p2\""),
        (["result": ["tools": [["name": "a", "inputSchema": [:]]], "nextCursor": nil]], nil),
        (["tools": [["name": "a", "inputSchema": [:]]], "nextCursor": ""], nil),
    ]
    @Test("one page of a server's tools is said to be one", arguments: pages)
    func saysThatThereIsMore(_ document: JSONValue, _ cursor: String?) throws {
        let notes = try PoolImport(document: document).notes
        #expect(notes.count == (cursor == nil ? 0 : 1))
        if let cursor { #expect(notes.first?.contains("\"cursor\": \(cursor)") == true) }
    }

    static let titles: [(JSONValue, String)] = [
        (["name": "a", "title": "Lamp on", "inputSchema": [:]], "Lamp on"),
        (["name": "a", "title": "Lamp on", "description": "Turns it on."], "Lamp on. Turns it on."),
        (["name": "a", "title": "lamp", "description": "A lamp."], "A lamp."),
        (["name": "a", "annotations": ["title": "Lamp"], "description": "On."], "Lamp. On."),
    ]
    @Test(arguments: titles) func titlesHelp(_ json: JSONValue, _ description: String) throws {
        #expect(try FunctionDefinition(json: json).description == description)
    }

    static let unenforceable: [(JSONValue, String, String)] = [
        (["type": "object", "properties": ["a": ["$ref": "#/$defs/x"]]], "/properties/a/$ref", "\"#/$defs/x\""),
        (["type": "object", "properties": ["": ["not": [:]]]], "/properties//not", "cannot be enforced"),
        (["type": "object", "properties": ["a": ["$ref": "#x"]]], "/properties/a/$ref", "anchors"),
        (
            ["type": "object", "properties": ["a": ["$ref": "#/$defs/b"]], "$defs": ["b": ["pattern": "(?=a)"]]],
            "/$defs/b/pattern", "look-around"
        ),
        (["type": "object", "properties": ["a": ["multipleOf": 0]]], "/properties/a/multipleOf", "step"),
    ]
    @Test("errors are in the client's own pointers, with function and pool", arguments: unenforceable)
    func namesTheClientsPointer(_ parameters: JSONValue, _ pointer: String, _ message: String) throws {
        let pool = try FunctionPool(
            name: "office",
            functions: [.init(name: "ok", description: ""), .init(name: "f", description: "", parameters: parameters)])
        let error = #expect(throws: UnenforceableSchema.self) { try pool.checkSchemas() }
        #expect(
            error?.pointer == "/parameters" + pointer && error?.message.contains(message) == true,
            "\(String(describing: error))")
        #expect(
            error?.index == 1 && error?.pool == "office"
                && error?.description.hasPrefix("pool office: function f: ") == true)
        #expect(error?.message.contains("arguments") == false)
    }

    @Test func commentsAloneAreAnEmptyPool() throws {
        for text in ["", "# nothing yet\n", "---\n# x\n"] {
            #expect(try FunctionPool.parse(Array(text.utf8), name: "p", isYAML: true).functions.isEmpty)
        }
    }

    @Test(arguments: [
        ("/nowhere/p.yaml", "there is no such file"), ("/", "is a folder"), ("/etc/hostname/x.yaml", "no such file"),
    ])
    func saysWhyAFileCannotBeRead(_ path: String, _ reason: String) {
        for load in [{ _ = try FunctionPool.load(path: path) }, { _ = try PoolImport(path: path) }] {
            let error = #expect(throws: PoolError.self) { try load() }
            #expect(error?.reason == .unreadable && error?.source == path && error?.message.contains(reason) == true)
        }
    }
}
