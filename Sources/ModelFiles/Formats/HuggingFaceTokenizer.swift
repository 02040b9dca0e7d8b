import Documents
import Foundation
import OrderedCollections

/// tokenizer.json (format of the `tokenizers` library) and what stands beside it, as a description.
enum HuggingFaceTokenizer {
    static func description(folder: String, config: JSONFile) throws(ModelFileError) -> TokenizerDescription {
        let file = try JSONFile(folder: folder, name: "tokenizer.json")
        let settings = try JSONFile(optional: "tokenizer_config.json", folder: folder)
        let generation = try JSONFile(optional: "generation_config.json", folder: folder)
        try checkModel(file)
        let (tokens, special) = try vocabulary(file)
        var declared: [Int32] = []
        for source in [generation, config].compactMap({ $0 }) { declared += try ids("eos_token_id", source) }
        if let settings, let text = try tokenText("eos_token", settings), let id = special[text] { declared.append(id) }
        var begin = try ids("bos_token_id", config).first
        if let settings, let text = try tokenText("bos_token", settings), let id = special[text] { begin = id }
        return TokenizerDescription(
            tokens: tokens, merges: try merges(file), specialTokens: special,
            preTokenizer: try preTokenizer(file), normalizesNFC: try normalizesNFC(file),
            chatTemplate: try chatTemplate(folder: folder, settings: settings),
            beginOfText: begin,
            addsBeginOfText: try settings?.optionalBool("add_bos_token") ?? false,
            endOfText: TokenizerDescription.ends(declared: declared, specialTokens: special))
    }

    /// Refuses models other than byte-level BPE, and options that would change tokens.
    private static func checkModel(_ file: JSONFile) throws(ModelFileError) {
        let type = try file.optionalString("model.type") ?? "BPE"
        guard type == "BPE" else { throw .unsupported(path: file.path, what: "the tokenizer is '\(type)'") }
        for key in ["model.byte_fallback", "model.ignore_merges"] where try file.optionalBool(key) == true {
            throw .unsupported(path: file.path, what: "a tokenizer with \(key)")
        }
        for key in ["model.continuing_subword_prefix", "model.end_of_word_suffix"] {
            guard (try file.optionalString(key) ?? "").isEmpty else {
                throw .unsupported(path: file.path, what: "a tokenizer with \(key)")
            }
        }
    }

    /// More than any vocabulary known; bounds the table of a file that claims a huge id.
    private static let largestID = 1 << 24

    /// Tokens by id, with the added ones.
    private static func vocabulary(
        _ file: JSONFile
    ) throws(ModelFileError) -> (tokens: [String], special: [String: Int32]) {
        guard let vocabulary = file["model.vocab"]?.objectValue else {
            throw file.wrong("model.vocab", "an object of tokens and ids")
        }
        let added = try file.optional("added_tokens", "an array", \.arrayValue) ?? []
        // Ids are dense but for a few: a table much longer than the number of tokens is a lie.
        let limit = min(largestID, (vocabulary.count + added.count) * 2 + 4096)
        var tokens = [String?](repeating: nil, count: vocabulary.count)
        for (token, id) in vocabulary {
            try put(token, id.intValue, into: &tokens, limit: limit, file)
        }
        var special: [String: Int32] = [:]
        for (index, entry) in added.enumerated() {
            guard let text = entry["content"]?.stringValue, !text.isEmpty, let id = entry["id"]?.intValue else {
                throw file.wrong("added_tokens[\(index)]", "an object with content and id")
            }
            if !(tokens.indices.contains(id) && tokens[id] == text) {
                try put(text, id, into: &tokens, limit: limit, file)
            }
            special[text] = Int32(id)  // below largestID
        }
        return (tokens.map { $0 ?? "" }, special)
    }

    /// Puts a token at its id; two tokens with one id are an error.
    private static func put(
        _ token: String, _ id: Int?, into tokens: inout [String?], limit: Int, _ file: JSONFile
    ) throws(ModelFileError) {
        guard let id, id >= 0, id < limit else {
            throw file.wrong("the id of token '\(token)'", "a number in 0..<\(limit)")
        }
        if id >= tokens.count { tokens += Array(repeating: nil, count: id + 1 - tokens.count) }
        guard tokens[id] == nil else { throw .damaged(path: file.path, .duplicate(what: "token id \(id)")) }
        tokens[id] = token
    }

