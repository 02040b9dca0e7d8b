/// E4M3, floating-point numbers of 8 bits: a sign, 4 bits of exponent with bias 7 and 3 of fraction; no infinity, and all bits
/// set are no number (arXiv 2209.05433; "OCP 8-bit Floating Point Specification", 1.0).
package enum EightBitFloat {
    /// 1.75 * 2^8
    package static let largest: Float = 448
    /// Of magnitudes.
    private static let (largestCode, noNumber): (UInt8, UInt8) = (0x7E, 0x7F)

    /// What all 256 codes are.
    static let values: [Float] = (0...UInt8.max).map { code in
        let exponent = Int(code >> 3 & 15), fraction = Float(code & 7) / 8
        let magnitude =
            code & 0x7F == noNumber
            ? .nan
            : exponent == 0
                ? Float(sign: .plus, exponent: -6, significand: fraction)
                : Float(sign: .plus, exponent: exponent - 7, significand: 1 + fraction)
        return code & 0x80 == 0 ? magnitude : -magnitude
    }

    /// The code of the nearest number, of two alike near the even one; beyond the largest it is the largest. A NaN stays one.
    package static func code(_ number: Float) -> UInt8 {
        let sign = UInt8(truncatingIfNeeded: number.bitPattern >> 24) & 0x80, magnitude = abs(number)
        if number.isNaN { return sign | noNumber }
        if magnitude >= largest { return sign | largestCode }
        // Below 2^-6 all are 2^-9 apart, and so are floats above 2^14, where the sum rounds as wanted.
        if magnitude < 0x1p-6 {
            return sign | UInt8(truncatingIfNeeded: (magnitude + 0x1p14).bitPattern &- Float(0x1p14).bitPattern)
        }
        // Of 23 bits of fraction the upper 3 stay; the exponent's bias goes from 127 to 7.
        let bits = magnitude.bitPattern, rounded = (bits &+ 0x7_FFFF &+ (bits >> 20 & 1)) >> 20
        return sign | UInt8(truncatingIfNeeded: rounded &- (127 - 7) << 3)
    }
}

/// Codes to f32, one after the other.
func convertEightBitFloats(_ input: UnsafeRawPointer, count: Int, into output: UnsafeMutablePointer<Float>) {
    EightBitFloat.values.withUnsafeBufferPointer { values in
        for index in 0..<count { output[index] = values[Int((input + index).load(as: UInt8.self))] }
    }
}
