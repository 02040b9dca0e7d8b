import Documents
import Functions
import OrderedCollections
import TestSupport
import Testing

/// What a pool is made of: names, changes, limits, and how parameters are put to a model.
@Suite struct PoolValuesTests {
    private static func function(_ name: String, _ description: String = "d") -> FunctionDefinition {
        FunctionDefinition(name: name, description: description)
    }

    // MARK: Parameters as a model reads them

    private static func signature(_ properties: JSONObject, required: [String] = [], more: JSONObject = [:]) -> String {
        var schema: JSONObject = [
            "type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) }),
        ]
        schema.merge(more) { $1 }
        return ParameterSignature.text(of: FunctionDefinition(name: "f", description: "d", parameters: .object(schema)))
    }

    /// A property's schema, and its type.
    static let types: [(JSONValue, String)] = [
        (["type": "string"], "string"), (["type": "integer"], "integer"), (["type": "number"], "number"),
        (["type": "boolean"], "boolean"), (["type": "object"], "object"), ([:], "any"), (true, "any"),
        (["type": "integer", "minimum": 5, "maximum": 90], "5..90"),
        (["type": "number", "minimum": 0.5], "number >= 0.5"),
        (["type": "integer", "maximum": 7], "integer <= 7"), (["enum": ["a", "b"]], "a|b"), (["const": "on"], "on"),
        (["enum": ["two words", "3d", "true", 5, .null]], "\"two words\"|\"3d\"|\"true\"|5|null"),
        (["type": "array"], "any[]"), (["type": "array", "items": ["type": "string"]], "string[]"),
        (["type": "array", "items": ["enum": ["a", "b"]]], "(a|b)[]"), (["type": ["string", "null"]], "string|null"),
        (["anyOf": [["type": "string"], ["type": "integer"]]], "string|integer"),
        (["oneOf": [["const": 1], ["const": 2]]], "1|2"), (["type": "string", "format": "date"], "YYYY-MM-DD"),
        (["type": "string", "format": "time"], "hh:mm:ss+hh:mm"),
        (["type": "string", "format": "date-time"], "YYYY-MM-DDThh:mm:ss+hh:mm"),
        (["type": "string", "format": "duration"], "duration, e.g. PT1H30M"),
        (["type": "string", "format": "email"], "email"),
        (["type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"], "HH:MM"),
        (["type": "string", "pattern": "^a$"], "string"),
        (["type": "object", "properties": ["x": ["type": "integer"]]], "{x?: integer}"),
        (["$ref": "#/$defs/room"], "kitchen|bath"), (["$ref": "#/$defs/none"], "any"), (["$ref": "other.json"], "any"),
    ]
    @Test(arguments: types.indices) func everyTypeHasItsForm(_ row: Int) {
        let (schema, text) = Self.types[row]
        let defs: JSONObject = ["$defs": ["room": ["enum": ["kitchen", "bath"]]]]
        #expect(Self.signature(["p": schema], more: defs) == "p?: \(text)")
        #expect(Self.signature(["p": schema], required: ["p"], more: defs) == "p: \(text)")
    }

    @Test func parametersKeepTheirOrderAndTheirNotes() {
        let text = Self.signature(
            ["z": ["type": "string", "description": "the last"], "a": ["type": "integer"]], required: ["a"])
        #expect(text == "z?: string /* the last */, a: integer")
        #expect(ParameterSignature.text(of: Self.function("f")).isEmpty)
    }

    @Test func longListsAreCutAndDeepOnesEnd() {
        let many = JSONValue.array((0..<100).map { .string("v\($0)") })
        let text = Self.signature(["p": ["enum": many]])
        #expect(text.hasSuffix("|v39|…") && text.hasPrefix("p?: v0|v1|"))
        var deep: JSONValue = ["type": "string"]
        for _ in 0..<12 { deep = ["type": "object", "properties": ["x": deep]] }
        #expect(Self.signature(["p": deep]) == "p?: {x?: {x?: {x?: {x?: any}}}}")
        // Schemas that name themselves end as well.
        let loop = Self.signature(["p": ["$ref": "#/$defs/node"]], more: ["$defs": ["node": ["$ref": "#/$defs/node"]]])
        #expect(loop == "p?: any")
    }

    // MARK: Pools

    static let names: [(String, Bool)] = [
        ("a", true), ("A-z_0.9", true), (String(repeating: "a", count: 128), true),
        (String(repeating: "a", count: 129), false),
        ("", false), ("a b", false), ("ä", false), ("a/b", false), ("a\n", false), ("灯", false),
    ]
    @Test(arguments: names) func namesAreOfFewCharacters(_ name: String, _ isGood: Bool) {
        #expect(FunctionPool.isName(name) == isGood)
        if isGood {
            #expect(throws: Never.self) { try FunctionPool(name: name, functions: []) }
        } else {
            #expect(throws: PoolError.self) { try FunctionPool(name: name, functions: []) }
            #expect(throws: PoolError.self) { try FunctionPool(name: "p", functions: [Self.function(name)]) }
        }
    }

