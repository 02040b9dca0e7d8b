import ModelFiles

extension TokenizerDescription {
    /// A token for each byte, the two markers of ChatML, and ids without a token up to `vocabularySize`: for weights that
    /// have no tokenizer.
    public static func bytes(vocabularySize: Int) -> TokenizerDescription {
        let markers = ["<|im_start|>", "<|im_end|>"]
        let bytes = ByteAlphabet.scalars.map { String($0) }
        let padding = max(0, vocabularySize - bytes.count - markers.count)
        return TokenizerDescription(
            tokens: bytes + markers + Array(repeating: "", count: padding), merges: [],
            specialTokens: [markers[0]: 256, markers[1]: 257], preTokenizer: .qwen2, normalizesNFC: false,
            chatTemplate: plainChatML, endOfText: [257])
    }

    private static let plainChatML = """
        {% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + \
        '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
        """
}
