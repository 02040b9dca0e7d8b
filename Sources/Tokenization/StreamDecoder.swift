/// Tokens to text, one at a time: gives out whole scalars only and keeps the rest for the next token.
///
/// The pieces together are what `Tokenizer.decode` makes of all the tokens.
public struct StreamDecoder: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecial: Bool
    /// The start of a scalar; at most three bytes between calls.
    private var pending: [UInt8] = []

    /// - Parameter skippingSpecial: special tokens give no text.
    public init(_ tokenizer: Tokenizer, skippingSpecial: Bool = true) {
        (self.tokenizer, skipsSpecial) = (tokenizer, skippingSpecial)
    }

    /// The text that is certain after `token`; may be empty.
    public mutating func append(_ token: TokenID) -> String {
        if skipsSpecial, tokenizer.isSpecial(token) { return "" }
        tokenizer.append(token, to: &pending)
        return takeText()
    }

    /// The same for bytes that are at hand already.
    public mutating func append(_ bytes: some Sequence<UInt8>) -> String {
        pending.append(contentsOf: bytes)
        return takeText()
    }

    /// What is left: U+FFFD if the tokens ended within a scalar.
    public mutating func finish() -> String {
        defer { pending.removeAll() }
        return String(decoding: pending, as: UTF8.self)
    }

    /// The whole scalars at hand; bytes of a scalar that is not whole stay.
    private mutating func takeText() -> String {
        let whole = pending.count - Self.openBytes(at: pending)
        defer { pending.removeSubrange(..<whole) }
        return String(decoding: pending[..<whole], as: UTF8.self)
    }

    /// How many bytes at the end begin a scalar that further bytes may complete (The Unicode Standard, table 3-7).
    private static func openBytes(at bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let lead = bytes[bytes.count - length]
            if lead & 0xC0 == 0x80 { continue }
            let wanted =
                switch lead {
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 0
                }
            guard length < wanted else { return 0 }
            guard length > 1 else { return 1 }
            let second = bytes[bytes.count - length + 1]
            let isWellFormed =
                switch lead {
                case 0xE0: second >= 0xA0
                case 0xED: second < 0xA0
                case 0xF0: second >= 0x90
                case 0xF4: second < 0x90
                default: true
                }
            return isWellFormed ? length : 0
        }
        return 0
    }
}