    /// Each is `"left right"`, or in newer files `["left", "right"]`.
    private static func merges(_ file: JSONFile) throws(ModelFileError) -> [(String, String)] {
        guard let entries = file["model.merges"]?.arrayValue else { throw file.wrong("model.merges", "an array") }
        var merges: [(String, String)] = []
        merges.reserveCapacity(entries.count)
        for (rank, entry) in entries.enumerated() {
            switch entry {
            case .string(let text):
                let parts = text.split(separator: " ", omittingEmptySubsequences: false)
                if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty {
                    merges.append((String(parts[0]), String(parts[1])))
                }
            case .array(let parts) where parts.count == 2:
                if let left = parts[0].stringValue, let right = parts[1].stringValue, !left.isEmpty, !right.isEmpty {
                    merges.append((left, right))
                }
            default: break
            }
            guard merges.count == rank + 1 else { throw file.wrong("model.merges[\(rank)]", "a pair of tokens") }
        }
        return merges
    }

    /// Whether texts are brought into normalisation form C first.
    private static func normalizesNFC(_ file: JSONFile) throws(ModelFileError) -> Bool {
        guard let normalizer = file["normalizer"] else { return false }
        let parts = normalizer["normalizers"]?.arrayValue ?? [normalizer]
        guard parts.allSatisfy({ $0["type"]?.stringValue == "NFC" }) else {
            throw .unsupported(path: file.path, what: "the normalizer \(normalizer.text(.spaced).prefix(200))")
        }
        return !parts.isEmpty
    }

    /// The pattern of Qwen2 (transformers, `tokenization_qwen2.py`).
    static let qwen2Pattern =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"#
        + #"\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// The pre-tokeniser by the regular expression that the file has.
    private static func preTokenizer(_ file: JSONFile) throws(ModelFileError) -> TokenizerDescription.PreTokenizer {
        let whole = file["pre_tokenizer"] ?? .null
        let steps = whole["pretokenizers"]?.arrayValue ?? [whole]
        let kinds = steps.map { step -> String in
            switch step["type"]?.stringValue {
            case "ByteLevel" where step["add_prefix_space"]?.boolValue != true:
                step["use_regex"]?.boolValue == false ? "bytes" : "gpt2"
            case "Split"
            where step["pattern"]?["Regex"]?.stringValue == qwen2Pattern
                && step["behavior"]?.stringValue == "Isolated" && step["invert"]?.boolValue != true:
                "qwen2"
            case "Digits" where step["individual_digits"]?.boolValue == true: "digits"
            default: "?"
            }
        }
        switch kinds {
        case ["qwen2", "bytes"]: return .qwen2
        case ["gpt2"]: return .gpt2
        case ["digits", "gpt2"]: return .smollm
        default: throw .unsupported(path: file.path, what: "the pre-tokenizer \(whole.text(.spaced).prefix(300))")
        }
    }

    /// A token's text: a string, or an object with `content`; nil where absent.
    private static func tokenText(_ key: String, _ file: JSONFile) throws(ModelFileError) -> String? {
        try file.optional(key, "a token") { $0.stringValue ?? $0["content"]?.stringValue }
    }

    /// One id or an array of ids; empty where `key` is absent.
    private static func ids(_ key: String, _ file: JSONFile) throws(ModelFileError) -> [Int32] {
        guard let value = file[key] else { return [] }
        let numbers = (value.arrayValue ?? [value]).map { $0.intValue.flatMap(Int32.init(exactly:)) }
        guard !numbers.contains(nil) else { throw file.wrong(key, "a token id or an array of them") }
        return numbers.compactMap { $0 }
    }

    /// tokenizer_config.json's template (of several: the one named "default"), else chat_template.jinja.
    private static func chatTemplate(folder: String, settings: JSONFile?) throws(ModelFileError) -> String? {
        if let settings, let value = settings["chat_template"] {
            let named = value.arrayValue?.first { $0["name"]?.stringValue == "default" }?["template"]
            guard let text = (named ?? value).stringValue else { throw settings.wrong("chat_template", "a string") }
            return text
        }
        let path = folder + "/chat_template.jinja"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let file = try MappedFile(path: path)
        guard let text = withExtendedLifetime(file, { GGUFCursor.text(file.bytes) }) else {
            throw .damaged(path: path, .notText(what: "the template"))
        }
        return text
    }
}