    @Test func functionsAreFoundReplacedAndAdded() throws {
        var pool = try FunctionPool(name: "p", functions: ["a", "b", "c"].map { Self.function($0) })
        #expect(pool["b"]?.description == "d" && pool["x"] == nil && pool.position(of: "c") == 2)
        #expect(try pool.put(Self.function("b", "new")) == false)
        #expect(try pool.put(Self.function("d")) == true)
        #expect(pool.functions.map(\.name) == ["a", "b", "c", "d"] && pool["b"]?.description == "new")
        #expect(throws: PoolError.self) { try pool.put(Self.function("request_unclear")) }
        #expect(throws: PoolError.self) { try pool.put(Self.function("a b")) }
        #expect(pool.functions.count == 4, "what is refused changes nothing")
    }

    @Test func faultsNameThePlaceInThePool() {
        for (functions, pointer, reason) in [
            ([Self.function("a"), Self.function("a")], "/functions/1/name", PoolError.Reason.duplicateName),
            ([Self.function("no_appropriate_function")], "/functions/0/name", .reservedName),
            ([Self.function("a"), Self.function("b c")], "/functions/1/name", .badName),
        ] {
            let error = #expect(throws: PoolError.self) { try FunctionPool(name: "p", functions: functions) }
            #expect(error?.pointer == pointer && error?.reason == reason, "\(String(describing: error))")
        }
    }

    @Test func limitsAreWhatIsSaid() throws {
        var limits = PoolLimits()
        limits.functions = 2
        #expect(throws: PoolError.self) {
            try FunctionPool(name: "p", functions: ["a", "b", "c"].map { Self.function($0) }, limits: limits)
        }
        var pool = try FunctionPool(name: "p", functions: ["a", "b"].map { Self.function($0) }, limits: limits)
        let full = #expect(throws: PoolError.self) { try pool.put(Self.function("c"), limits: limits) }
        #expect(full?.reason == .full)
        #expect(throws: Never.self) { try pool.put(Self.function("b", "again"), limits: limits) }
        (limits.descriptionBytes, limits.examples, limits.exampleBytes) = (4, 1, 3)
        for function in [
            Self.function("f", "12345"), FunctionDefinition(name: "f", description: "d", examples: ["a", "b"]),
            FunctionDefinition(name: "f", description: "d", examples: ["long"]),
        ] {
            #expect(throws: PoolError.self) { try function.check(limits) }
        }
    }

    // MARK: Errors, outcomes, prompts

    @Test func errorsSayWhereTheyAre() {
        let error = PoolError(.badName, pointer: "/name", "m")
        #expect("\(error)" == "/name: m")
        #expect("\(error.inSource("p.yaml"))" == "p.yaml: /name: m")
        let below = error.below("/functions/3", function: "f")
        #expect("\(below.inSource("x"))" == "x: function f: /functions/3/name: m")
        #expect(
            below.below("/pool", function: "g").function == "f"
                && below.below("/pool").pointer == "/pool/functions/3/name")
    }

    @Test func outcomesHaveTheirMessages() {
        #expect(Outcome.allCases.map(\.message) == [nil, "No appropriate function", "Request unclear"])
        #expect(Outcome.reservedNames == ["no_appropriate_function", "request_unclear"])
    }

    /// A pool's `prompt`, and what it comes to; a pointer where it is refused.
    static let prompts: [(JSONValue, PromptStyle?, String)] = [
        ([:], PromptStyle(), ""), (["style": "full"], PromptStyle(form: .full), ""),
        (["role": "r", "guidelines": ["a", "b"]], PromptStyle(role: "r", guidelines: ["a", "b"]), ""),
        (["style": "long"], nil, "/prompt/style"), (["style": 5], nil, "/prompt/style"),
        (["role": 5], nil, "/prompt/role"),
        (["role": .string(String(repeating: "r", count: 2001))], nil, "/prompt/role"),
        (["guidelines": "a"], nil, "/prompt/guidelines"), (["guidelines": ["a", 5]], nil, "/prompt/guidelines/1"),
        (["guidelines": .array((0..<51).map { _ in "a" })], nil, "/prompt/guidelines"),
        (["a/b": 1], nil, "/prompt/a~1b"),
        (5, nil, "/prompt"),
    ]
    @Test(arguments: prompts.indices) func promptsAreReadAndWritten(_ row: Int) throws {
        let (json, style, pointer) = Self.prompts[row]
        guard let style else {
            let error = #expect(throws: PoolError.self) { try PromptStyle(json: json) }
            #expect(error?.pointer == pointer && error?.reason == .wrongShape, "\(json.text())")
            return
        }
        #expect(try PromptStyle(json: json) == style)
        #expect(try PromptStyle(json: style.json) == style, "what is written reads back")
    }

    @Test("law: functions read back as they were written") func roundTrip() throws {
        for function in [
            Self.function("f"), FunctionDefinition(name: "g", description: "", domain: "home", examples: ["a", "ü 灯"]),
            FunctionDefinition(
                name: "h", description: "d",
                parameters: ["type": "object", "properties": ["x": ["enum": [1, "a"]]], "required": ["x"]]),
        ] {
            #expect(try FunctionDefinition(json: function.json) == function)
            #expect(function.properties.count == (function.parameters["properties"]?.objectValue?.count ?? 0))
        }
    }
}
