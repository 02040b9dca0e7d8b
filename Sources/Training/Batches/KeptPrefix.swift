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

    private init(tokens: [Int32], layers: [FloatBuffer], width: Int) {
        (self.tokens, self.layers, self.width) = (tokens, layers, width)
    }

    /// Its first tokens, with the same memory.
    package func first(_ count: Int) -> KeptPrefix {
        KeptPrefix(tokens: Array(tokens.prefix(count)), layers: layers, width: width)
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

    /// - Parameter make: is given the known one that begins most like it, cut where they part.
    package func prefix(_ tokens: ArraySlice<Int32>, make: (KeptPrefix?) -> KeptPrefix) -> KeptPrefix {
        clock += 1
        if let known = prefixes[tokens] {
            hits += 1
            prefixes[tokens]?.used = clock
            return known.prefix
        }
        misses += 1
        let made = make(nearest(to: tokens))
        prefixes[tokens] = (made, clock)
        bytes += made.bytes
        while bytes > maximumBytes, prefixes.count > 1, let oldest = prefixes.min(by: { $0.value.used < $1.value.used })
        {
            prefixes[oldest.key] = nil
            bytes -= oldest.value.prefix.bytes
        }
        return made
    }

    /// Prompts with a history have their functions in common: those are not computed again.
    private func nearest(to tokens: ArraySlice<Int32>) -> KeptPrefix? {
        var best: (prefix: KeptPrefix, count: Int)?
        for (known, entry) in prefixes {
            let count = zip(known, tokens).prefix { $0 == $1 }.count
            let isBetter = best.map { count > $0.count || count == $0.count && known.count < $0.prefix.tokens.count }
            if count > 0, isBetter ?? true { best = (entry.prefix, count) }
        }
        return best.map { $0.prefix.first($0.count) }
    }
}
