import ModelFiles

/// GPT-2's alphabet, a second time and by another way than the tokenizer's.
let byteAlphabet: [String] = {
    let printable = Array(UInt32(33)...126) + Array(161...172) + Array(174...255)
    var next: UInt32 = 255
    return (UInt32(0)..<256).map { byte in
        if printable.contains(byte) { return Unicode.Scalar(byte).map { String($0) } ?? "" }
        next += 1
        return Unicode.Scalar(next).map { String($0) } ?? ""
    }
}()

extension TokenizerDescription {
    /// Every byte is its own token, with the byte as id.
    static let bytesOnly = TokenizerDescription(merges: [])

    /// The bytes, then `lo`, `low`, `er`, ` low`, `lower`, `newest`'s parts; an unused id; three special tokens.
    static let small = TokenizerDescription(
        merges: [
            ("l", "o"), ("lo", "w"), ("e", "r"), ("Ġ", "low"), ("low", "er"), ("e", "s"), ("es", "t"), ("a", "a"),
        ],
        unused: ["[PAD264]"], special: ["<|im_start|>", "<|im_end|>", "<|im_end|>!"])

    init(merges: [(String, String)], unused: [String] = [], special: [String] = []) {
        let tokens = byteAlphabet + merges.map { $0.0 + $0.1 } + unused
        self.init(
            tokens: tokens + special, merges: merges,
            specialTokens: Dictionary(
                uniqueKeysWithValues: special.enumerated().map { ($1, Int32(tokens.count + $0)) }),
            preTokenizer: .qwen2, normalizesNFC: true, chatTemplate: nil, beginOfText: nil, addsBeginOfText: false,
            endOfText: [])
    }
}
