import Documents
import FunctionCalling
import Functions
import Inference
import OrderedCollections
import TestSupport
import Testing

@Suite struct PipelineTests {
    static let warmer = #"{"name": "climate_adjust_temperature", "arguments": {"delta": 1, "room": "bedroom"}}"#

    static func request(_ json: JSONValue) throws -> FunctionCallRequest { try FunctionCallRequest(json: json) }

    @Test func answersTheDocumentedExample() async throws {
        let generator = try ScriptedGenerator { _ in Self.warmer }
        let pipeline = try SmartHome.pipeline(generator)
        var request = try Self.request(JSONValue(parsing: FunctionCallRequestTests.example))
        request.retriever = .lexical
        request.explain = true
        let result = try await pipeline.run(request)
        #expect(result.outcome == .call && result.calls.map(\.function) == ["climate_adjust_temperature"])
        #expect(result.calls[0].parameters == ["delta": 1, "room": "bedroom"])
        #expect((0.5..<1).contains(result.calls[0].confidence))

        let json = result.json
        #expect(
            json.objectValue?.keys.elements == [
                "id", "object", "created", "model", "outcome", "message", "calls", "legacy", "usage", "timings",
                "explain",
            ])
        #expect(json["id"]?.stringValue?.wholeMatch(of: /fc_[0-9A-HJKMNP-TV-Z]{26}/) != nil)
        #expect(json["message"] == .null && json["legacy"]?["intent"] == "increase_temperature")
        #expect(json["explain"]?["candidates"]?.arrayValue?.count == 10)
        #expect(json["explain"]?["candidates"]?.arrayValue?.first?["rank"] == 1)
        let prompt = json["explain"]?["prompt"]?.stringValue ?? ""
        #expect(
            prompt.contains("Now: Tuesday 2026-11-24 07:30") && prompt.contains("Request: a bit warmer in here please"))
        #expect(json["usage"]?["prompt_tokens"]?.intValue == generator.requests.first?.prompt.count)
    }

    @Test(arguments: [Outcome.noAppropriateFunction, .requestUnclear])
    func otherOutcomes(outcome: Outcome) async throws {
        let generator = try ScriptedGenerator { _ in #"{"name": "\#(outcome.rawValue)"}"# }
        let result = try await SmartHome.pipeline(generator).run(
            Self.request(["query": "hm", "adapter": "smart-home"]))
        #expect(result.outcome == outcome && result.calls.isEmpty)
        #expect(result.json["message"]?.stringValue == outcome.message && result.json["calls"] == [])
        #expect(result.legacy?["domain"] == "system" && result.json["explain"] == nil)
    }

    @Test func inlineFunctionsAndSeveralCalls() async throws {
        let generator = try ScriptedGenerator { _ in
            #"[{"name": "add", "arguments": {"a": 1}}, {"name": "add", "arguments": {"a": 2}}]"#
        }
        let pipeline = try SmartHome.pipeline(generator)
        let function: JSONValue = [
            "type": "function",
            "function": [
                "name": "add", "description": "Add.",
                "parameters": ["type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"]],
            ],
        ]
        let result = try await pipeline.run(
            Self.request(["query": "add one and two", "functions": [function], "max_calls": 2]))
        #expect(result.calls.map { $0.parameters["a"] } == [1, 2])
        #expect(result.calls.allSatisfy { $0.confidence > 0.5 })
    }

    @Test func generationTakesTheRequestsSettings() async throws {
        let generator = try ScriptedGenerator { _ in Self.warmer }
        _ = try await SmartHome.pipeline(generator).run(
            Self.request(["query": "warmer", "seed": 5, "priority": 3, "timeout_ms": 1000]))
        let sent = generator.requests.first
        #expect(sent?.sampling.seed == 5 && sent?.priority == 3 && sent?.sampling.temperature == 0)
        #expect(sent?.deadline != nil && sent?.grammar != nil)
    }

    @Test func grammarIsCompiledOnceForOneSetOfCandidates() async throws {
        let generator = try ScriptedGenerator { _ in #"{"name": "request_unclear"}"# }
        let pipeline = try SmartHome.pipeline(generator)
        for query in ["warmer", "warmer", "warmer"] {
            _ = try await pipeline.run(Self.request(["query": .string(query)]))
        }
        #expect(generator.schemas.count == 1 && generator.requests.count == 3)
    }

    @Test("law: same candidates, same prompt up to the history, whatever the query")
    func prefixIsShared() async throws {
        let generator = try ScriptedGenerator { _ in #"{"name": "request_unclear"}"# }
        let catalog = FunctionCatalog(pools: [
            IndexedPool(try FunctionPool(name: "smart-home", functions: Array(SmartHome.pool().functions.prefix(10))))
        ])
        var settings = PipelineSettings()
        settings.choosing = .greedy
        let pipeline = Pipeline(
            generator: generator, catalog: catalog, settings: settings,
            template: PlainTemplate(tokenizer: generator.tokenizer))
        for query in ["turn on the fan", "which colour has the lamp", "dimmer"] {
            _ = try await pipeline.run(Self.request(["query": .string(query)]))
        }
        let prompts = generator.requests.map(\.prompt)
        let system = prompts[0].count - "<|user|>\nturn on the fan\n<|assistant|>\n".utf8.count
        #expect(system > 1_000)
        for prompt in prompts { #expect(prompt.prefix(system) == prompts[0].prefix(system)) }
    }

    @Test func longHistoryIsCutAndSaid() async throws {
        let generator = try ScriptedGenerator(contextLength: 6_000) { _ in #"{"name": "request_unclear"}"# }
        let turn: JSONValue = ["role": "user", "content": .string(String(repeating: "x", count: 900))]
        let result = try await SmartHome.pipeline(generator, topK: 3).run(
            Self.request(["query": "warmer", "history": .array(Array(repeating: turn, count: 20))]))
        #expect(result.droppedTurns > 0 && result.json["dropped_history"]?.intValue == result.droppedTurns)
        #expect((generator.requests.first?.prompt.count ?? 0) <= 6_000 - 256)
    }

    static let refused: [(JSONValue, String, String)] = [
        (["query": "q", "pool": "kitchen"], "unknown_pool", "pool"),
        (["query": "q", "adapter": "fax"], "unknown_adapter", "adapter"),
        (["query": "q", "model": "gpt"], "unknown_model", "model"),
        (["query": "q", "retriever": "embedding"], "unavailable_retriever", "retriever"),
        (["query": "q", "functions": [["name": "a"], ["name": "a"]]], "bad_functions", "functions[1].name"),
        (["query": "q", "functions": [["name": "no_appropriate_function"]]], "bad_functions", "functions[0].name"),
        (
            [
                "query": "q",
                "functions": [
                    ["name": "a"],
                    [
                        "name": "b",
                        "parameters": [
                            "type": "object", "properties": ["x": ["type": "string", "pattern": "(?<=a)b"]],
                        ],
                    ],
                ],
            ], "unenforceable_schema", "functions[1].parameters"
        ),
    ]
    @Test(arguments: refused) func refuses(json: JSONValue, code: String, param: String) async throws {
        let pipeline = try SmartHome.pipeline(ScriptedGenerator { _ in #"{"name": "request_unclear"}"# })
        let error = await #expect(throws: FunctionCallError.self) { try await pipeline.run(Self.request(json)) }
        #expect(error?.code == code && error?.param == param, "\(String(describing: error))")
        #expect(error?.isCallersFault == true && error?.description.isEmpty == false)
    }

    /// References that lead nowhere are told in the client's own pointers, not in those of the grammar of all candidates.
    @Test(arguments: [1, 3]) func referencesAreNamedAsTheyAreWritten(maxCalls: Int) async throws {
        let pipeline = try SmartHome.pipeline(ScriptedGenerator { _ in "{}" })
        var request = FunctionCallRequest(query: "q")
        request.maxCalls = maxCalls
        request.functions = [
            FunctionDefinition(name: "good", description: ""),
            FunctionDefinition(
                name: "bad", description: "",
                parameters: [
                    "type": "object", "properties": ["a": ["$ref": "#/$defs/none"]], "$defs": ["b": ["type": "string"]],
                ]),
        ]
        let error = await #expect(throws: FunctionCallError.self) { try await pipeline.run(request) }
        #expect(
            error
                == .unenforceableSchema(
                    function: "bad", index: 1, pointer: "/parameters/properties/a/$ref",
                    message: "nothing lies at \"#/$defs/none\"; check the name"))
    }

    @Test func unenforceablePoolIsRefusedWhenStored() throws {
        let pool = try FunctionPool(
            name: "p",
            functions: [
                FunctionDefinition(
                    name: "f", description: "",
                    parameters: ["type": "object", "properties": ["x": ["type": "string", "pattern": "(?<=a)b"]]])
            ])
        let error = #expect(throws: UnenforceableSchema.self) { try pool.checkSchemas() }
        #expect(error?.function == "f" && error?.index == 0)
        #expect(error?.pointer == "/parameters/properties/x/pattern")
    }

    @Test("a function that nobody can call is refused, though another answer is possible", arguments: [1, 3])
    func impossibleFunction(maxCalls: Int) async throws {
        let impossible: JSONValue = [
            "name": "g", "description": "light",
            "parameters": ["type": "object", "properties": ["x": ["$ref": "#"]], "required": ["x"]],
        ]
        let possible: JSONValue = ["name": "f", "description": "light", "parameters": ["type": "object"]]
        let generator = try ScriptedGenerator { _ in #"{"name": "request_unclear"}"# }
        let error = await #expect(throws: FunctionCallError.self) {
            try await SmartHome.pipeline(generator).run(
                Self.request([
                    "query": "light", "functions": [possible, impossible], "max_calls": .integer(maxCalls),
                ]))
        }
        #expect(error?.param == "functions[1].parameters", "\(String(describing: error))")
    }

    @Test func scoresBelowTheLeastAreLeftOut() async throws {
        let generator = try ScriptedGenerator { _ in "" }
        let result = try await SmartHome.pipeline(generator).run(Self.request(["query": "warmer", "min_score": 1e6]))
        #expect(result.outcome == .noAppropriateFunction && generator.requests.isEmpty)
    }
}
