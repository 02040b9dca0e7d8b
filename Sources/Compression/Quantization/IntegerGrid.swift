import ModelFiles

/// Whole numbers that weights are rounded to: symmetric, one scale for a group of a row's columns.
public struct IntegerGrid: Sendable, Hashable {
    /// 4 or 8.
    public let bits: Int
    /// Columns that share a scale; nil: a whole row.
    public let group: Int?

    /// - Throws: `.setting` for other widths, and groups that are no multiple of a word's integers.
    public init(bits: Int, group: Int?) throws(CompressionError) {
        guard bits == 4 || bits == 8 else { throw .setting("weights of \(bits) bits are not known; give 4 or 8") }
        if let group, group < 8 || group % 8 != 0 {
            throw .setting("--group \(group): must be a multiple of 8, or 0 for whole rows")
        }
        (self.bits, self.group) = (bits, group)
    }

    /// Columns that share a scale in rows of so many.
    func width(columns: Int) -> Int { group ?? columns }

    /// What is wrong with it for rows of so many columns; nil if nothing is.
    func fault(columns: Int) -> String? {
        let width = width(columns: columns)
        if columns % width != 0 { return "rows of \(columns) are no whole number of groups of \(width)" }
        return columns % (32 / bits) == 0 ? nil : "rows of \(columns) are no whole number of words of 32 bits"
    }

    /// The scale that is stored for groups whose largest number is this one.
    ///
    /// 8 bits: it falls on 127, so that the engine, which packs like that, finds the same integers. 4 bits: on 7.5, so that
    /// one end is cut off by half a step and the steps are finer (compressed-tensors, `calculate_qparams`).
    func scale(largest: Float) -> Float { Self.stored(largest / (bits == 8 ? 127 : 7.5)) }

    /// Of the scales from six tenths of that to a twelfth above it the one with the least sum of `importance * error²`.
    ///
    /// - Parameters:
    ///   - numbers: of a group, `count` of them.
    ///   - importance: as many.
    func bestScale(_ numbers: UnsafePointer<Float>, _ importance: UnsafePointer<Float>, count: Int) -> Float {
        let whole = scale(largest: Self.largest(numbers, count: count))
        var best = whole, least = Float.infinity
        for step in -8..<40 {
            let scale = Self.stored(whole * (1 - Float(step) / 100)), inverse = 1 / scale
            var sum: Float = 0
            for place in 0..<count {
                let error = numbers[place] - clamped((numbers[place] * inverse).rounded(.toNearestOrEven)) * scale
                sum += error * error * importance[place]
            }
            if sum < least { (best, least) = (scale, sum) }
        }
        return best
    }

    /// The largest magnitude.
    static func largest(_ numbers: UnsafePointer<Float>, count: Int) -> Float {
        (0..<count).reduce(Float(0)) { max($0, abs(numbers[$1])) }
    }

    /// The integer next to `number / scale`, ties to even.
    @inline(__always)
    func round(_ number: Float, _ scale: Float) -> Float { clamped((number / scale).rounded(.toNearestOrEven)) }

    /// -8...7 or -128...127; what is no number becomes the least.
    @inline(__always)
    private func clamped(_ integer: Float) -> Float {
        let (least, most): (Float, Float) = bits == 4 ? (-8, 7) : (-128, 127)
        return integer > least ? (integer < most ? integer : most) : least
    }

    /// In bf16, to the nearest, and above zero, so that zeros can be divided by it.
    static func stored(_ scale: Float) -> Float {
        let rounded = Float(bitPattern: UInt32(brainHalf(scale)) << 16)
        return rounded > 0 ? rounded : 0x1p-7
    }
}

/// How scales are chosen.
public enum ScaleChoice: String, Sendable, CaseIterable {
    /// The largest number of a group falls on the end of the range.
    case range
    /// The least squared error, weighted by how large inputs are where they are known.
    case error
}
