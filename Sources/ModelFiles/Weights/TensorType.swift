/// A storage format of a tensor's numbers (`ggml.h`, `ggml-common.h` of ggml; F32, F16 and BF16 also in safetensors; floats
/// of 8 bits and integers only there: as they are, and packed in words of 32 bits, `int4` and `int8`).
public enum TensorType: String, Sendable, CaseIterable {
    case f32, f16, bf16, q4_0, q4_1, q5_0, q5_1, q8_0, q4_K, q5_K, q6_K
    case f8e4m3, i8, i32, i64, int4, int8

    /// Numbers a block holds; a row is a whole number of blocks.
    public var blockSize: Int {
        switch self {
        case .f32, .f16, .bf16, .f8e4m3, .i8, .i32, .i64: 1
        case .int4: 8
        case .int8: 4
        case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0: 32
        case .q4_K, .q5_K, .q6_K: 256
        }
    }

    /// Bytes of the smallest unit that is stored: a number, or a block with its scales.
    public var bytesPerBlock: Int {
        switch self {
        case .f8e4m3, .i8: 1
        case .f32, .i32, .int4, .int8: 4
        case .i64: 8
        case .f16, .bf16: 2
        case .q4_0: 2 + 16
        case .q4_1: 2 + 2 + 16
        case .q5_0: 2 + 4 + 16
        case .q5_1: 2 + 2 + 4 + 16
        case .q8_0: 2 + 32
        case .q4_K: 2 + 2 + 12 + 128
        case .q5_K: 2 + 2 + 12 + 32 + 128
        case .q6_K: 128 + 64 + 16 + 2
        }
    }

    /// Bytes of a tensor of `shape`; nil if a dimension is not positive, a row is no whole number of blocks, or a
    /// product exceeds 63 bits.
    func bytes(of shape: [Int]) -> Int? {
        guard let columns = shape.last, columns > 0, columns % blockSize == 0 else { return nil }
        var total = columns / blockSize
        for dimension in shape.dropLast() {
            let (product, overflows) = total.multipliedReportingOverflow(by: dimension)
            guard dimension > 0, !overflows else { return nil }
            total = product
        }
        // The numbers are counted too, so that their count and the bytes of their f32 form also fit.
        let (bytes, overflows) = total.multipliedReportingOverflow(by: bytesPerBlock)
        let numbers = total.multipliedReportingOverflow(by: blockSize * 4)
        return overflows || numbers.overflow ? nil : bytes
    }

    /// The number in a GGUF file's tensor table; nil for one that is not there.
    var gguf: UInt32? {
        switch self {
        case .f32: 0
        case .f16: 1
        case .q4_0: 2
        case .q4_1: 3
        case .q5_0: 6
        case .q5_1: 7
        case .q8_0: 8
        case .q4_K: 12
        case .q5_K: 13
        case .q6_K: 14
        case .bf16: 30
        case .f8e4m3, .i8, .i32, .i64, .int4, .int8: nil
        }
    }

    /// The type of a GGUF file's tensor table; nil for one that is not read here.
    init?(gguf code: UInt32) {
        guard let type = Self.allCases.first(where: { $0.gguf == code }) else { return nil }
        self = type
    }

    /// Whole numbers, which are weights with their scales alone.
    var isInteger: Bool {
        switch self {
        case .i8, .i32, .i64, .int4, .int8: true
        default: false
        }
    }

    /// The name in a safetensors header; nil for one that is not written.
    var safetensors: String? {
        switch self {
        case .f32: "F32"
        case .f16: "F16"
        case .bf16: "BF16"
        case .f8e4m3: "F8_E4M3"
        case .i8: "I8"
        case .i32: "I32"
        case .i64: "I64"
        default: nil
        }
    }

    /// The type of a safetensors header; nil for one that is not read here.
    init?(safetensors name: String) {
        guard let type = Self.allCases.first(where: { $0.safetensors == name }) else { return nil }
        self = type
    }
}
