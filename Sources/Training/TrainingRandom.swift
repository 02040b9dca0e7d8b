/// Random numbers that depend on seed and stream alone (SplitMix64, Steele et al. 2014).
package struct TrainingRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64, stream: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ (stream &* 0xD1B5_4A32_D192_ED03)
        _ = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// In [0, 1).
    package mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// `values` in an order drawn anew.
    package mutating func shuffled(_ values: Range<Int>) -> [Int] {
        var values = Array(values)
        for place in values.indices.dropFirst().reversed() {
            values.swapAt(place, Int(next() % UInt64(place + 1)))
        }
        return values
    }
}
