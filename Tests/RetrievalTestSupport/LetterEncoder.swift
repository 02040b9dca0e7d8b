import Retrieval
import Synchronization

/// Texts by the letters they have: a stand-in for an encoder that knows when words are akin.
package struct LetterEncoder: TextEncoder {
    package let dimensions = 26, identity = "letters"

    package init() {}

    package func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        texts.flatMap { text -> [Float] in
            var counts = [Float](repeating: 0, count: 26)
            for byte in text.lowercased().utf8 where (0x61...0x7A).contains(byte) { counts[Int(byte) - 0x61] += 1 }
            let length = max(counts.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-6)
            return counts.map { $0 / length }
        }
    }
}

/// The same, counting the texts.
package final class CountingEncoder: TextEncoder {
    package let dimensions = 26, identity = "counting", count = Mutex(0)

    package init() {}

    package func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        count.withLock { $0 += texts.count }
        return try await LetterEncoder().encode(texts, kind: kind)
    }
}
