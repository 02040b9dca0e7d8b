/// The first half of a text's SHA-256: equal digests, equal texts.
package struct TextDigest: Hashable, Sendable {
    package let bytes: [UInt8]

    package static let byteCount = 16

    package init(_ text: String) { bytes = Array(Self.sha256(text).prefix(Self.byteCount)) }

    package init(stored: some Collection<UInt8>) { bytes = Array(stored) }

    package static func sha256(_ text: String) -> [UInt8] {
        var hash = SHA256()
        var text = text
        text.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
        return hash.digest()
    }
}
