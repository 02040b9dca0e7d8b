import Documents
import Functions
import OrderedCollections
import Testing

@Suite struct PoolImportTests {
    private static func document(_ yaml: String) throws -> PoolImport {
        try PoolImport(document: YAMLDocument.parse(yaml))
    }

    private static let shop = """
        openapi: 3.0.3
        info: {title: Shop, version: "1"}
        paths:
          /items/{id}:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
            get:
              operationId: item.get
              summary: Get an item
              tags: [items]
              parameters:
                - {$ref: '#/components/parameters/lang'}
                - {name: Authorization, in: header, schema: {type: string}}
            put:
              summary: Replace an item.
              description: Keeps its history.
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      allOf:
                        - $ref: '#/components/schemas/Item'
                        - type: object
                          properties: {note: {type: string, nullable: true}}
          /upload:
            post:
              operationId: upload
              requestBody: {required: true, content: {application/octet-stream: {schema: {type: string}}}}
          /search:
            post:
              operationId: search items!
              requestBody:
                content:
                  application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Item'}}}
          /odd:
            get:
              operationId: odd
              parameters: [{name: x, in: query, schema: {type: string, pattern: '(?<=a)b'}}]
        components:
          parameters:
            lang: {name: lang, in: query, description: Language, schema: {type: string, enum: [en, de]}}
          schemas:
            Item:
              type: object
              required: [name, price, id2]
              properties:
                name: {type: string}
                price: {type: number, minimum: 0, exclusiveMinimum: true, xml: {name: p}}
                id2: {type: string, readOnly: true}
                parent: {$ref: '#/components/schemas/Item'}
        """

    @Test func openAPIOperationsBecomeFunctions() throws {
        let found = try Self.document(Self.shop)
        #expect(found.format == .openapi)
        #expect(found.functions.map(\.name) == ["item.get", "put_items_id", "search_items"])
        let get = found.functions[0]
        #expect(get.description == "Get an item" && get.domain == "items")
        #expect(
            get.parameters == [
                "type": "object",
                "properties": [
                    "id": ["type": "string"],
                    "lang": ["type": "string", "enum": ["en", "de"], "description": "Language"],
                ], "required": ["id"],
            ])
        let put = found.functions[1]
        #expect(put.description == "Replace an item. Keeps its history.")
        #expect(put.parameters["required"] == ["id", "name", "price"])
        #expect(Array(put.properties.keys) == ["id", "name", "price", "parent", "note"])
        #expect(put.properties["price"] == ["type": "number", "exclusiveMinimum": 0, "xml": ["name": "p"]])
        #expect(put.properties["parent"] == ["$ref": "#/$defs/Item"])
        #expect(found.functions[2].properties["body"]?["items"] == ["$ref": "#/$defs/Item"])
        #expect(found.functions[2].requiredNames == [])
    }

    @Test func whatCannotBeTakenIsListedWithItsPlace() throws {
        let found = try Self.document(Self.shop).refusals
        #expect(
            found.map(\.pointer) == [
                "/paths/~1upload/post/requestBody/content/application~1octet-stream",
                "/parameters/properties/x/pattern",
            ])
        #expect(found.map(\.function) == ["upload", "odd"])
    }

    @Test func toolListsOfOpenAIAndMCP() throws {
        let openAI = try Self.document(
            #"{"tools": [{"type": "function", "function": {"name": "a b", "description": "x", "strict": true, "parameters": {"type": "object", "properties": {}}}}, {"type": "web_search"}]}"#
        )
        #expect(openAI.format == .openai && openAI.functions.map(\.name) == ["a_b"])
        #expect(openAI.refusals.map(\.pointer) == ["/tools/1/type"])
        let mcp = try Self.document(
            #"{"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "fs/read", "title": "Read a file", "description": "Contents as text", "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"], "$schema": "x"}}, {"name": "fs.read", "inputSchema": {}}]}}"#
        )
        #expect(mcp.format == .mcp && mcp.functions.map(\.name) == ["fs_read", "fs.read"])
        #expect(
            mcp.functions[0].description == "Read a file. Contents as text"
                && mcp.functions[0].requiredNames == ["path"])
        #expect(mcp.functions[1].parameters == ["type": "object", "properties": [:]])
    }

    @Test func namesStayApart() throws {
        let found = try Self.document(
            #"[{"name": "a b"}, {"name": "a/b"}, {"name": "request_unclear"}, {"name": "日本"}]"#)
        #expect(found.functions.map(\.name) == ["a_b", "a_b_2", "request_unclear_2", "function"])
    }

    @Test(arguments: ["{}", #"{"swagger": "2.0"}"#, "3", #"{"openapi": "4.0"}"#])
    func refusesOtherDocuments(_ text: String) { #expect(throws: PoolError.self) { try Self.document(text) } }

    @Test func brokenReferencesAreRefusedOneByOne() throws {
        let found = try Self.document(
            """
            openapi: 3.1.0
            paths:
              /a: {get: {parameters: [{$ref: '#/components/nothing'}]}}
              /b: {get: {parameters: [{name: x, in: query, schema: {$ref: 'other.yaml#/X'}}]}}
              /c: {get: {summary: fine}}
              /d: {$ref: '#/paths/~1d'}
            """)
        #expect(found.functions.map(\.name) == ["get_c"] && found.refusals.count == 2)
    }

    @Test func yamlReadsBack() throws {
        let smartHome = try SmartHome.pool()
        #expect(try YAMLDocument.parse(YAMLDocument.text(smartHome.json)) == smartHome.json)
        let odd: JSONValue = [
            "on": "off", "n": "12:30",
            "list": ["yes", "no", 1, 1.5, -2, true, nil, "", " x", "x ", "null", "1e3", "- a", "a: b", "é\n\"q\"\t"],
            "empty": [], "none": [:], "nested": [["a": [1, 2]], [[]]], "日本": "客厅",
        ]
        #expect(try YAMLDocument.parse(YAMLDocument.text(odd)) == odd)
        // Texts that look like aliases, keys and brackets to the check before parsing.
        let signs: JSONValue = [
            "a": "{x} : *alias\nb: \\*c", "? *d": ["*e:"], "deep": .string(String(repeating: "[", count: 600)),
        ]
        #expect(try YAMLDocument.parse(YAMLDocument.text(signs)) == signs)
    }
}
