import Assembly
import Configuration
import Documents
import Foundation
import FunctionCalling
import Functions
import Inference
import OrderedCollections
import Service
import TestSupport
import Testing

/// The same words give the same call on `/v1/functioncall` and `/v1/chat/completions`, by the real model.
@Suite struct BothRoutesModelTests {
    private static let isHere: ConditionTrait = .enabled(
        if: TestFiles.model != nil && isOptimised, "the model is missing (make model), or this is a debug build")
    private static var isOptimised: Bool {
        var isDebug = false
        assert({ isDebug = true }() == ())
        return !isDebug
    }

    private static func tool(_ name: String, _ description: String, _ properties: JSONObject, required: [String])
        -> JSONValue
    {
        [
            "type": "function",
            "function": [
                "name": .string(name), "description": .string(description),
                "parameters": [
                    "type": "object", "properties": .object(properties),
                    "required": .array(required.map { .string($0) }),
                ],
            ],
        ]
    }
    private static let tools: JSONValue = [
        tool(
            "get_weather", "Get the weather in a city", ["city": ["type": "string"], "day": ["type": "string"]],
            required: ["city"]),
        tool("set_alarm", "Set an alarm", ["time": ["type": "string"]], required: ["time"]),
        tool(
            "light_set", "Switch the lights of a room on or off",
            ["state": ["enum": ["on", "off"]], "room": ["enum": ["kitchen", "bedroom", "hall"]]], required: ["state"]),
        tool("play_music", "Play music", ["artist": ["type": "string"], "genre": ["type": "string"]], required: []),
        tool(
            "send_message", "Send a text message to a person",
            ["recipient": ["type": "string"], "text": ["type": "string"]], required: ["recipient", "text"]),
    ]

    private static let requests = [
        "what's the weather in Paris", "weather in Oslo tomorrow", "is it raining in Kyoto", "set an alarm for 6:30 pm",
        "wake me up at seven", "alarm at noon please", "turn off the kitchen lights", "lights on in the hall",
        "switch the bedroom light off", "make it dark in the kitchen", "play some jazz", "play the new album of Adele",
        "put on rock music", "text Anna that I am late", "send a message to Bob: happy birthday",
        "tell mom I will call later",
        "把厨房的灯关掉", "Mach das Licht in der Küche aus", "apaga la luz de la cocina", "allume la chambre",
        "thank you so much",
        "hello", "please do not turn off the lights", "who won the match yesterday", "what is 2 plus 2",
        "tell me a joke",
        "louder", "I want to hear Mozart", "what will the weather be like in Rome", "message Eve: dinner at eight?",
    ]

    @Test(isHere) func thirtyRequestsGiveTheSameCall() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString).yaml")
        try Data("state: state\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let path = try #require(TestFiles.model)
        let settings = try Settings.load(
            flags: ["model.path": path, "calling.timezone": "none"], environment: [:], file: file.path)
        let model = try await LoadedModel.load(settings)
        defer { model.engine.stop() }
        let pipeline = try Pipeline(generator: model.engine, catalog: FunctionCatalog(), settings: settings.pipeline)
        #expect(Self.requests.count == 30)
        var calls = 0
        for query in Self.requests {
            let own = try await pipeline.run(
                FunctionCallRequest(json: ["query": .string(query), "functions": Self.tools, "retriever": "all"]))
            let body: JSONValue = ["messages": [["role": "user", "content": .string(query)]], "tools": Self.tools]
            let chat = try await pipeline.run(ChatCall.request(try ChatRequest(body, model: model.engine.modelName)))
            #expect(
                own.outcome == chat.outcome && own.calls.map(\.parameters) == chat.calls.map(\.parameters), "\(query)")
            #expect(own.calls.map(\.function) == chat.calls.map(\.function), "\(query)")
            calls += own.calls.count
        }
        #expect(calls >= 15, "most of them are requests")
    }
}
