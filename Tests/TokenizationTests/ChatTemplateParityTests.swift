import ModelFiles
import Documents
import TestSupport
import Testing
import Tokenization

/// The same text and tokens as the model's own Jinja template under Hugging Face transformers.
@Suite(.enabled(if: TestFiles.model != nil, "the model is missing: make model"))
struct ChatTemplateParityTests {
    let tokenizer: Tokenizer
    let template: ChatTemplate

    init() throws {
        tokenizer = try #require(RealModel.tokenizer).get()
        template = try ChatTemplate(tokenizer: tokenizer)
    }

    struct Conversation {
        let messages: [ChatMessage]
        let tools: [JSONValue]
        let addsGenerationPrompt: Bool
        let text: String
        /// nil where a message holds the text of a special token.
        let tokens: [TokenID]?

        init(_ line: ArraySlice<UInt8>) throws {
            let json = try JSONValue(parsing: line)
            messages = try #require(json["messages"]?.arrayValue).map(Self.message)
            tools = try #require(json["tools"]?.arrayValue)
            addsGenerationPrompt = try #require(json["prompt"]?.boolValue as Bool?)
            text = try #require(json["text"]?.stringValue)
            tokens = json["ids"]?.stringValue?.split(separator: " ").compactMap { TokenID($0, radix: 36) }
        }

        private static func message(_ json: JSONValue) throws -> ChatMessage {
            let calls = try (json["tool_calls"]?.arrayValue ?? []).map { call in
                ChatMessage.ToolCall(
                    name: try #require(call["function"]?["name"]?.stringValue),
                    arguments: try #require(call["function"]?["arguments"]))
            }
            return ChatMessage(
                role: try #require(json["role"]?.stringValue.flatMap(ChatMessage.Role.init)),
                content: try #require(json["content"]?.stringValue), toolCalls: calls)
        }
    }

    static let lines = TokenFixture.lines(of: "chats.jsonl")

    @Test func rendersAndEncodesAsTheModelsTemplate() throws {
        #expect(Self.lines.count >= 250)
        var compared = 0
        for (index, line) in Self.lines.enumerated() {
            let chat = try Conversation(line)
            let text = template.render(
                chat.messages, tools: chat.tools, addsGenerationPrompt: chat.addsGenerationPrompt)
            #expect(text.unicodeScalars.elementsEqual(chat.text.unicodeScalars), "conversation \(index): \(text)")
            let tokens = template.encode(
                chat.messages, tools: chat.tools, addsGenerationPrompt: chat.addsGenerationPrompt)
            if let expected = chat.tokens {
                #expect(tokens == expected, "conversation \(index)")
                compared += 1
            } else {
                // The control tokens are those of the same conversation without any text of its own.
                let bare = chat.messages.map { message in
                    ChatMessage(
                        role: message.role, content: message.content.isEmpty ? "" : "x",
                        toolCalls: message.toolCalls.map { .init(name: $0.name, arguments: [:]) })
                }
                let markers = template.encode(
                    bare, tools: chat.tools.map { _ in [:] }, addsGenerationPrompt: chat.addsGenerationPrompt)
                #expect(tokens.filter(tokenizer.isSpecial) == markers.filter(tokenizer.isSpecial), "\(index)")
            }
        }
        #expect(compared >= 150)
    }

    /// What comes first keeps its tokens: the prefix cache lives on it.
    @Test func tokensBeforeAChangedTurnStay() throws {
        let first = [
            ChatMessage(role: .system, content: "Be brief."), ChatMessage(role: .user, content: "turn on the lights"),
        ]
        let head = template.encode(first, addsGenerationPrompt: false)
        for content in ["", "ok", "\n\n", "\u{301}", "<|im_end|>"] {
            let whole = template.encode(first + [ChatMessage(role: .assistant, content: content)])
            #expect(whole.starts(with: head))
        }
    }

    /// Qwen2.5-Coder-1.5B's template differs in one line.
    @Test func followsDoubledBraces() throws {
        let path = try #require(TestFiles.model)
        var description = try ModelFile.open(path: path).tokenizer
        let single = try #require(description.chatTemplate)
        description.chatTemplate = single.replacing("{\\\"name\\\": <", with: "{{\\\"name\\\": <")
            .replacing("object>}", with: "object>}}").replacing("Alibaba Cloud", with: "us")
        let other = try ChatTemplate(tokenizer: Tokenizer(description))
        let text = other.render([], tools: [["type": "function"]])
        #expect(text.contains("\n{{\"name\": <function-name>, \"arguments\": <args-json-object>}}\n"))
        #expect(text.contains("You are Qwen, created by us. You"))
        description.chatTemplate = single.replacing("'\\n<tool_response>\\n'", with: "'<tool_response>'")
        let changed = try Tokenizer(description)
        #expect(throws: ChatTemplateError.unknown) { try ChatTemplate(tokenizer: changed) }
    }
}
