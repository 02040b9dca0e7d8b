import Digests
import Documents

/// Names the state of a pool that a classifier was trained for: its functions and their documents, in any order and
/// whatever the examples.
public struct PoolFingerprint: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The fingerprint of a pool as it is now.
    public init(_ functions: [FunctionDocument]) {
        let texts = functions.sorted { $0.name < $1.name }.map { $0.json.text() }
        description = TextDigest.sha256(texts.joined(separator: "\n")).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// One that a file has.
    init(stored: String) { description = stored }
}
