import Documents
import Doors
import Functions
import Inference
import OrderedCollections
import Service
import Testing
import Tokenization

/// Items of the Responses API as the turns of a chat.
@Suite struct ResponsesInputTests {
    typealias Turn = (role: ChatMessage.Role, text: String, calls: [String])

    static let user: JSONValue = ["role": "user", "content": "a"]
    static func call(_ id: String, _ name: String, _ arguments: String = "{}") -> JSONValue {
        ["type": "function_call", "call_id": .string(id), "name": .string(name), "arguments": .string(arguments)]
    }
    static func output(_ id: String, _ value: JSONValue) -> JSONValue {
        ["type": "function_call_output", "call_id": .string(id), "output": value]
    }

    static let table: [(JSONObject, [Turn])] = [
        (["input": "a"], [(.user, "a", [])]),
        (["input": "a", "instructions": "be kind"], [(.system, "be kind", []), (.user, "a", [])]),
        (["input": [user]], [(.user, "a", [])]),
        (
            ["input": [["type": "message", "role": "developer", "content": "d"], user]],
            [(.system, "d", []), (.user, "a", [])]
        ),
        (
            [
                "input": [
                    [
                        "role": "user",
                        "content": [["type": "input_text", "text": "a"], ["type": "input_text", "text": "b"]],
                    ],
                    [
                        "type": "message", "id": "msg_1", "status": "completed", "role": "assistant",
                        "content": [
                            ["type": "output_text", "text": "c", "annotations": []],
                            ["type": "refusal", "refusal": "d"],
                        ],
                    ],
                ]
            ], [(.user, "ab", []), (.assistant, "cd", [])]
        ), (["input": [["type": "reasoning", "id": "rs_1", "summary": []], user]], [(.user, "a", [])]),
        (
            ["input": [user, call("1", "f", #"{"x": 1}"#), output("1", "r")]],
            [(.user, "a", []), (.assistant, "", [#"f{"x":1}"#]), (.tool, "r", [])]
        ),
        (
            [
                "input": [
                    user, call("1", "f"), call("2", "g", ""), output("1", "r"),
                    output("2", [["type": "input_text", "text": "s"]]),
                ]
            ],
            [(.user, "a", []), (.assistant, "", ["f{}", "g{}"]), (.tool, "r", []), (.tool, "s", [])]
        ),
        (
            [
                "input": [
                    user, ["role": "assistant", "content": "I look"], call("1", "f"), output("1", "r"), call("2", "f"),
                ]
            ],
            [(.user, "a", []), (.assistant, "I look", ["f{}"]), (.tool, "r", []), (.assistant, "", ["f{}"])]
        ),
    ]

    @Test func itemsBecomeTurns() throws {
        for (body, turns) in Self.table {
            let messages = try ResponsesRequest(.object(body), model: "m").chat.messages
            #expect(messages.map(\.role) == turns.map(\.role), "\(body)")
            #expect(messages.map(\.content) == turns.map(\.text), "\(body)")
            #expect(
                messages.map { $0.toolCalls.map { $0.name + $0.arguments.text() } } == turns.map(\.calls), "\(body)")
        }
    }

    private static let tools: JSONValue = [
        ["type": "function", "name": "f", "strict": true, "parameters": ["type": "object", "properties": [:]]],
        ["type": "function", "name": "g", "description": "does g"],
    ]
    /// `tool_choice`, what it comes to, and the tools that are left.
    static let choices: [(JSONValue, ToolChoice, [String])] = [
        (.null, .auto, ["f", "g"]), ("auto", .auto, ["f", "g"]), ("none", .none, ["f", "g"]),
        ("required", .required, ["f", "g"]), (["type": "function", "name": "g"], .named("g"), ["g"]),
        (
            ["type": "allowed_tools", "mode": "required", "tools": [["type": "function", "name": "f"]]], .required,
            ["f"]
        ), (["type": "allowed_tools", "mode": "auto", "tools": [["type": "function", "name": "g"]]], .auto, ["g"]),
        (["type": "allowed_tools", "mode": "auto", "tools": []], .none, []),
    ]

    @Test func toolsAndTheirChoiceAreFlat() throws {
        for (value, choice, names) in Self.choices {
            let chat = try ResponsesRequest(["input": "x", "tools": Self.tools, "tool_choice": value], model: "m").chat
            #expect(chat.choice == choice && chat.tools.map(\.name) == names, "\(value)")
        }
        let chat = try ResponsesRequest(["input": "x", "tools": Self.tools], model: "m").chat
        #expect(chat.tools[1].definition.description == "does g")
        #expect(chat.allowsParallelCalls && !chat.streams && chat.callSampling.temperature == 0)
    }

    @Test func theAnswerRepeatsTheRequest() throws {
        let echo = try ResponsesRequest(
            [
                "input": "x", "instructions": "i", "tools": Self.tools, "tool_choice": "required",
                "metadata": ["a": "b"],
                "temperature": 0.25, "parallel_tool_calls": false, "text": ["format": ["type": "json_object"]],
            ], model: "m"
        ).echo
        #expect(echo["instructions"] == "i" && echo["tools"] == Self.tools && echo["tool_choice"] == "required")
        #expect(echo["metadata"] == ["a": "b"] && echo["temperature"] == 0.25 && echo["parallel_tool_calls"] == false)
        #expect(echo["text"] == ["format": ["type": "json_object"]] && echo["store"] == false)
        let plain = try ResponsesRequest(["input": "x"], model: "m").echo
        #expect(plain["instructions"] == .null && plain["tools"] == [] && plain["tool_choice"] == "auto")
        #expect(plain["text"] == ["format": ["type": "text"]] && plain["metadata"] == [:])
    }
}
