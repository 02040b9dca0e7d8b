import Documents

/// Chats that are valid requests, for the document and for its tests.
package enum ChatExamples {
    /// All of them, by name.
    static func all(model: String) -> [(String, JSONValue)] {
        [
            (
                "text",
                ["model": .string(model), "messages": [["role": "user", "content": "Say hello."]], "max_tokens": 16]
            ),
            (
                "tools",
                [
                    "model": .string(model), "messages": [["role": "user", "content": "What's the weather in Paris?"]],
                    "tools": [weather], "tool_choice": "auto",
                ]
            ),
            (
                "parallelCalls",
                [
                    "messages": [["role": "user", "content": "Weather in Tokyo and in Berlin please"]],
                    "tools": [weather], "tool_choice": "required", "parallel_tool_calls": true,
                ]
            ),
            ("toolAnswer", toolAnswer),
            (
                "jsonSchema",
                [
                    "messages": [
                        ["role": "user", "content": [["type": "text", "text": "Name a colour and a number."]]]
                    ],
                    "response_format": [
                        "type": "json_schema",
                        "json_schema": [
                            "name": "pair", "strict": true,
                            "schema": pair,
                        ],
                    ],
                ]
            ),
            (
                "stream",
                [
                    "messages": [["role": "user", "content": "Count to three."]], "max_tokens": 16, "stream": true,
                    "stream_options": ["include_usage": true], "logprobs": true, "top_logprobs": 2,
                ]
            ),
        ]
    }

    /// What an answer of an example is shaped to.
    package static let pair: JSONValue = [
        "type": "object",
        "properties": [
            "colour": ["enum": ["red", "green", "blue"]], "number": ["type": "integer", "minimum": 1, "maximum": 9],
        ],
        "required": ["colour", "number"], "additionalProperties": false,
    ]

    private static let weather: JSONValue = [
        "type": "function",
        "function": [
            "name": "get_weather", "description": "Get the current weather in a city",
            "parameters": [
                "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"],
                "additionalProperties": false,
            ],
        ],
    ]

    private static let toolAnswer: JSONValue = [
        "messages": [
            ["role": "user", "content": "What's the weather in Paris?"],
            [
                "role": "assistant", "content": nil,
                "tool_calls": [
                    [
                        "id": "call_1", "type": "function",
                        "function": ["name": "get_weather", "arguments": #"{"city": "Paris"}"#],
                    ]
                ],
            ],
            ["role": "tool", "tool_call_id": "call_1", "content": #"{"celsius": 12, "sky": "rain"}"#],
        ],
        "tools": [weather], "max_tokens": 48, "temperature": 0,
    ]
}
