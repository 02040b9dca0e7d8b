import Documents
import Foundation
import OrderedCollections

/// tokenizer.json (format of the `tokenizers` library), else vocab.txt and tokenizer_config.json.
enum WordPieceReader {
    static func description(folder: String) throws(ModelFileError) -> WordPieceDescription {
        if let file = try JSONFile(optional: "tokenizer.json", folder: folder) { return try description(file) }
        guard FileManager.default.fileExists(atPath: folder + "/vocab.txt") else {
            throw .notAModel(path: folder, reason: "the folder has neither tokenizer.json nor vocab.txt")
        }
        return try description(vocabulary: folder + "/vocab.txt", folder: folder)
    }

    // MARK: tokenizer.json

    private static func description(_ file: JSONFile) throws(ModelFileError) -> WordPieceDescription {
        let type = try file.optionalString("model.type") ?? "unnamed"
        guard type == "WordPiece" else { throw .unsupported(path: file.path, what: "an encoder's tokenizer '\(type)'") }
        guard let members = file["model.vocab"]?.objectValue else {
            throw file.wrong("model.vocab", "an object of tokens and ids")
        }
        var tokens = [String](repeating: "", count: members.count)
        for (token, id) in members { try put(token, id.intValue, into: &tokens, file) }
        let special = try specialTokens(file, into: &tokens)
        let ends = try beginAndEnd(file, special)
        let unknown = try file.optionalString("model.unk_token") ?? "[UNK]"
        var description = WordPieceDescription(
            tokens: tokens, specialTokens: special, unknown: try id(unknown, in: tokens, path: file.path),
            begin: ends.begin, end: ends.end)
        description.continuation = try file.optionalString("model.continuing_subword_prefix") ?? "##"
        description.longestWord = try file.optionalInt("model.max_input_chars_per_word") ?? 100
        try readNormalizer(file, into: &description)
        guard file["pre_tokenizer"]?["type"]?.stringValue == "BertPreTokenizer" else {
            throw .unsupported(path: file.path, what: "an encoder's pre-tokenizer other than BertPreTokenizer")
        }
        return description
    }

    /// Puts a token at its id; two tokens with one id are an error.
    private static func put(
        _ token: String, _ id: Int?, into tokens: inout [String], _ file: JSONFile
    ) throws(ModelFileError) {
        guard let id, id >= 0, id < tokens.count * 2 + 4096 else {
            throw file.wrong("the id of token '\(token)'", "a number below \(tokens.count * 2 + 4096)")
        }
        if id >= tokens.count { tokens += Array(repeating: "", count: id + 1 - tokens.count) }
        guard tokens[id].isEmpty else { throw .damaged(path: file.path, .duplicate(what: "token id \(id)")) }
        tokens[id] = token
    }

    /// Special tokens with their ids.
    private static func specialTokens(
        _ file: JSONFile, into tokens: inout [String]
    ) throws(ModelFileError) -> [String: Int32] {
        var special: [String: Int32] = [:]
        for (index, entry) in (try file.optional("added_tokens", "an array", \.arrayValue) ?? []).enumerated() {
            guard let text = entry["content"]?.stringValue, !text.isEmpty, let id = entry["id"]?.intValue else {
                throw file.wrong("added_tokens[\(index)]", "an object with content and id")
            }
            for key in ["normalized", "single_word", "lstrip", "rstrip"] where entry[key]?.boolValue == true {
                throw .unsupported(path: file.path, what: "the added token '\(text)' with \(key)")
            }
            if !(tokens.indices.contains(id) && tokens[id] == text) { try put(text, id, into: &tokens, file) }
            special[text] = Int32(id)  // within the table
        }
        return special
    }

    /// `[CLS] $A [SEP]` of the post-processor.
    private static func beginAndEnd(
        _ file: JSONFile, _ special: [String: Int32]
    ) throws(ModelFileError) -> (begin: Int32, end: Int32) {
        guard let processor = file["post_processor"] else {
            throw .unsupported(path: file.path, what: "an encoder's tokenizer without a post-processor")
        }
        var names: [String?] = []
        switch processor["type"]?.stringValue {
        case "BertProcessing":
            names = ["cls", "sep"].map { processor[$0]?.arrayValue?.first?.stringValue }
        case "TemplateProcessing":
            let parts = processor["single"]?.arrayValue ?? []
            guard parts.count == 3, parts[1]["Sequence"] != nil else { break }
            names = [parts[0], parts[2]].map { $0["SpecialToken"]?["id"]?.stringValue }
        default: break
        }
        guard names.count == 2, let begin = names[0].flatMap({ special[$0] }),
            let end = names[1].flatMap({ special[$0] })
        else { throw .unsupported(path: file.path, what: "a post-processor other than [CLS] text [SEP]") }
        return (begin, end)
    }

    /// Lower case, accents and Chinese characters, as the file's normaliser says.
    private static func readNormalizer(
        _ file: JSONFile, into description: inout WordPieceDescription
    ) throws(ModelFileError) {
        guard file["normalizer"]?["type"]?.stringValue == "BertNormalizer" else {
            throw .unsupported(path: file.path, what: "an encoder's normalizer other than BertNormalizer")
        }
        description.cleansText = try file.optionalBool("normalizer.clean_text") ?? true
        description.separatesIdeographs = try file.optionalBool("normalizer.handle_chinese_chars") ?? true
        description.lowercases = try file.optionalBool("normalizer.lowercase") ?? true
        description.stripsAccents = try file.optionalBool("normalizer.strip_accents") ?? description.lowercases
    }

    // MARK: vocab.txt

    /// One token a line; the number of the line is the id.
    private static func description(
        vocabulary path: String, folder: String
    ) throws(ModelFileError) -> WordPieceDescription {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .damaged(path: path, .notText(what: "the vocabulary"))
        }
        // By bytes: "\r\n" is one Character.
        var tokens = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self)
        }
        if tokens.last == "" { tokens.removeLast() }
        var special: [String: Int32] = [:]
        for name in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] {
            if let index = tokens.firstIndex(of: name) { special[name] = Int32(index) }
        }
        var description = WordPieceDescription(
            tokens: tokens, specialTokens: special, unknown: try id("[UNK]", in: tokens, path: path),
            begin: try id("[CLS]", in: tokens, path: path), end: try id("[SEP]", in: tokens, path: path))
        if let settings = try JSONFile(optional: "tokenizer_config.json", folder: folder) {
            description.lowercases = try settings.optionalBool("do_lower_case") ?? true
            description.separatesIdeographs = try settings.optionalBool("tokenize_chinese_chars") ?? true
            description.stripsAccents = try settings.optionalBool("strip_accents") ?? description.lowercases
        }
        return description
    }

    /// The id of a token that must be there.
    private static func id(_ token: String, in tokens: [String], path: String) throws(ModelFileError) -> Int32 {
        guard let index = tokens.firstIndex(of: token), let id = Int32(exactly: index) else {
            throw .damaged(path: path, .missing(key: "the token \(token)"))
        }
        return id
    }
}
