import Tokenization

/// The text of an answer as it grows, cut before the first stop text.
struct AnswerText {
    private let stop: [[UInt8]]
    private let tokenizer: Tokenizer
    private var bytes: [UInt8] = []

    /// An empty answer.
    init(tokenizer: Tokenizer, stop: [String]) {
        self.tokenizer = tokenizer
        self.stop = stop.filter { !$0.isEmpty }.map { Array($0.utf8) }
    }

    /// True if a stop text is complete with this token; the text then ends before it.
    mutating func append(_ token: TokenID) -> Bool {
        guard !tokenizer.isSpecial(token) else { return false }
        let old = bytes.count
        bytes.append(contentsOf: tokenizer.bytes(of: token))
        let starts = stop.compactMap { text in Self.find(text, in: bytes, endingAfter: old) }
        guard let start = starts.min() else { return false }
        bytes.removeLast(bytes.count - start)
        return true
    }

    /// The text as it stands; bytes that are no UTF-8 become U+FFFD.
    func finish() -> String { String(decoding: bytes, as: UTF8.self) }

    /// Where `text` starts, looking only at places whose last byte stands at `end` or later.
    private static func find(_ text: [UInt8], in bytes: [UInt8], endingAfter end: Int) -> Int? {
        guard bytes.count >= text.count else { return nil }
        let first = max(0, end - text.count + 1)
        guard first <= bytes.count - text.count else { return nil }
        return (first...bytes.count - text.count).first { bytes[$0..<$0 + text.count].elementsEqual(text) }
    }
}
