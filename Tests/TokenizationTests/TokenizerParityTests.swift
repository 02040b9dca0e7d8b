import Foundation
import ModelFiles
import Documents
import TestSupport
import Testing
import Tokenization

/// Token for token as Hugging Face `tokenizers`, with the model's own vocabulary.
@Suite(.enabled(if: TestFiles.model != nil, "the model is missing: make model"))
struct TokenizerParityTests {
    let tokenizer: Tokenizer

    init() throws { tokenizer = try #require(RealModel.tokenizer).get() }

    @Test func fixtureIsWhole() {
        #expect(TokenFixture.all.values.map(\.count).reduce(0, +) > 5_800)
    }

    static let kinds = TokenFixture.all.keys.filter { $0 != "special" && $0 != "decode" }.sorted()

    @Test(arguments: kinds) func encodes(_ kind: String) throws {
        let fixtures = try #require(TokenFixture.all[kind])
        let wrong = fixtures.filter { tokenizer.encode($0.text) != $0.tokens }
        #expect(wrong.isEmpty, "\(wrong.count) of \(fixtures.count), first: \(wrong.first.map(difference) ?? "")")
    }

    @Test(arguments: kinds) func decodesWhatItEncoded(_ kind: String) throws {
        let fixtures = try #require(TokenFixture.all[kind])
        for fixture in fixtures {
            let (text, normalized) = (tokenizer.decode(fixture.tokens), Normalization.composed(fixture.text))
            #expect(text.unicodeScalars.elementsEqual(normalized.unicodeScalars), "\(escaped(fixture.text))")
        }
    }

    @Test func encodesSpecialTextsWhereAllowed() throws {
        for fixture in try #require(TokenFixture.all["special"]) {
            #expect(tokenizer.encode(fixture.text, allowingSpecial: true) == fixture.tokens, "\(escaped(fixture.text))")
            #expect(!tokenizer.encode(fixture.text).contains(where: tokenizer.isSpecial))
        }
    }

    @Test func decodesAnyTokens() throws {
        for fixture in try #require(TokenFixture.all["decode"]) {
            #expect(Array(tokenizer.decode(fixture.tokens).utf8) == Array(fixture.text.utf8))
            var stream = StreamDecoder(tokenizer)
            let pieces = fixture.tokens.map { stream.append($0) } + [stream.finish()]
            #expect(Array(pieces.joined().utf8) == Array(fixture.text.utf8))
        }
    }

    @Test func knowsItsVocabulary() {
        #expect(tokenizer.count == 151_936)
        #expect(tokenizer.id(ofSpecial: "<|im_end|>") == 151_645)
        #expect(tokenizer.endTokens.first == 151_645)
        #expect(tokenizer.bytes(of: 151_645) == Array("<|im_end|>".utf8))
        #expect(tokenizer.isSpecial(151_644) && !tokenizer.isSpecial(0))
        #expect(tokenizer.bytes(of: 151_935) == [], "padding of the vocabulary has no text")
        #expect(tokenizer.bytes(of: -1) == [] && tokenizer.bytes(of: 151_936) == [])
    }

    /// A prompt's beginning keeps its tokens whatever follows, if it ends with a line and a letter follows.
    @Test("property: a line end before a letter is a cut", arguments: UInt64(0)..<50)
    func cutsAtLines(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let texts = TokenFixture.all.filter { $0.key != "decode" }.sorted { $0.key < $1.key }.flatMap(\.value)
        let head = try #require(texts.randomElement(using: &random)).text + "\n"
        let tail = "x" + (try #require(texts.randomElement(using: &random))).text
        #expect(tokenizer.encode(head + tail) == tokenizer.encode(head) + tokenizer.encode(tail))
    }

    private func difference(_ fixture: TokenFixture) -> String {
        "\(escaped(fixture.text)) gives \(tokenizer.encode(fixture.text)), not \(fixture.tokens)"
    }

    private func escaped(_ text: String) -> String {
        text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
    }
}
