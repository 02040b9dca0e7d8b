import Foundation

/// Numbers as blocks of a GGUF file: what `dequantizeBlocks` reads.
///
/// Layouts are those of ggml (`ggml-common.h`). Blocks of 32 are rounded as its reference rounds them, bit for bit.
package enum EncodedBlocks {
    /// Types that are written.
    package static let types: [TensorType] = [.f32, .f16, .bf16, .q4_0, .q5_0, .q8_0, .q4_K, .q6_K]

    /// - Parameters:
    ///   - count: blocks; `input` has `count * type.blockSize` numbers.
    ///   - output: `count * type.bytesPerBlock` bytes.
    /// - Precondition: `types` has the type.
    package static func encode(
        _ type: TensorType, _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutableRawPointer
    ) {
        precondition(types.contains(type), "no blocks of \(type)")
        for block in 0..<count {
            let (numbers, bytes) = (input + block * type.blockSize, output + block * type.bytesPerBlock)
            switch type {
            case .f32: bytes.storeBytes(of: numbers[0].bitPattern.littleEndian, as: UInt32.self)
            case .f16: store(floatToHalf(numbers[0]), bytes)
            case .bf16: store(brainHalf(numbers[0]), bytes)
            case .q4_0: encodeExtreme(numbers, levels: 16, bytes, fifths: nil, quants: bytes + 2)
            case .q5_0: encodeExtreme(numbers, levels: 32, bytes, fifths: bytes + 2, quants: bytes + 6)
            case .q8_0: encodeBytes(numbers, bytes)
            case .q4_K: encodeQ4K(numbers, bytes)
            case .q6_K: encodeQ6K(numbers, bytes)
            default: break  // none of `types`
            }
        }
    }

    /// Whether whole blocks hold no infinity and no NaN.
    package static func areFinite(_ type: TensorType, _ data: Data) -> Bool {
        data.withUnsafeBytes { allFinite(type, $0) }
    }

    /// A number of 16 bits, little-endian, unaligned.
    @inline(__always)
    static func store(_ half: UInt16, _ bytes: UnsafeMutableRawPointer) {
        bytes.storeBytes(of: half.littleEndian, as: UInt16.self)
    }

    /// 0 for a scale so small that there is none.
    private static func inverse(of scale: Float) -> Float {
        let inverse = 1 / scale
        return inverse.isFinite ? inverse : 0
    }

    /// 32 numbers; the one of the largest magnitude becomes the lowest level.
    private static func encodeExtreme(
        _ numbers: UnsafePointer<Float>, levels: Int, _ scaleAt: UnsafeMutableRawPointer,
        fifths: UnsafeMutableRawPointer?, quants: UnsafeMutableRawPointer
    ) {
        var extreme: Float = 0
        for place in 0..<32 where abs(numbers[place]) > abs(extreme) { extreme = numbers[place] }
        let scale = extreme / Float(-levels / 2), inverse = inverse(of: scale)
        store(floatToHalf(scale), scaleAt)
        func level(_ place: Int) -> UInt32 {
            UInt32(max(0, min(Float(levels - 1), numbers[place] * inverse + Float(levels / 2) + 0.5)))
        }
        var highBits: UInt32 = 0
        for place in 0..<16 {
            let (low, high) = (level(place), level(place + 16))
            quants.storeBytes(
                of: UInt8(truncatingIfNeeded: low & 15 | (high & 15) << 4), toByteOffset: place, as: UInt8.self)
            highBits |= (low >> 4) << UInt32(place) | (high >> 4) << UInt32(place + 16)
        }
        fifths?.storeBytes(of: highBits.littleEndian, as: UInt32.self)
    }

    /// Q8_0: 32 numbers, each to the whole number next to it, halves away from zero.
    private static func encodeBytes(_ numbers: UnsafePointer<Float>, _ bytes: UnsafeMutableRawPointer) {
        var largest: Float = 0
        for place in 0..<32 { largest = max(largest, abs(numbers[place])) }
        let scale = largest / 127, inverse = inverse(of: scale)
        store(floatToHalf(scale), bytes)
        for place in 0..<32 {
            let level = Int8(clamping: Int((numbers[place] * inverse).rounded(.toNearestOrAwayFromZero)))
            bytes.storeBytes(of: level, toByteOffset: 2 + place, as: Int8.self)
        }
    }
}
