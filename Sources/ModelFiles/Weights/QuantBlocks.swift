/// Blocks of 32 numbers, a half-precision scale each: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0.
///
/// The low half of byte `j` holds number `j`, the high half number `j + 16`.

private let lowNibbles: UInt64 = 0x0F0F_0F0F_0F0F_0F0F

@inline(__always)
func word(_ input: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: input.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
}

/// Eight unsigned bytes, the lowest first, as whole numbers.
@inline(__always)
func widen(_ bytes: UInt64) -> SIMD8<Int32> {
    SIMD8<Int32>(truncatingIfNeeded: unsafeBitCast(bytes.littleEndian, to: SIMD8<UInt8>.self))
}

@inline(__always)
func store(_ numbers: SIMD8<Float>, _ output: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(output).storeBytes(of: numbers, as: SIMD8<Float>.self)
}

/// `scale * (quant + offset)`
@inline(__always)
func scaled(
    _ quants: UInt64, _ scale: Float, offset: Int32, _ output: UnsafeMutablePointer<Float>
) {
    store(SIMD8<Float>(widen(quants) &+ offset) * scale, output)
}

/// `scale * quant + minimum`, rounded twice.
@inline(__always)
func scaled(
    _ quants: UInt64, _ scale: Float, minimum: Float, _ output: UnsafeMutablePointer<Float>
) {
    store(SIMD8<Float>(widen(quants)) * scale + minimum, output)
}

/// Bit `j` of a byte as 16 in byte `j`.
@inline(__always)
func spread(_ bits: UInt8) -> UInt64 {
    let chosen = (UInt64(bits) &* 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201
    // A byte that is not zero gets its top bit from the sum; none carries into the next.
    return ((chosen &+ 0x7F7F_7F7F_7F7F_7F7F) & 0x8080_8080_8080_8080) >> 3
}

@inline(__always)
func dequantizeQ4(_ block: UnsafeRawPointer, scale: Float, offset: Int32, _ output: UnsafeMutablePointer<Float>) {
    for part in 0..<2 {
        let quants = word(block, 2 + part * 8)
        scaled(quants & lowNibbles, scale, offset: offset, output + part * 8)
        scaled(quants >> 4 & lowNibbles, scale, offset: offset, output + 16 + part * 8)
    }
}

@inline(__always)
func dequantizeQ4(_ block: UnsafeRawPointer, scale: Float, minimum: Float, _ output: UnsafeMutablePointer<Float>) {
    for part in 0..<2 {
        let quants = word(block, 4 + part * 8)
        scaled(quants & lowNibbles, scale, minimum: minimum, output + part * 8)
        scaled(quants >> 4 & lowNibbles, scale, minimum: minimum, output + 16 + part * 8)
    }
}

@inline(__always)
func dequantizeQ5(_ block: UnsafeRawPointer, scale: Float, offset: Int32, _ output: UnsafeMutablePointer<Float>) {
    for part in 0..<2 {
        let quants = word(block, 6 + part * 8), (low, high) = fifthBits(block + 2, part)
        scaled(quants & lowNibbles | low, scale, offset: offset, output + part * 8)
        scaled(quants >> 4 & lowNibbles | high, scale, offset: offset, output + 16 + part * 8)
    }
}

@inline(__always)
func dequantizeQ5(_ block: UnsafeRawPointer, scale: Float, minimum: Float, _ output: UnsafeMutablePointer<Float>) {
    for part in 0..<2 {
        let quants = word(block, 8 + part * 8), (low, high) = fifthBits(block + 4, part)
        scaled(quants & lowNibbles | low, scale, minimum: minimum, output + part * 8)
        scaled(quants >> 4 & lowNibbles | high, scale, minimum: minimum, output + 16 + part * 8)
    }
}

/// Of the 32 fifth bits: those of numbers `part * 8...` and of the sixteen behind.
@inline(__always)
private func fifthBits(_ bits: UnsafeRawPointer, _ part: Int) -> (low: UInt64, high: UInt64) {
    (
        spread(bits.load(fromByteOffset: part, as: UInt8.self)),
        spread(bits.load(fromByteOffset: part + 2, as: UInt8.self))
    )
}

@inline(__always)
func dequantizeQ8(_ block: UnsafeRawPointer, scale: Float, _ output: UnsafeMutablePointer<Float>) {
    for part in 0..<4 {
        let bytes = unsafeBitCast(word(block, 2 + part * 8).littleEndian, to: SIMD8<Int8>.self)
        store(SIMD8<Float>(SIMD8<Int32>(truncatingIfNeeded: bytes)) * scale, output + part * 8)
    }
}
