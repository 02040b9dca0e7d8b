import COpenSSL

/// The first half of a text's SHA-256: equal digests, equal texts.
struct TextDigest: Hashable, Sendable {
    let bytes: [UInt8]

    static let byteCount = 16

    init(_ text: String) { bytes = Array(Self.sha256(text).prefix(Self.byteCount)) }

    init(stored: some Collection<UInt8>) { bytes = Array(stored) }

    static func sha256(_ text: String) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var text = text
        text.withUTF8 { text in _ = SHA256(text.baseAddress, text.count, &digest) }
        return digest
    }
}
