import Digests
import Foundation

/// A key as a file may hold it: `sha256:<salt>:<digest>`, both in hexadecimal.
///
/// One round is enough, for a key has 256 random bits: there is nothing to guess.
package struct KeyHash: Sendable, Hashable {
    private let salt: String
    private let digest: [UInt8]

    /// - Returns: nil unless the text has the form above.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "sha256", (16...128).contains(parts[1].utf8.count),
            parts[2].utf8.count == 64, (parts[1] + parts[2]).utf8.allSatisfy(Self.isHexadecimal)
        else { return nil }
        (salt, digest) = (String(parts[1]), Array(parts[2].utf8))
    }

    /// Of a plain key, under a fresh salt.
    package init(key: String) {
        salt = Self.random(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        digest = Self.digest(key, salt)
    }

    /// A new key: 256 random bits.
    package static func newKey() -> String {
        let text = Data(random(32)).base64EncodedString()
        return "kl_" + text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    package var text: String { "sha256:\(salt):\(String(decoding: digest, as: UTF8.self))" }

    /// Whether this is the key's. Takes the same time for every key of one length.
    package func matches(_ key: String) -> Bool {
        zip(digest, Self.digest(key, salt)).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Sixty-four bits that depend on the key alone, for its share of the prefix cache; never 0.
    package static func cacheSalt(_ key: String) -> UInt64 {
        let hexadecimal = String(decoding: digest(key, "kinglet prefix cache").prefix(16), as: UTF8.self)
        return (UInt64(hexadecimal, radix: 16) ?? 0) | 1
    }

    private static func digest(_ key: String, _ salt: String) -> [UInt8] {
        var hash = SHA256()
        // The salt has a fixed alphabet without the separator, so no two pairs give the same bytes.
        Array("\(salt):\(key)".utf8).withUnsafeBytes { hash.update($0) }
        return Array(hash.hexadecimal().utf8)
    }

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()  // getrandom(2)
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x61 < 6 }
}
