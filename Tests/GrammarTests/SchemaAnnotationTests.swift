import Documents
import Grammar
import OrderedCollections
import Testing

/// Keywords that describe a value are passed over wherever they stand; what would constrain it and cannot be kept is an error.
@Suite struct SchemaAnnotationTests {
    static let annotations: [(String, JSONValue)] = [
        ("discriminator", ["propertyName": "kind", "mapping": ["a": "#/$defs/a"]]),
        ("xml", ["name": "p", "wrapped": true]),
        ("externalDocs", ["url": "https://example.com"]), ("deprecated", true), ("readOnly", true),
        ("writeOnly", false),
        ("example", ["any": [1]]), ("examples", [1, "x"]), ("contentEncoding", "base64"), ("x-order", 3),
        ("contentMediaType", "image/png"), ("contentSchema", ["type": "object"]), ("$comment", "c"), ("title", "t"),
        ("$id", "https://example.com/s"), ("$schema", "https://json-schema.org/draft/2020-12/schema"), ("$anchor", "a"),
        ("default", nil), ("enumNames", ["one", "two"]), ("markdownDescription", "*m*"), ("strict", true),
        ("x-nullable", true), ("description", "d"),
    ]
    @Test(arguments: annotations) func isPassedOver(_ keyword: String, _ value: JSONValue) throws {
        let plain: JSONObject = ["type": "string", "enum": ["a", "b"]]
        let noted = JSONValue.object(plain.merging([keyword: value]) { own, _ in own })
        let places: [(JSONValue) -> JSONValue] = [
            { $0 }, { ["type": "object", "properties": ["a": $0], "required": ["a"]] },
            { ["type": "array", "items": $0, "minItems": 1] }, { ["anyOf": [$0, ["type": "null"]]] },
            { ["$defs": ["a": $0], "$ref": "#/$defs/a"] }, { ["allOf": [$0, ["type": "string"]]] },
        ]
        for place in places {
            let value = try place(noted), same = try place(.object(plain))
            let (left, right) = (try GrammarTesting.compile(value), try GrammarTesting.compile(same))
            for text in [#""a""#, #""c""#, #"{"a": "b"}"#, #"["a"]"#, "null", "1"] {
                #expect(
                    GrammarTesting.accepts(left, text) == GrammarTesting.accepts(right, text),
                    "\(value.text()): \(text)")
            }
        }
    }

    @Test(arguments: [
        "not", "if", "contains", "patternProperties", "propertyNames", "dependentRequired", "minProperties",
    ])
    func whatConstrainsIsRefused(keyword: String) {
        let schema: JSONValue = ["type": "object", "properties": ["p": .object([keyword: [:]])]]
        let error = #expect(throws: GrammarError.self) { try SchemaCheck.check(schema) }
        #expect(error?.pointer == "/properties/p/\(keyword)")
    }

    static let nullable: [(JSONValue, JSONValue, Bool)] = [
        (nil, ["type": "string", "nullable": true], true), (nil, ["type": "string", "nullable": false], false),
        (nil, ["enum": ["a"], "nullable": true], true), ("a", ["type": "string", "nullable": true], true),
        (1, ["type": "string", "nullable": true], false),
    ]
    @Test("OpenAPI's nullable means the same to decoding and validator", arguments: nullable)
    func nullableAgrees(_ value: JSONValue, _ schema: JSONValue, _ holds: Bool) throws {
        #expect(((try? SchemaValidator(schema).validate(value)) != nil) == holds)
        #expect(GrammarTesting.accepts(try GrammarTesting.compile(schema), value.text(.spaced)) == holds)
    }

    static let references: [(JSONValue, String, String)] = [
        (["$ref": "#/$defs/x"], "/$ref", "nothing lies at \"#/$defs/x\"; check the name"),
        (
            ["properties": ["a": ["anyOf": [true, ["$ref": "#/$defs/b"]]]], "$defs": [:]], "/properties/a/anyOf/1/$ref",
            "#/$defs/b"
        ),
        (["items": ["$ref": "other.json#/a"]], "/items/$ref", "only references inside the schema"),
        (["items": ["$ref": "#name"]], "/items/$ref", "anchors"),
    ]
    @Test(arguments: references) func tellsTheOwnReference(_ schema: JSONValue, _ pointer: String, _ message: String) {
        let error = #expect(throws: GrammarError.self) { try LocalReferences.check(schema) }
        #expect(error?.pointer == pointer && error?.message.contains(message) == true, "\(String(describing: error))")
    }

    static let sound: [JSONValue] = [
        ["$ref": "#"], ["$defs": ["a/b~c d": true], "$ref": "#/$defs/a~1b~0c%20d"], ["enum": [["$ref": "#/nowhere"]]],
        ["properties": ["$ref": ["type": "string"]]], ["prefixItems": [true], "items": ["$ref": "#/prefixItems/0"]],
        ["example": ["$ref": "#/nowhere"]],
    ]
    @Test(arguments: sound) func findsWhatIsThere(_ schema: JSONValue) {
        #expect(throws: Never.self) { try LocalReferences.check(schema) }
    }
}
