/// Whether every weight, or every scale where weights are quantised, is a finite number. `bytes` is whole blocks.
func allFinite(_ type: TensorType, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    let blocks = bytes.count / type.bytesPerBlock
    switch type {
    case .f32: return largestExponent(base, UInt32.self, stride: 4, count: blocks, mask: 0x7F80_0000) < 0x7F80_0000
    case .bf16: return largestExponent(base, UInt16.self, stride: 2, count: blocks, mask: 0x7F80) < 0x7F80
    case .f8e4m3: return largestExponent(base, UInt8.self, stride: 1, count: blocks, mask: 0x7F) < 0x7F
    case .f16: return halvesAreFinite(base, stride: 2, count: blocks)
    case .q4_0, .q5_0, .q8_0: return halvesAreFinite(base, stride: type.bytesPerBlock, count: blocks)
    case .q4_1, .q5_1, .q4_K, .q5_K:
        return halvesAreFinite(base, stride: type.bytesPerBlock, count: blocks)
            && halvesAreFinite(base + 2, stride: type.bytesPerBlock, count: blocks)
    case .i8, .i32, .i64, .int4, .int8: return true  // whole numbers; scales are checked where they are read
    case .q6_K: return halvesAreFinite(base + 208, stride: type.bytesPerBlock, count: blocks)
    }
}

/// All half-precision numbers `stride` bytes apart are finite.
@inline(__always)
private func halvesAreFinite(_ base: UnsafeRawPointer, stride: Int, count: Int) -> Bool {
    largestExponent(base, UInt16.self, stride: stride, count: count, mask: 0x7C00) < 0x7C00
}

/// The largest exponent among numbers: that of infinity and NaN shows damage.
@inline(__always)
private func largestExponent<Bits: FixedWidthInteger>(
    _ base: UnsafeRawPointer, _: Bits.Type, stride: Int, count: Int, mask: Bits
) -> Bits {
    var largest: Bits = 0
    for index in 0..<count {
        largest = max(largest, Bits(littleEndian: (base + index * stride).loadUnaligned(as: Bits.self)) & mask)
    }
    return largest
}
