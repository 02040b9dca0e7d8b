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
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0:
        for block in 0..<count {
            let from = input + block * type.bytesPerBlock, to = output + block * 32
            switch type {
            case .q4_0: dequantizeQ4(from, scale: half(from), offset: -8, to)
            case .q4_1: dequantizeQ4(from, scale: half(from), minimum: half(from + 2), to)
            case .q5_0: dequantizeQ5(from, scale: half(from), offset: -16, to)
            case .q5_1: dequantizeQ5(from, scale: half(from), minimum: half(from + 2), to)
            default: dequantizeQ8(from, scale: half(from), to)
            }
        }
    case .q4_K, .q5_K, .q6_K:
        for block in 0..<count {
            let from = input + block * type.bytesPerBlock, to = output + block * 256
            switch type {
            case .q4_K: dequantizeQ4K(from, to)
            case .q5_K: dequantizeQ5K(from, to)
            default: dequantizeQ6K(from, to)
            }
        }
    }
}
