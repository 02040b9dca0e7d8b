import OrderedCollections
import Documents

/// A byte-level BPE vocabulary as `tokenizer.json` and `tokenizer_config.json`.
struct HuggingFaceTokenizerWriter {
    private let description: TokenizerDescription

    init(_ description: TokenizerDescription) { self.description = description }

    var tokenizer: JSONValue {
        let special = description.specialTokens.sorted { $0.value < $1.value }
        let specialIDs = Set(special.map(\.value))
        var vocabulary: JSONObject = [:]
        for (id, token) in description.tokens.enumerated() where !token.isEmpty && !specialIDs.contains(Int32(id)) {
            vocabulary[token] = .integer(id)
        }
        return [
            "version": "1.0", "truncation": .null, "padding": .null,
            "added_tokens": .array(special.map { Self.added($0.key, id: $0.value) }),
            "normalizer": description.normalizesNFC ? ["type": "NFC"] : .null,
            "pre_tokenizer": preTokenizer, "post_processor": Self.byteLevel(usesPattern: false),
            "decoder": Self.byteLevel(usesPattern: false),
            "model": [
                "type": "BPE", "dropout": .null, "unk_token": .null, "continuing_subword_prefix": "",
                "end_of_word_suffix": "", "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
                "vocab": .object(vocabulary),
                "merges": .array(description.merges.map { [.string($0.0), .string($0.1)] }),
            ],
        ]
    }

    var settings: JSONValue {
        var members: JSONObject = [
            "tokenizer_class": description.preTokenizer == .qwen2 ? "Qwen2Tokenizer" : "GPT2Tokenizer",
            "add_prefix_space": false, "add_bos_token": .bool(description.addsBeginOfText),
            "clean_up_tokenization_spaces": false,
        ]
        members["chat_template"] = description.chatTemplate.map { .string($0) }
        members["eos_token"] = text(description.endOfText.first)
        members["bos_token"] = text(description.beginOfText)
        members["pad_token"] = description.specialTokens["<|endoftext|>"] == nil ? nil : "<|endoftext|>"
        return .object(members)
    }

    private func text(_ id: Int32?) -> JSONValue? {
        guard let id, description.tokens.indices.contains(Int(id)) else { return nil }
        return .string(description.tokens[Int(id)])
    }

    private static func added(_ text: String, id: Int32) -> JSONValue {
        [
            "id": .integer(Int(id)), "content": .string(text), "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true,
        ]
    }

    private var preTokenizer: JSONValue {
        switch description.preTokenizer {
        case .gpt2: return Self.byteLevel(usesPattern: true)
        case .smollm:
            let digits: JSONValue = ["type": "Digits", "individual_digits": true]
            return ["type": "Sequence", "pretokenizers": [digits, Self.byteLevel(usesPattern: true)]]
        case .qwen2:
            let split: JSONValue = [
                "type": "Split", "pattern": ["Regex": .string(HuggingFaceTokenizer.qwen2Pattern)],
                "behavior": "Isolated", "invert": false,
            ]
            return ["type": "Sequence", "pretokenizers": [split, Self.byteLevel(usesPattern: false)]]
        }
    }

    private static func byteLevel(usesPattern: Bool) -> JSONValue {
        ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": .bool(usesPattern)]
    }
}
