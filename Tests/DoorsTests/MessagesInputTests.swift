import Documents
import Doors
import Functions
import Inference
import OrderedCollections
import Service
import Testing
import Tokenization

/// Messages of Anthropic's API as the turns of a chat.
@Suite struct MessagesInputTests {
    typealias Turn = ResponsesInputTests.Turn

    static func user(_ content: JSONValue) -> JSONValue { ["role": "user", "content": content] }
    static func assistant(_ content: JSONValue) -> JSONValue { ["role": "assistant", "content": content] }
    static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text), "cache_control": .null] }
    static func call(_ id: String, _ name: String, _ input: JSONValue = [:]) -> JSONValue {
        ["type": "tool_use", "id": .string(id), "name": .string(name), "input": input]
    }
    static func result(_ id: String, _ more: JSONObject = [:]) -> JSONValue {
        let block: JSONObject = ["type": "tool_result", "tool_use_id": .string(id)]
        return .object(block.merging(more) { $1 })
    }

    static let table: [(JSONObject, [Turn])] = [
        (["messages": [user("a")]], [(.user, "a", [])]),
        (["messages": [user([text("a"), text("b")])]], [(.user, "a\nb", [])]),
        (["system": "be kind", "messages": [user("a")]], [(.system, "be kind", []), (.user, "a", [])]),
        (
            ["system": [text("be"), text("kind")], "messages": [user("a")]],
            [(.system, "be\nkind", []), (.user, "a", [])]
        ),
        (["system": [], "messages": [user("a")]], [(.system, "", []), (.user, "a", [])]),
        (
            ["messages": [user("a"), assistant("b"), user("c")]],
            [(.user, "a", []), (.assistant, "b", []), (.user, "c", [])]
        ),
        (
            ["messages": [user("a"), user([text("b")]), assistant("c"), assistant("d"), user("e")]],
            [(.user, "a\nb", []), (.assistant, "c\nd", []), (.user, "e", [])]
        ),
        (
            ["messages": [user("a"), ["role": "system", "content": "s"], user("b")]],
            [(.user, "a", []), (.system, "s", []), (.user, "b", [])]
        ),
        (
            [
                "messages": [
                    user("a"), assistant([["type": "thinking", "thinking": "hm", "signature": "s"], text("b")]),
                    user("c"), assistant([["type": "redacted_thinking", "data": "d"]]), user("e"),
                ]
            ], [(.user, "a", []), (.assistant, "b", []), (.user, "c\ne", [])]
        ),
        (
            ["messages": [user("a"), assistant([call("1", "f", ["x": 1])]), user([result("1", ["content": "r"])])]],
            [(.user, "a", []), (.assistant, "", [#"f{"x":1}"#]), (.tool, "r", [])]
        ),
        (
            [
                "messages": [
                    user("a"), assistant([text("I look"), call("1", "f"), call("2", "g")]),
                    user([result("1", ["content": [text("r"), text("s")]]), result("2"), text("and?")]),
                ]
            ],
            [
                (.user, "a", []), (.assistant, "I look", ["f{}", "g{}"]), (.tool, "r\ns", []), (.tool, "", []),
                (.user, "and?", []),
            ]
        ),
        (
            [
                "messages": [
                    user("a"), assistant([call("1", "f")]), user([result("1", ["content": "no", "is_error": true])]),
                    assistant([call("2", "f")]), user([result("2", ["content": "yes", "is_error": false])]),
                ]
            ],
            [
                (.user, "a", []), (.assistant, "", ["f{}"]), (.tool, "Error: no", []), (.assistant, "", ["f{}"]),
                (.tool, "yes", []),
            ]
        ),
    ]

    static func chat(_ more: JSONObject) throws -> ChatRequest {
        let body: JSONObject = ["max_tokens": 9, "messages": [user("x")]]
        return try MessagesRequest(.object(body.merging(more) { $1 }), model: "m").chat
    }

    @Test func messagesBecomeTurns() throws {
        for (body, turns) in Self.table {
            let messages = try Self.chat(body).messages
            #expect(messages.map(\.role) == turns.map(\.role), "\(body)")
            #expect(messages.map(\.content) == turns.map(\.text), "\(body)")
            #expect(
                messages.map { $0.toolCalls.map { $0.name + $0.arguments.text() } } == turns.map(\.calls), "\(body)")
        }
    }

    private static let tools: JSONValue = [
        ["name": "f", "input_schema": ["type": "object", "properties": ["a": ["type": "string"]]], "strict": true],
        ["type": "custom", "name": "g", "description": "does g", "input_schema": [:], "cache_control": [:]],
    ]
    /// `tool_choice`, what it comes to, and the tools that are left.
    static let choices: [(JSONValue, ToolChoice, [String])] = [
        (.null, .auto, ["f", "g"]), (["type": "auto"], .auto, ["f", "g"]), (["type": "any"], .required, ["f", "g"]),
        (["type": "none"], .none, ["f", "g"]), (["type": "tool", "name": "g"], .named("g"), ["g"]),
    ]

    @Test func toolsHaveSchemasAndChoicesAreObjects() throws {
        for (value, choice, names) in Self.choices {
            let chat = try Self.chat(["tools": Self.tools, "tool_choice": value])
            #expect(chat.choice == choice && chat.tools.map(\.name) == names, "\(value)")
            #expect(chat.allowsParallelCalls)
        }
        let chat = try Self.chat(["tools": Self.tools])
        #expect(chat.tools[0].definition.parameters["properties"] == ["a": ["type": "string"]])
        #expect(chat.tools[1].definition.description == "does g")
        #expect(chat.tools[1].definition.parameters["type"] == "object")
        let one = try Self.chat([
            "tools": Self.tools, "tool_choice": ["type": "any", "disable_parallel_tool_use": true],
        ])
        #expect(!one.allowsParallelCalls && one.choice == .required)
    }

    @Test func theRestIsAChats() throws {
        let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "string"]]]
        let chat = try Self.chat([
            "max_tokens": 7, "stop_sequences": ["b", "c"], "temperature": 0.5, "top_p": 0.25, "top_k": 3,
            "stream": true,
            "priority": 4, "output_config": ["format": ["type": "json_schema", "schema": schema], "effort": "low"],
        ])
        #expect(chat.end.maxTokens == 7 && chat.end.stop == ["b", "c"] && chat.streams && chat.priority == 4)
        #expect(chat.sampling.temperature == 0.5 && chat.sampling.topP == 0.25 && chat.sampling.topK == 3)
        #expect(chat.format.schema == schema && chat.model == "m")
        let plain = try Self.chat([:])
        #expect(plain.end.stop.isEmpty && !plain.streams && plain.format == .text && plain.choice == .none)
        #expect(plain.sampling.temperature == 0.7 && plain.callSampling.temperature == 0)
        #expect(throws: Never.self) {
            try MessagesRequest(["messages": [Self.user("x")]], model: "m", isCounted: true)
        }
    }
}
