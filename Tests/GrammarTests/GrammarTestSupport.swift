import Documents
import Foundation
import Grammar
import TestSupport

/// A small vocabulary with every byte and tokens of several bytes: pieces of JSON, words, and halves of characters.
enum SmallVocabulary {
    static let pieces: [String] = [
        "{\"", "\": ", "\": \"", "\", \"", "\"}", "}}", "]}", "[\"", ", ", "\"]", "true", "false", "null", "na", "name",
        "arg", "arguments", "get", "_weather", "on", "off", "the", " the", " a", "10", "0.", "00", "-1", "e+", "20",
        "-0",
        "é", "中", "文", "😀", "\\n", "\\u00", "\\\"", "a\"", "\"a", "ab", "abc", "zz", "  ", "\n", "\t", ":", "\":", "{}",
        "[]",
    ]

    static let endToken: Int32 = 0

    static let vocabulary: GrammarVocabulary = {
        var tokens: [[UInt8]] = [Array("<end>".utf8), Array("<pad>".utf8)]
        tokens += (0...255).map { [UInt8($0)] }
        tokens += pieces.map { Array($0.utf8) }
        tokens += [[0xE4, 0xB8], [0xAD, 0xE6], [0xF0, 0x9F], [0x22, 0xC3]]
        return GrammarVocabulary(
            bytes: tokens, endTokens: [endToken], isSpecial: { $0 < 2 }, encode: greedyEncoder(tokens, special: 2))
    }()

    /// Stands in for a tokeniser: the longest token each time.
    static func greedyEncoder(_ tokens: [[UInt8]], special: Int) -> @Sendable ([UInt8]) -> [Int32] {
        let ids = Dictionary(
            tokens.enumerated().dropFirst(special).map { ($0.element, Int32($0.offset)) },
            uniquingKeysWith: { first, _ in first })
        let longest = tokens.map(\.count).max() ?? 1
        return { bytes in
            var (result, position): ([Int32], Int) = ([], 0)
            while position < bytes.count {
                for length in stride(from: min(longest, bytes.count - position), through: 1, by: -1) {
                    if let id = ids[Array(bytes[position..<position + length])] {
                        result.append(id)
                        position += length
                        break
                    }
                }
            }
            return result
        }
    }
}

enum GrammarTesting {
    static func compile(_ schema: JSONValue) throws -> CompiledGrammar {
        try CompiledGrammar.compile(schema: schema, vocabulary: SmallVocabulary.vocabulary)
    }

    static func schema(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

    /// Whether the grammar accepts exactly `text`, byte by byte.
    static func accepts(_ grammar: CompiledGrammar, _ text: String) -> Bool {
        var matcher = Matcher(grammar)
        for byte in Array(text.utf8) where !matcher.accept(Int32(byte) + 2) { return false }
        return matcher.canEnd
    }

    /// A text drawn token by token from the masks. After `patience` tokens only what still closes within `budget` is drawn.
    static func sample(
        _ grammar: CompiledGrammar, using random: inout SeededGenerator, budget: Int
    ) -> (bytes: [UInt8], tokens: Int, isComplete: Bool) {
        var matcher = Matcher(grammar)
        var (bytes, count): ([UInt8], Int) = ([], 0)
        while !matcher.isComplete, count < budget {
            let mask = matcher.mask(within: budget - count)
            guard let token = mask.tokens.randomElement(using: &random), matcher.accept(token) else { break }
            if token == SmallVocabulary.endToken { return (bytes, count, true) }
            bytes += SmallVocabulary.vocabulary.tokenBytes[Int(token)]
            count += 1
        }
        return (bytes, count, matcher.canEnd)
    }
}
