/// Words and pairs of neighbouring words of a text, hashed into a fixed number of buckets; a sparse vector of length 1.
struct HashedTerms {
    /// Bucket and value, by bucket.
    let entries: [(bucket: Int32, value: Float)]

    /// The terms of a text; equal terms fall into one bucket, others may.
    init(_ text: String, buckets: Int) {
        var counts: [Int32: Float] = [:]
        func add(_ term: String) {
            counts[Int32(Self.hash(term) % UInt64(buckets)), default: 0] += 1
        }
        let words = Self.words(text)
        for word in words {
            add(word)
            for part in WordParts.of(word) { add("#" + part) }
        }
        for (first, second) in zip(["^"] + words, words + ["$"]) { add(first + " " + second) }
        let length = counts.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        entries = counts.map { ($0, $1 / max(length, 1)) }.sorted { $0.0 < $1.0 }
    }

    /// Lower-cased runs of letters and digits, none left out; each ideograph alone.
    private static func words(_ text: String) -> [String] {
        var words: [String] = [], run = ""
        for scalar in text.lowercased().unicodeScalars {
            let isIdeograph = scalar.properties.isIdeographic || (0x3040...0x30FF).contains(scalar.value)
            if !isIdeograph, scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                run.unicodeScalars.append(scalar)
                continue
            }
            if !run.isEmpty { words.append(run) }
            run = ""
            if isIdeograph { words.append(String(scalar)) }
        }
        return run.isEmpty ? words : words + [run]
    }

    /// FNV-1a, 64 bits: the same in every process, unlike `Hasher`.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash ^ (hash >> 32)
    }
}
