/// Blocks of 256 numbers with quantised scales: Q4_K, Q5_K, Q6_K.

private let lowNibbles: UInt64 = 0x0F0F_0F0F_0F0F_0F0F

/// Scale and minimum of sub-block `index` of eight, 6 bits each, packed in 12 bytes.
@inline(__always)
private func scaleAndMinimum(_ packed: UnsafeRawPointer, _ index: Int) -> (scale: Float, minimum: Float) {
    func byte(_ offset: Int) -> UInt8 { packed.load(fromByteOffset: offset, as: UInt8.self) }
    if index < 4 { return (Float(byte(index) & 63), Float(byte(index + 4) & 63)) }
    let shared = byte(index + 4)
    return (
        Float(shared & 15 | (byte(index - 4) >> 6) << 4), Float(shared >> 4 | (byte(index) >> 6) << 4)
    )
}

/// Q4_K: f16 scale, f16 scale of the minima, 12 bytes of scales and minima, 128 bytes of quants: the low halves of
/// 32 bytes are one sub-block, the high halves the next.
@inline(__always)
func dequantizeQ4K(_ block: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>) {
    dequantizePairs(block, quantsAt: 16, output) { _, _ in (0, 0) }
}

/// Q5_K: as Q4_K; between scales and quants 32 bytes of fifth bits: bit `i` of byte `j` belongs to number `j` of
/// sub-block `i`.
@inline(__always)
func dequantizeQ5K(_ block: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>) {
    let bits: UInt64 = 0x0101_0101_0101_0101
    dequantizePairs(block, quantsAt: 48, output) { pair, part in
        let fifths = word(block, 16 + part * 8) >> (pair * 2)
        return ((fifths & bits) << 4, (fifths >> 1 & bits) << 4)
    }
}

/// `fifths(pair, part)`: fifth bits, as 16, of eight numbers of the pair's low and of its high sub-block.
@inline(__always)
private func dequantizePairs(
    _ block: UnsafeRawPointer, quantsAt: Int, _ output: UnsafeMutablePointer<Float>,
    fifths: (_ pair: Int, _ part: Int) -> (low: UInt64, high: UInt64)
) {
    let (scale, minimumScale) = (half(block), half(block + 2))
    for pair in 0..<4 {
        let low = scaleAndMinimum(block + 4, pair * 2), high = scaleAndMinimum(block + 4, pair * 2 + 1)
        let lowScale = scale * low.scale, lowMinimum = -(minimumScale * low.minimum)
        let highScale = scale * high.scale, highMinimum = -(minimumScale * high.minimum)
        let to = output + pair * 64
        for part in 0..<4 {
            let quants = word(block, quantsAt + pair * 32 + part * 8), more = fifths(pair, part)
            scaled(quants & lowNibbles | more.low, lowScale, minimum: lowMinimum, to + part * 8)
            scaled(quants >> 4 & lowNibbles | more.high, highScale, minimum: highMinimum, to + 32 + part * 8)
        }
    }
}

/// 128 bytes of low four bits, 64 bytes of high two bits, 16 signed scales (one for 16 numbers), f16 scale.
///
/// Half a block: 64 low bytes and 32 high bytes hold numbers `j`, `j + 32`, `j + 64`, `j + 96`.
@inline(__always)
func dequantizeQ6K(_ block: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>) {
    let scale = half(block + 208), twoBits: UInt64 = 0x0303_0303_0303_0303
    for side in 0..<2 {
        let to = output + side * 128
        for part in 0..<4 {
            let first = word(block, side * 64 + part * 8), second = word(block, side * 64 + 32 + part * 8)
            let high = word(block, 128 + side * 32 + part * 8)
            // Scales stand for 16 numbers: two parts of eight share one.
            let scales = block + 192 + side * 8 + part / 2
            func sub(_ index: Int) -> Float { scale * Float(scales.load(fromByteOffset: index * 2, as: Int8.self)) }
            scaled(first & lowNibbles | (high & twoBits) << 4, sub(0), offset: -32, to + part * 8)
            scaled(second & lowNibbles | (high >> 2 & twoBits) << 4, sub(1), offset: -32, to + 32 + part * 8)
            scaled(first >> 4 & lowNibbles | (high >> 4 & twoBits) << 4, sub(2), offset: -32, to + 64 + part * 8)
            scaled(second >> 4 & lowNibbles | (high >> 6 & twoBits) << 4, sub(3), offset: -32, to + 96 + part * 8)
        }
    }
}
