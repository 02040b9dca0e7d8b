/// The answer in a conversation that a trainer sends as one text, special tokens and all.
public enum Completion {
    /// What follows the prompt, where the text begins with it; and of that the last turn of the assistant.
    public static func text(of query: String, prompt: String?) -> String {
        var query = query
        if let prompt, !prompt.isEmpty, query.utf8.starts(with: prompt.utf8) {
            query = String(decoding: query.utf8.dropFirst(prompt.utf8.count), as: UTF8.self)
        }
        return turn(of: TaggedText(query)).text
    }

    /// The last turn of the assistant without whitespace around it, up to the first sign of its end.
    static func turn(of text: TaggedText) -> TaggedText {
        markedTurn(of: text).before("<|endoftext|>").before("<|eot_id|>").stripped
    }

    /// The last turn of the assistant as ToolRL cuts it out: by ChatML's marks (Qwen), or where they stand by Llama 3's. A text
    /// without marks is a turn.
    static func markedTurn(of text: TaggedText) -> TaggedText {
        if text.contains("<|start_header_id|>assistant<|end_header_id|>") {
            return text.afterLast("<|start_header_id|>assistant<|end_header_id|>").before("<|eot_id|>").stripped
        }
        return text.afterLast("<|im_start|>assistant").before("<|im_end|>").stripped
    }
}
