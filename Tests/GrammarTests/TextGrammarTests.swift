import Documents
import Foundation
import TestSupport
import Testing

import Grammar

/// Answers that are no JSON: a choice of texts, and a pattern of the whole text.
@Suite struct TextGrammarTests {
    private static let vocabulary = GrammarVocabulary(
        bytes: (0..<256).map { [UInt8($0)] } + [[]], endTokens: [256], isSpecial: { $0 == 256 },
        encode: { $0.map { Int32($0) } })

    /// Whether the grammar takes `text`, whole.
    private static func takes(_ grammar: TextGrammar, _ text: String) throws -> Bool {
        let compiled = try CompiledGrammar.compile(schema: grammar.document, vocabulary: vocabulary)
        var matcher = Matcher(compiled)
        for byte in text.utf8 where !matcher.accept(Int32(byte)) { return false }
        return matcher.canEnd
    }

    static let table: [(TextGrammar, takes: [String], leaves: [String])] = [
        (.choice(["yes", "no"]), ["yes", "no"], ["", "y", "yesno", "\"yes\"", "nope"]),
        (.choice(["a", "ab", "a\"\\\n"]), ["a", "ab", "a\"\\\n"], ["b", "a\\", "a\""]),
        (.choice(["灯", "光"]), ["灯", "光"], ["火", ""]), (.choice(["x", "x"]), ["x"], ["xx"]),
        (.pattern("[0-9]{2}"), ["42", "00"], ["4", "421", "4a", "\"42\""]),
        (.pattern("a|bc"), ["a", "bc"], ["ab", "abc", "c"]),
        (.pattern("^x+$"), ["x", "xxx"], ["", "y", "xy"]),
        (.pattern("[\"\\\\\\n\\t]*"), ["", "\"", "\\\n\t"], ["n", "\\\\n"]),
        (.pattern("[é-ü]灯?"), ["é", "ü灯"], ["e", "灯"]), (.pattern("(a(b)?){2}"), ["aa", "aba", "abab"], ["a", "bb"]),
    ]
    @Test(arguments: table.indices) func takesWholeTexts(row: Int) throws {
        let (grammar, good, bad) = Self.table[row]
        for text in good { #expect(try Self.takes(grammar, text), "\(grammar) \(text)") }
        for text in bad { #expect(try !Self.takes(grammar, text), "\(grammar) \(text)") }
    }

    static let refused: [TextGrammar] = [
        .choice([""]), .choice(["a", ""]), .pattern("a)|(b"), .pattern("["), .pattern("(?=a)"),
        .pattern("a{5000}b{5000}"),
        .choice((0...10_000).map { "\($0)" }),
    ]
    @Test(arguments: refused) func refusesWithAReason(grammar: TextGrammar) {
        let error = #expect(throws: GrammarError.self) {
            try CompiledGrammar.compile(schema: grammar.document, vocabulary: Self.vocabulary)
        }
        #expect(error?.message.isEmpty == false)
    }

    /// No schema is taken for one, nor anything inside a schema.
    @Test(
        arguments: [
            ["choice", []], ["pattern", 5], ["other", "x"], ["choice"], [], "choice", ["type": "string"],
        ] as [JSONValue])
    func nothingElseIsOne(document: JSONValue) { #expect(TextGrammar(document: document) == nil) }

    @Test func insideASchemaItIsNone() {
        let schema: JSONValue = ["type": "object", "properties": ["a": TextGrammar.pattern("a").document]]
        #expect(throws: GrammarError.self) { try CompiledGrammar.compile(schema: schema, vocabulary: Self.vocabulary) }
    }

    /// Law: what Foundation's expressions find whole is what the grammar takes, on random texts.
    @Test(arguments: UInt64(0)..<40) func agreesWithAnotherMatcher(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let pattern = ["a+b?", "(a|\"b)*", "[ab\"]{1,3}", "a(b|\n)a", "\"?[a-b]*\"?"][Int(seed) % 5]
        let expression = try NSRegularExpression(pattern: "^(?:\(pattern))\\z")
        for _ in 0..<40 {
            let text = String(
                (0..<Int.random(in: 0...5, using: &random)).compactMap { _ in
                    "ab\"\n".randomElement(using: &random)
                })
            let range = NSRange(text.startIndex..., in: text)
            let expected = expression.firstMatch(in: text, range: range) != nil
            #expect(try Self.takes(.pattern(pattern), text) == expected, "\(pattern) on \(text)")
        }
    }

    @Test func theFormatsThatArePublishedAreEnforced() {
        #expect(Formats.patterns.keys.sorted() == SchemaKeywords.formats.sorted())
    }
}
