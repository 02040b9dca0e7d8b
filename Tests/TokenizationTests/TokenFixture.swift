import Foundation
import ModelFiles
import Documents
import TestSupport
import Tokenization

/// The real vocabulary, read once.
enum RealModel {
    static let tokenizer: Result<Tokenizer, any Error>? = TestFiles.model.map { path in
        Result { try Tokenizer(try ModelFile.open(path: path).tokenizer) }
    }
}

/// One text and the tokens that Hugging Face `tokenizers` gives it.
struct TokenFixture: Sendable {
    let text: String
    let tokens: [TokenID]

    /// `qwen2-tokens.txt` by kind of text.
    static let all: [String: [TokenFixture]] = {
        var (all, kind): ([String: [TokenFixture]], String) = ([:], "")
        for line in lines(of: "qwen2-tokens.txt") {
            if line.starts(with: "# ".utf8) {
                kind = String(decoding: line.dropFirst(2), as: UTF8.self)
                continue
            }
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            guard fields.count == 2, let text = try? JSONValue(parsing: fields[0]).stringValue else { continue }
            let tokens = fields[1].split(separator: UInt8(ascii: " ")).compactMap {
                TokenID(String(decoding: $0, as: UTF8.self), radix: 36)
            }
            all[kind, default: []].append(TokenFixture(text: text, tokens: tokens))
        }
        return all
    }()

    static func lines(of fixture: String) -> [ArraySlice<UInt8>] {
        guard let data = try? Data(contentsOf: TestFiles.fixture(fixture)) else { return [] }
        return [UInt8](data).split(separator: UInt8(ascii: "\n"))
    }
}
