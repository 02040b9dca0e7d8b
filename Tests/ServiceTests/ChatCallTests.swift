import Documents
import FunctionCalling
import Functions
import Inference
import OrderedCollections
import Service
import ServiceTestSupport
import Testing
import Tokenization

/// A chat with tools is the function call that `/v1/functioncall` would have made of it.
@Suite struct ChatCallTests {
    private static func tool(_ name: String, _ properties: JSONObject = [:]) -> JSONValue {
        [
            "type": "function",
            "function": [
                "name": .string(name), "description": "Does it.",
                "parameters": ["type": "object", "properties": .object(properties)],
            ],
        ]
    }
    private static let tools: JSONValue = .array([tool("lights_off", ["room": ["type": "string"]]), tool("play")])

    private static func request(_ more: JSONObject, messages: JSONValue) throws -> FunctionCallRequest {
        let body = more.merging(["messages": messages, "tools": tools]) { own, _ in own }
        return ChatCall.request(try ChatRequest(.object(body), model: "m"))
    }

    private static func user(_ text: String) -> JSONValue { [["role": "user", "content": .string(text)]] }

    static let choices: [(JSONObject, query: String, mustCall: Bool, maxCalls: Int, functions: Int)] = [
        ([:], "lights off", false, 1, 2), ([:], "lights off and play jazz", false, 16, 2),
        (["parallel_tool_calls": false], "lights off and play jazz", false, 1, 2),
        (["tool_choice": "required"], "hello", true, 1, 2),
        (["tool_choice": ["type": "function", "function": ["name": "play"]]], "hello, and so on", true, 1, 1),
        (
            [
                "tool_choice": [
                    "type": "allowed_tools",
                    "allowed_tools": [
                        "mode": "required", "tools": [["type": "function", "function": ["name": "play"]]],
                    ],
                ]
            ], "hello", true, 1, 1
        ),
    ]
    @Test(arguments: choices) func takesWhatTheChoiceAsks(
        more: JSONObject, query: String, mustCall: Bool, maxCalls: Int, functions: Int
    ) throws {
        let request = try Self.request(more, messages: Self.user(query))
        #expect(request.query == query && request.options.mustCall == mustCall && request.maxCalls == maxCalls)
        #expect(request.functions?.count == functions && request.topK == functions && request.retriever == .all)
        #expect(request.options.sampling.temperature == 0)
    }

    @Test("a wish to think is read, whatever becomes of it", arguments: [(true, true), (false, false), (nil, false)])
    func thinking(asked: Bool?, wants: Bool) throws {
        var body: JSONObject = ["messages": Self.user("hello")]
        body["chat_template_kwargs"] = asked.map { ["enable_thinking": .bool($0)] }
        #expect(try ChatRequest(.object(body), model: "m").wantsThinking == wants)
    }

