/// Dequantises `count` blocks of `type` at `input` to f32. No alignment is asked of `input`.
///
/// Block layouts and the order of operations are those of ggml (`ggml-common.h`, `ggml-quants.c`), so results equal
/// its own bit for bit.
func dequantizeBlocks(
    _ type: TensorType, _ input: UnsafeRawPointer, count: Int, into output: UnsafeMutablePointer<Float>
) {
    switch type {
    case .f32: UnsafeMutableRawPointer(output).copyMemory(from: input, byteCount: count * 4)
    case .f16: convertHalves(input, count: count, into: output)
    case .bf16: convertBrainHalves(input, count: count, into: output)
    case .q4_0: forEachBlock(type, input, count, output, dequantizeQ4_0)
    case .q4_1: forEachBlock(type, input, count, output, dequantizeQ4_1)
    case .q5_0: forEachBlock(type, input, count, output, dequantizeQ5_0)
    case .q5_1: forEachBlock(type, input, count, output, dequantizeQ5_1)
    case .q8_0: forEachBlock(type, input, count, output, dequantizeQ8_0)
    case .q4_K: forEachBlock(type, input, count, output, dequantizeQ4K)
    case .q5_K: forEachBlock(type, input, count, output, dequantizeQ5K)
    case .q6_K: forEachBlock(type, input, count, output, dequantizeQ6K)
    case .f8e4m3: convertEightBitFloats(input, count: count, into: output)
    case .i8:
        for place in 0..<count { output[place] = Float((input + place).loadUnaligned(as: Int8.self)) }
    case .i32:
        for place in 0..<count {
            output[place] = Float(Int32(littleEndian: (input + place * 4).loadUnaligned(as: Int32.self)))
        }
    case .i64:
        for place in 0..<count {
            output[place] = Float(Int64(littleEndian: (input + place * 8).loadUnaligned(as: Int64.self)))
        }
    case .int4: unpackIntegers(bits: 4, input, words: count, into: output)
    case .int8: unpackIntegers(bits: 8, input, words: count, into: output)
    }
}

/// Inlined into each case, so that sizes are constants and the block's code stands in the loop.
@inline(__always)
private func forEachBlock(
    _ type: TensorType, _ input: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutablePointer<Float>,
    _ dequantize: (UnsafeRawPointer, UnsafeMutablePointer<Float>) -> Void
) {
    for block in 0..<count {
        dequantize(input + block * type.bytesPerBlock, output + block * type.blockSize)
    }
}
