import Grammar
import ModelFiles
import TestSupport
import Tokenization

/// The vocabulary of the real model, made once for all tests; nil where the model is missing.
enum ModelVocabulary {
    static let tokenizer: Tokenizer? = TestFiles.model.flatMap { path in
        (try? ModelFile.open(path: path)).flatMap { try? Tokenizer($0.tokenizer) }
    }

    static let shared: GrammarVocabulary? = tokenizer.map { tokenizer in
        GrammarVocabulary(
            bytes: (0..<Int32(tokenizer.count)).map { tokenizer.isSpecial($0) ? [] : tokenizer.bytes(of: $0) },
            endTokens: tokenizer.endTokens, isSpecial: tokenizer.isSpecial,
            encode: { bytes in String(validating: bytes, as: UTF8.self).map { tokenizer.encode($0) } ?? [] })
    }
}
