import Digests
import Documents
import OrderedCollections
import Tokenization

/// How often each token of a vocabulary is used in texts.
public struct TokenCounts: Sendable {
    /// By id.
    public private(set) var uses: [Int]
    /// File, its sha256 and tokens, of each text.
    public private(set) var records: [JSONObject] = []

    /// Of no text.
    public init(vocabulary: Int) { uses = [Int](repeating: 0, count: vocabulary) }

    /// - Parameter paths: text files, or such packed by gzip.
    /// - Throws: `.text` for one that is not UTF-8.
    public static func read(_ paths: [String], _ tokenizer: Tokenizer) throws -> TokenCounts {
        var counts = TokenCounts(vocabulary: tokenizer.count)
        for path in paths {
            let text = try SourceText.read(path)
            counts.add(tokenizer.encode(text.text), path: path, sha256: text.sha256)
        }
        return counts
    }

    /// - Parameter tokens: of a text; ids that the vocabulary lacks do not count.
    public mutating func add(_ tokens: [TokenID], path: String, sha256: String = "") {
        for token in tokens where uses.indices.contains(Int(token)) { uses[Int(token)] += 1 }
        records.append(["file": .string(path), "sha256": .string(sha256), "tokens": .integer(tokens.count)])
    }

    /// Those that are used so often, ascending.
    public func used(atLeast minimum: Int) -> [Int] { uses.indices.filter { uses[$0] >= max(1, minimum) } }
}

/// A text of a file, and the file's digest.
public struct SourceText: Sendable, Hashable {
    public let path: String, text: String, sha256: String

    public init(path: String, text: String, sha256: String = "") {
        (self.path, self.text, self.sha256) = (path, text, sha256)
    }

    /// - Parameter path: a text file, or one packed by gzip.
    /// - Throws: `.text` for one that is not UTF-8.
    public static func read(_ path: String) throws -> SourceText {
        let bytes = try JSONLines.bytes(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CompressionError.text(path: path, reason: "is not UTF-8")
        }
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return SourceText(path: path, text: text, sha256: hash.hexadecimal())
    }
}