    @Test func theLastWordsOfTheUserAreTheQuery() throws {
        let request = try Self.request(
            ["seed": 7, "temperature": 1, "max_tokens": 50],
            messages: [
                ["role": "system", "content": "Be brief."], ["role": "user", "content": "lights off"],
                [
                    "role": "assistant", "content": nil,
                    "tool_calls": [
                        [
                            "id": "c", "type": "function",
                            "function": ["name": "lights_off", "arguments": #"{"room":"bath"}"#],
                        ]
                    ],
                ],
                ["role": "tool", "tool_call_id": "c", "content": "done"],
                [
                    "role": "user",
                    "content": [["type": "text", "text": "and the "], ["type": "text", "text": "hall"]],
                ],
            ])
        #expect(request.query == "and the hall" && request.options.maxTokens == 50)
        #expect(request.options.sampling.temperature == 1 && request.options.sampling.seed == 7)
        #expect(request.history.map(\.role) == [.system, .user, .assistant, .user])
        #expect(request.history[2].content == #"{"name": "lights_off", "arguments": {"room": "bath"}}"#)
        #expect(request.history[3].content.contains("done"))
    }

    /// The law behind it: the same words make the same prompt, the same grammar and the same call.
    @Test(arguments: ["lights off in the bath", "play", "please turn the lights off", "关灯"])
    func bothRoutesAskTheModelTheSame(query: String) async throws {
        let server = try await TinyServer(["calling.choosing": "greedy", "calling.max_tokens": "60"])
        let body: JSONValue = ["messages": Self.user(query), "tools": Self.tools, "max_tokens": 60]
        let chat = try await server.ask("POST", "/v1/chat/completions", body: body.text())
        let own = try await server.ask(
            "POST", "/v1/functioncall",
            body: JSONValue.object(["query": .string(query), "functions": Self.tools, "retriever": "all"]).text())
        let message = try JSONValue(parsing: chat.text)["choices"]?.arrayValue?.first?["message"]
        let call = try JSONValue(parsing: own.text)["calls"]?.arrayValue?.first
        let called = message?["tool_calls"]?.arrayValue?.first?["function"]
        #expect(chat.status == 200 && own.status == 200, "\(chat.text) \(own.text)")
        #expect(call != nil && called?["name"] == call?["function"])
        #expect(try JSONValue(parsing: called?["arguments"]?.stringValue ?? "") == call?["parameters"])
        await server.running.stop()
    }

    static let faults: [(JSONValue, param: String, says: String)] = [
        (
            [
                "type": "function",
                "function": ["name": "f", "parameters": ["type": "object", "properties": ["a": ["not": [:]]]]],
            ],
            "tools", "function f: parameters/properties/a"
        ),
        (
            ["type": "function", "function": ["name": "no_appropriate_function"]], "tools", "kept for an outcome"
        ),
    ]
    @Test(arguments: faults) func namesTheChatsOwnField(tool: JSONValue, param: String, says: String) async throws {
        let server = try await TinyServer()
        let body: JSONValue = ["messages": Self.user("x"), "tools": [tool], "max_tokens": 20]
        for streams in [false, true] {
            var body = body.objectValue ?? [:]
            body["stream"] = .bool(streams)
            let answer = try await server.ask("POST", "/v1/chat/completions", body: JSONValue.object(body).text())
            let error = try JSONValue(parsing: answer.text)["error"]
            #expect(answer.status == 400 && error?["param"]?.stringValue == param, "\(answer.text)")
            #expect(error?["message"]?.stringValue?.contains(says) == true, "\(answer.text)")
        }
        await server.running.stop()
    }

    /// A stream tells calls when they are decided: id, type and name once, then the arguments.
    @Test func aStreamTellsWhatTheWholeAnswerSays() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy", "calling.max_tokens": "60"])
        let body: JSONValue = [
            "messages": Self.user("lights off"), "tools": Self.tools, "tool_choice": "required", "stream": true,
            "max_tokens": 60,
        ]
        let answer = try await server.ask("POST", "/v1/chat/completions", body: body.text())
        let chunks = answer.text.replacing("\r\n", with: "\n").split(separator: "\n").filter { $0.hasPrefix("data: {") }
            .compactMap { try? JSONValue(parsing: String($0.dropFirst(6))) }
        let choices = chunks.compactMap { $0["choices"]?.arrayValue?.first }
        let deltas = choices.compactMap { $0["delta"]?["tool_calls"]?.arrayValue?.first }
        #expect(choices.first?["delta"] == ["role": "assistant", "content": nil], "\(answer.text)")
        #expect(deltas.count == 2 && deltas.first?["function"]?["arguments"] == "")
        #expect(deltas.first?["id"]?.stringValue?.hasPrefix("call_") == true && deltas.last?["id"] == nil)
        #expect(choices.last?["finish_reason"] == "tool_calls" && answer.text.contains("[DONE]"))
        await server.running.stop()
    }

    /// After a tool's answer, and where no tool may be used, the user gets a text.
    @Test func textWhereNoCallMayBeMade() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy"])
        let called: JSONValue = [
            ["role": "user", "content": "lights off"],
            [
                "role": "assistant", "content": nil,
                "tool_calls": [["id": "c", "type": "function", "function": ["name": "play", "arguments": "{}"]]],
            ], ["role": "tool", "tool_call_id": "c", "content": "done"],
        ]
        for (messages, choice): (JSONValue, JSONValue) in [(called, "auto"), (Self.user("lights off"), "none")] {
            let body: JSONValue = [
                "messages": messages, "tools": Self.tools, "tool_choice": choice, "max_tokens": 5,
            ]
            let answer = try await server.ask("POST", "/v1/chat/completions", body: body.text())
            let message = try JSONValue(parsing: answer.text)["choices"]?.arrayValue?.first?["message"]
            #expect(message?["content"]?.stringValue?.isEmpty == false && message?["tool_calls"] == nil)
        }
        await server.running.stop()
    }
}
