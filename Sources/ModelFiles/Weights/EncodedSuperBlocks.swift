/// Blocks of 256 numbers whose scales are quantised too: Q4_K and Q6_K. Layouts as `dequantizeQ4K` and `dequantizeQ6K` read them.
extension EncodedBlocks {
    /// Eight parts of 32 numbers, each with a scale and a minimum of 6 bits.
    static func encodeQ4K(_ numbers: UnsafePointer<Float>, _ bytes: UnsafeMutableRawPointer) {
        let fits = (0..<8).map { BlockFit.affine(numbers + $0 * 32) }
        let steps = (
            scale: (fits.map(\.scale).max() ?? 0) / 63, minimum: (fits.map(\.minimum).max() ?? 0) / 63
        )
        let halves = (scale: floatToHalf(steps.scale), minimum: floatToHalf(steps.minimum))
        store(halves.scale, bytes)
        store(halves.minimum, bytes + 2)
        let parts = fits.map { fit in
            (scale: sixBits(fit.scale, of: steps.scale), minimum: sixBits(fit.minimum, of: steps.minimum))
        }
        for place in 0..<4 {
            let (first, second) = (parts[place], parts[place + 4])
            bytes.storeBytes(of: first.scale | (second.scale >> 4) << 6, toByteOffset: 4 + place, as: UInt8.self)
            bytes.storeBytes(of: first.minimum | (second.minimum >> 4) << 6, toByteOffset: 8 + place, as: UInt8.self)
            bytes.storeBytes(of: second.scale & 15 | second.minimum << 4, toByteOffset: 12 + place, as: UInt8.self)
        }
        let (scale, minimum) = (halfToFloat(halves.scale), halfToFloat(halves.minimum))
        func level(_ place: Int) -> UInt8 {
            let part = parts[place / 32], step = scale * Float(part.scale)
            guard step > 0 else { return 0 }
            return UInt8(max(0, min(15, BlockFit.rounded((numbers[place] + minimum * Float(part.minimum)) / step))))
        }
        for pair in 0..<4 {
            for place in pair * 64..<pair * 64 + 32 {
                bytes.storeBytes(
                    of: level(place) | level(place + 32) << 4, toByteOffset: 16 + place - pair * 32, as: UInt8.self)
            }
        }
    }

    private static func sixBits(_ number: Float, of step: Float) -> UInt8 {
        step > 0 ? UInt8(max(0, min(63, BlockFit.rounded(number / step)))) : 0
    }

    /// Sixteen parts of 16 numbers, each with a signed scale of 8 bits.
    static func encodeQ6K(_ numbers: UnsafePointer<Float>, _ bytes: UnsafeMutableRawPointer) {
        let scales = (0..<16).map { BlockFit.scale(numbers + $0 * 16) }
        let extreme = scales.reduce(Float(0)) { abs($1) > abs($0) ? $1 : $0 }
        let half = floatToHalf(extreme / -128), step = halfToFloat(half)
        store(half, bytes + 208)
        let parts = scales.map { scale in
            step == 0 ? Int8(0) : Int8(max(-128, min(127, BlockFit.rounded(scale / (extreme / -128)))))
        }
        for (place, part) in parts.enumerated() {
            bytes.storeBytes(of: part, toByteOffset: 192 + place, as: Int8.self)
        }
        func level(_ place: Int) -> UInt8 {
            let step = step * Float(parts[place / 16])
            return step == 0 ? 32 : UInt8(max(-32, min(31, BlockFit.rounded(numbers[place] / step))) + 32)
        }
        for side in 0..<2 {
            for place in 0..<32 {
                let levels = (0..<4).map { level(side * 128 + $0 * 32 + place) }
                for (row, pair) in [(0, (levels[0], levels[2])), (1, (levels[1], levels[3]))] {
                    bytes.storeBytes(
                        of: pair.0 & 15 | pair.1 << 4, toByteOffset: side * 64 + row * 32 + place, as: UInt8.self)
                }
                let high = levels.enumerated().reduce(UInt8(0)) { $0 | ($1.element >> 4) << (2 * UInt8($1.offset)) }
                bytes.storeBytes(of: high, toByteOffset: 128 + side * 32 + place, as: UInt8.self)
            }
        }
    }
}
