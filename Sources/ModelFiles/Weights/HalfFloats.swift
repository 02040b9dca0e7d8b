/// IEEE half precision to f32, exact. Bit arithmetic: plain x86-64 has no instruction for it, and `Float16` would
/// call a library function for each number.
@inline(__always)
func halfToFloat(_ bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7FFF) << 13, sign = UInt32(bits & 0x8000) << 16
    let exponent = magnitude & 0x0F80_0000
    // Exponent bias 15 to 127; infinities and NaN to the top exponent.
    let normal = magnitude &+ (exponent == 0x0F80_0000 ? (255 - 31) << 23 : (127 - 15) << 23)
    // Subnormal: put the fraction behind 2^-14 and take 2^-14 away.
    let subnormal = Float(bitPattern: magnitude &+ (113 << 23)) - Float(bitPattern: 113 << 23)
    return Float(bitPattern: (exponent == 0 ? subnormal.bitPattern : normal) | sign)
}

/// f32 to IEEE half precision, to the nearest, ties to even; from 65,520 on infinity.
@inline(__always)
func floatToHalf(_ number: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: number.bitPattern >> 16) & 0x8000, magnitude = number.bitPattern & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
    if magnitude >= 0x4780_0000 { return sign | 0x7C00 }
    if magnitude < 0x3880_0000 {
        // Subnormal: beside 1/2 a number has as many digits as a half of the least exponent.
        let rounded = Float(bitPattern: magnitude) + 0.5
        return sign | UInt16(truncatingIfNeeded: rounded.bitPattern &- Float(0.5).bitPattern)
    }
    let rounded = magnitude &+ 0xFFF &+ (magnitude >> 13 & 1) &- (127 - 15) << 23
    return sign | UInt16(truncatingIfNeeded: rounded >> 13)
}

/// One half-precision number (IEEE 754 binary16), little-endian, unaligned.
@inline(__always)
func half(_ input: UnsafeRawPointer) -> Float {
    halfToFloat(UInt16(littleEndian: input.loadUnaligned(as: UInt16.self)))
}

/// Halves to f32, one after the other.
func convertHalves(_ input: UnsafeRawPointer, count: Int, into output: UnsafeMutablePointer<Float>) {
    for index in 0..<count { output[index] = half(input + index * 2) }
}

/// To BF16, to the nearest, ties to even; a NaN stays one.
package func brainHalf(_ number: Float) -> UInt16 {
    let bits = number.bitPattern
    guard !number.isNaN else { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
}

/// BF16: the upper half of an f32.
func convertBrainHalves(_ input: UnsafeRawPointer, count: Int, into output: UnsafeMutablePointer<Float>) {
    for index in 0..<count {
        let bits = UInt16(littleEndian: (input + index * 2).loadUnaligned(as: UInt16.self))
        output[index] = Float(bitPattern: UInt32(bits) << 16)
    }
}
