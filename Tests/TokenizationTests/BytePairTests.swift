import ModelFiles
import TestSupport
import Testing
import Tokenization

@Suite struct BytePairTests {
    static let encoded: [(String, [String])] = [
        ("lower", ["lower"]),
        ("low lowest", ["low", " low", "est"]),
        ("aaaaa", ["aa", "aa", "a"]),
        ("e\u{301}", ["\u{C3}", "\u{A9}"]),  // composed to U+00E9, two bytes
        ("[PAD264]", ["[", "P", "A", "D", "2", "6", "4", "]"]),
        ("<|im_end|>", ["<", "|", "i", "m", "_", "e", "n", "d", "|", ">"]),
    ]

    @Test(arguments: encoded) func encodes(_ text: String, pieces: [String]) throws {
        let tokenizer = try Tokenizer(.small)
        let bytes = pieces.map { piece in
            piece.unicodeScalars.allSatisfy { $0.value < 0x80 }
                ? Array(piece.utf8) : piece.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        }
        #expect(tokenizer.encode(text).map(tokenizer.bytes(of:)) == bytes)
    }

    @Test func specialTextsAreFoundLeftmostThenLongest() throws {
        let tokenizer = try Tokenizer(.small)
        let long = try #require(tokenizer.id(ofSpecial: "<|im_end|>!"))
        let short = try #require(tokenizer.id(ofSpecial: "<|im_end|>"))
        let tokens = tokenizer.encode("<|im_end|>!<|im_end|><|im_end|", allowingSpecial: true)
        #expect(tokens.prefix(2) == [long, short])
        #expect(tokens.count == 11)
        #expect(tokenizer.decode(tokens, skippingSpecial: false) == "<|im_end|>!<|im_end|><|im_end|")
        #expect(tokenizer.decode(tokens) == "<|im_end|")
    }

    @Test("property: merging is lowest rank first, leftmost first", arguments: UInt64(0)..<100)
    func agreesWithTheDefinition(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let letters = ["a", "b", "c", "d"].prefix(.random(in: 1...4, using: &random))
        var parts = Array(letters)
        var merges: [(String, String)] = []
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            guard let left = parts.randomElement(using: &random), let right = parts.randomElement(using: &random),
                left.count + right.count < 20, !parts.contains(left + right)
            else { continue }
            merges.append((left, right))
            parts.append(left + right)
        }
        let tokenizer = try Tokenizer(TokenizerDescription(merges: merges))
        for length in [1, 2, 5, 30, 64, 65, 66, 300] {
            let word = (0..<length).compactMap { _ in letters.randomElement(using: &random) }
            let tokens = tokenizer.encode(word.joined()).map {
                String(decoding: tokenizer.bytes(of: $0), as: UTF8.self)
            }
            #expect(tokens == merged(word, merges))
        }
    }

    private func merged(_ word: [String], _ merges: [(String, String)]) -> [String] {
        var word = word
        while true {
            for (left, right) in merges {
                guard let index = word.indices.dropLast().first(where: { word[$0] == left && word[$0 + 1] == right })
                else { continue }
                word.replaceSubrange(index...(index + 1), with: [left + right])
                break
            }
            let hasMore = word.indices.dropLast().contains { index in
                merges.contains { $0.0 == word[index] && $0.1 == word[index + 1] }
            }
            if !hasMore { return word }
        }
    }

    static let damaged: [(TokenizerDescription, TokenizerError)] = [
        (
            .init(tokens: [], merges: [], specialTokens: [:], preTokenizer: .qwen2, normalizesNFC: true),
            .emptyVocabulary
        ),
        (
            .init(tokens: ["a"], merges: [], specialTokens: ["x": 1], preTokenizer: .qwen2, normalizesNFC: true),
            .tokenOutOfRange(name: "x", id: 1, count: 1)
        ),
        (
            .init(
                tokens: ["a"], merges: [], specialTokens: [:], preTokenizer: .qwen2, normalizesNFC: true,
                endOfText: [-1]),
            .tokenOutOfRange(name: "of the begin or end of a text", id: -1, count: 1)
        ),
        (
            .init(
                tokens: ["a", "b"], merges: [("a", "b")], specialTokens: [:], preTokenizer: .qwen2, normalizesNFC: true),
            .unknownMerge(rank: 0, left: "a", right: "b")
        ),
        (
            .init(
                tokens: ["a", "世"], merges: [("a", "世")], specialTokens: [:], preTokenizer: .qwen2,
                normalizesNFC: true),
            .unknownMerge(rank: 0, left: "a", right: "世")
        ),
    ]

    @Test(arguments: damaged.indices) func refuses(_ index: Int) {
        let (description, error) = Self.damaged[index]
        #expect(throws: error) { try Tokenizer(description) }
    }

    /// Texts that cost quadratic time in a careless tokenizer: one word, one run of white space or of marks.
    @Test(arguments: ["a", "ab", "\n", " ", "!", "世", "e\u{301}\u{323}", "\u{301}\u{323}", "<|im_", "'"])
    func timeIsLinear(_ unit: String) throws {
        let tokenizer = try Tokenizer(.small)
        let text = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
        let time = ContinuousClock().measure { _ = tokenizer.encode(text, allowingSpecial: true) }
        #expect(time < .seconds(20), "1 MB took \(time)")
    }
}
