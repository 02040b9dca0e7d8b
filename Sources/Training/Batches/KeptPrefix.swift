/// Keys and values of tokens that no adapter changed, for all layers. Immutable once filled.
package final class KeptPrefix {
    package let tokens: [Int32]
    /// Floats of a token's keys, or of its values.
    package let width: Int
    private let layers: [FloatBuffer]

    package init(tokens: [Int32], layers: Int, width: Int) {
        (self.tokens, self.width) = (tokens, width)
        self.layers = (0..<layers).map { _ in FloatBuffer(tokens.count * width * 2) }
    }

    /// Takes the keys and values of all tokens of another, which begins as this one does.
    package func copy(_ start: KeptPrefix) {
        for (mine, theirs) in zip(layers, start.layers) {
            mine.base.update(from: theirs.base, count: start.tokens.count * width * 2)
        }
    }

    /// `[tokens, 2 * width]`: keys, turned by their positions, then values.
    package func keysValues(ofLayer layer: Int) -> UnsafeMutablePointer<Float> { layers[layer].base }

    package var bytes: Int { layers.count * tokens.count * width * 8 }
}

/// The prefixes last used, by their tokens, up to a number of bytes. Owner: the training thread.
package final class KeptPrefixes {
    private let maximumBytes: Int
    private var prefixes: [ArraySlice<Int32>: (prefix: KeptPrefix, used: Int)] = [:]
    private var bytes = 0, clock = 0
    /// How often one was there, and how often it had to be made.
    package private(set) var hits = 0, misses = 0

    package init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    package func prefix(_ tokens: ArraySlice<Int32>, make: () -> KeptPrefix) -> KeptPrefix {
        clock += 1
        if let known = prefixes[tokens] {
            hits += 1
            prefixes[tokens]?.used = clock
            return known.prefix
        }
        misses += 1
        let made = make()
        prefixes[tokens] = (made, clock)
        bytes += made.bytes
        while bytes > maximumBytes, prefixes.count > 1, let oldest = prefixes.min(by: { $0.value.used < $1.value.used })
        {
            prefixes[oldest.key] = nil
            bytes -= oldest.value.prefix.bytes
        }
        return made
    }
}
