/// Blocks of 32 numbers, a half-precision scale each: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0.
///
/// The low half of byte `j` holds number `j`, the high half number `j + 16`.

private let lowNibbles: UInt64 = 0x0F0F_0F0F_0F0F_0F0F

/// Eight bytes, unaligned.
@inline(__always)
func word(_ input: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: input.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
}

/// Eight unsigned bytes, the lowest first, as whole numbers.
@inline(__always)
func widen(_ bytes: UInt64) -> SIMD8<Int32> {
    SIMD8<Int32>(truncatingIfNeeded: unsafeBitCast(bytes.littleEndian, to: SIMD8<UInt8>.self))
}

/// Eight numbers, unaligned.
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

/// Quants of four bits at `quants`, where `fifths` is given with a fifth bit each; `emit` gets eight at a time and
/// where they go.
@inline(__always)
func unpackHalves(
    _ quants: UnsafeRawPointer, fifths: UnsafeRawPointer?, _ output: UnsafeMutablePointer<Float>,
    emit: (UInt64, UnsafeMutablePointer<Float>) -> Void
) {
    for part in 0..<2 {
        var low = word(quants, part * 8) & lowNibbles, high = word(quants, part * 8) >> 4 & lowNibbles
        if let fifths {
            low |= spread(fifths.load(fromByteOffset: part, as: UInt8.self))
            high |= spread(fifths.load(fromByteOffset: part + 2, as: UInt8.self))
        }
        emit(low, output + part * 8)
        emit(high, output + 16 + part * 8)
    }
}

/// A block of 32 levels of 4 bits, one scale.
@inline(__always)
func dequantizeQ4_0(_ block: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>) {
    let scale = half(block)
    unpackHalves(block + 2, fifths: nil, output) { scaled($0, scale, offset: -8, $1) }
}

/// A block of 32 levels of 4 bits, scale and minimum.
@inline(__always)
func dequantizeQ4_1(_ block: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>) {
    let (scale, minimum) = (half(block), half(block + 2))
    unpackHalves(block + 4, fifths: nil, output) { scaled($0, scale, minimum: minimum, $1) }
}

/// A block of 32 levels of 5 bits, one scale.
@inline(__always)
func dequantizeQ5_0(_ block: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>) {
    let scale = half(block)
    unpackHalves(block + 6, fifths: block + 2, output) { scaled($0, scale, offset: -16, $1) }
}

/// A block of 32 levels of 5 bits, scale and minimum.
@inline(__always)
func dequantizeQ5_1(_ block: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>) {
    let (scale, minimum) = (half(block), half(block + 2))
    unpackHalves(block + 8, fifths: block + 4, output) { scaled($0, scale, minimum: minimum, $1) }
}

/// A block of 32 levels of 8 bits, one scale.
@inline(__always)
func dequantizeQ8_0(_ block: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>) {
    let scale = half(block)
    for part in 0..<4 {
        let bytes = unsafeBitCast(word(block, 2 + part * 8).littleEndian, to: SIMD8<Int8>.self)
        store(SIMD8<Float>(SIMD8<Int32>(truncatingIfNeeded: bytes)) * scale, output + part * 8)
    }
}
