/// Scales of a matrix of integers, one for a group of a row's columns: `weight = (integer - zero) * scale`.
struct WeightScales: Sendable {
    /// `[rows, groups]`
    let values: [Float]
    /// `[rows, groups]`: the integer that stands for zero; nil: 0 does.
    let zeros: [Float]?
    let groups: Int
    /// Columns that adjoin and share a scale.
    let groupSize: Int
    /// The group of each column, where they do not adjoin.
    let groupOfColumn: [Int]?

    /// Makes weights of the integers of whole rows in place.
    func apply(rows: Range<Int>, columns: Int, to numbers: UnsafeMutablePointer<Float>) {
        for (place, row) in rows.enumerated() {
            let numbers = numbers + place * columns, first = row * groups
            if let groupOfColumn {
                for column in 0..<columns {
                    let group = first + groupOfColumn[column]
                    numbers[column] = (numbers[column] - (zeros?[group] ?? 0)) * values[group]
                }
                continue
            }
            for group in 0..<groups {
                let (scale, zero) = (values[first + group], zeros?[first + group] ?? 0)
                for column in group * groupSize..<(group + 1) * groupSize {
                    numbers[column] = (numbers[column] - zero) * scale
                }
            }
        }
    }
}

/// Whole numbers of 4 or 8 bits in words of 32, the lowest bits first, half of their range added.
@inline(__always)
func unpackIntegers(
    bits: Int, _ input: UnsafeRawPointer, words: Int, into output: UnsafeMutablePointer<Float>
) {
    let perWord = 32 / bits, mask = UInt32(1 << bits) - 1, offset = Int32(1 << (bits - 1))
    for word in 0..<words {
        let packed = UInt32(littleEndian: input.loadUnaligned(fromByteOffset: word * 4, as: UInt32.self))
        for place in 0..<perWord {
            output[word * perWord + place] = Float(Int32(packed >> UInt32(place * bits) & mask) - offset)
        }
    }
}
