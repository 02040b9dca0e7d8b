import Foundation
import ModelFiles
import Documents
import TestSupport
import Testing
import Tokenization

/// Token for token as Hugging Face `tokenizers`, with all-MiniLM-L6-v2's vocabulary.
@Suite(.enabled(if: TestFiles.encoder != nil, "the encoder is missing: kinglet pull all-minilm-l6-v2"))
struct WordPieceTests {
    let tokenizer: WordPiece

    init() throws { tokenizer = try WordPiece(BertFile.open(path: #require(TestFiles.encoder)).tokenizer) }

    /// Texts of `qwen2-tokens.txt` with the tokens of `bert-tokens.txt`, then those of that file alone.
    private static func fixtures() throws -> [TokenFixture] {
        let texts = TokenFixture.lines(of: "qwen2-tokens.txt").filter { !$0.starts(with: "# ".utf8) }
        let data = try [UInt8](Data(contentsOf: TestFiles.fixture("bert-tokens.txt")))
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        #expect(lines.count > texts.count && lines[texts.count].starts(with: "# more".utf8))
        func ids(_ text: ArraySlice<UInt8>) -> [TokenID] {
            text.split(separator: UInt8(ascii: " ")).compactMap {
                TokenID(String(decoding: $0, as: UTF8.self), radix: 36)
            }
        }
        func fixture(_ line: ArraySlice<UInt8>, _ tokens: ArraySlice<UInt8>?) throws -> TokenFixture {
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            let text = try #require(JSONValue(parsing: fields[0]).stringValue)
            return TokenFixture(text: text, tokens: ids(tokens ?? fields[1]))
        }
        let shared = try zip(texts, lines).map { try fixture($0, $1) }
        return try shared + lines[(texts.count + 1)...].filter { !$0.isEmpty }.map { try fixture($0, nil) }
    }

    @Test func encodes() throws {
        let fixtures = try Self.fixtures()
        #expect(fixtures.count > 6_400)
        let wrong = fixtures.filter { tokenizer.encode($0.text) != $0.tokens }
        let first = wrong.first.map { fixture in
            let text = fixture.text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
            return
                "\(text.prefix(300)) gives \(tokenizer.encode(fixture.text).prefix(60)), not \(fixture.tokens.prefix(60))"
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(fixtures.count), first: \(first ?? "")")
    }

    @Test func cutsAtTheLimit() {
        let text = "turn off the kitchen lights, please"
        let tokens = tokenizer.encode(text)
        #expect(tokenizer.encode(text, limit: 512) == [101] + tokens + [102])
        for limit in 2..<tokens.count + 2 {
            #expect(tokenizer.encode(text, limit: limit) == [101] + tokens.prefix(limit - 2) + [102])
        }
        #expect(tokenizer.encode(String(repeating: "word ", count: 2_000_000), limit: 256).count == 256)
    }

    @Test func aLongWordCostsNoMoreThanItsBytes() {
        #expect(tokenizer.encode(String(repeating: "x", count: 2_000_000)) == [100])
    }
}
