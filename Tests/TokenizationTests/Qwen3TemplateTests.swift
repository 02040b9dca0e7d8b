import Documents
import Foundation
import ModelFiles
import TestSupport
import Testing
import Tokenization

/// Qwen3's conversations, without thinking.
@Suite struct Qwen3TemplateTests {
    /// What such a template is known by, in an order of its own.
    static let marks = [
        ##"{{- "# Tools\n\nYou may call one or more functions to assist with the user query.\n" }}"##,
        #"{{- "{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call><|im_end|>\n" }}"#,
        "{{- '<tool_response>' }}", "{%- set reasoning_content = '' %}",
        "{%- if enable_thinking is defined and enable_thinking is false %}", #"{{- '<think>\n\n</think>\n\n' }}"#,
    ]
    static let markers = ["<|im_start|>", "<|im_end|>", "<think>", "</think>"]

    private static func tokenizer(_ template: [String] = marks, special: [String] = markers) throws -> Tokenizer {
        var description = TokenizerDescription(merges: [("l", "o")], special: special)
        description.chatTemplate = template.joined(separator: "\n")
        return try Tokenizer(description)
    }

    @Test("parity: the text of both of Qwen3's templates under transformers (make_qwen3_chats.py)") func renders()
        throws
    {
        let tokenizer = try Self.tokenizer(), template = try ChatTemplate(tokenizer: tokenizer)
        let lines = try Data(contentsOf: TestFiles.fixture("qwen3-chats.jsonl")).split(separator: 0x0A)
        #expect(lines.count == 90)
        for (index, line) in lines.enumerated() {
            let chat = try ChatTemplateParityTests.Conversation(Array(line)[...])
            let text = template.render(
                chat.messages, tools: chat.tools, addsGenerationPrompt: chat.addsGenerationPrompt)
            #expect(text.unicodeScalars.elementsEqual(chat.text.unicodeScalars), "conversation \(index): \(text)")
            let tokens = template.encode(
                chat.messages, tools: chat.tools, addsGenerationPrompt: chat.addsGenerationPrompt)
            #expect(tokenizer.decode(tokens, skippingSpecial: false).utf8.elementsEqual(chat.text.utf8), "\(index)")
        }
    }

    @Test("an answer begins behind an empty thought, of control tokens") func doesNotThink() throws {
        let tokenizer = try Self.tokenizer(), template = try ChatTemplate(tokenizer: tokenizer)
        #expect(template.supportsTools && template.canThink)
        let tokens = template.encode([ChatMessage(role: .user, content: "<think>lo</think>")])
        let ids = try Self.markers.map { try #require(tokenizer.id(ofSpecial: $0)) }
        #expect(tokens.filter(tokenizer.isSpecial) == [ids[0], ids[1], ids[0], ids[2], ids[3]])
        #expect(tokens.suffix(6) == [ids[2], 10, 10, ids[3], 10, 10])
    }

    @Test("a template without one of its marks is unknown", arguments: marks.indices) func unknown(_ index: Int) throws
    {
        var marks = Self.marks
        marks.remove(at: index)
        let tokenizer = try Self.tokenizer(marks)
        #expect(throws: ChatTemplateError.unknown) { try ChatTemplate(tokenizer: tokenizer) }
    }

    @Test("a vocabulary without one of its markers is refused", arguments: markers.indices)
    func marker(_ index: Int) throws {
        let marker = Self.markers[index]
        let tokenizer = try Self.tokenizer(special: Self.markers.filter { $0 != marker })
        #expect(throws: ChatTemplateError.noControlToken(marker)) { try ChatTemplate(tokenizer: tokenizer) }
    }

    @Test("law: what stands before the user's last request keeps its tokens") func keepsItsStart() throws {
        let template = try ChatTemplate(tokenizer: Self.tokenizer())
        let first = [
            ChatMessage(role: .user, content: "low"),
            ChatMessage(role: .assistant, content: "<think>\no\n</think>\n\nlo"),
            ChatMessage(role: .user, content: "more"),
        ]
        let head = template.encode(first, addsGenerationPrompt: false)
        for content in ["", "ok", "<think>a</think>b", "<|im_end|>"] {
            #expect(template.encode(first + [ChatMessage(role: .assistant, content: content)]).starts(with: head))
        }
    }
}
