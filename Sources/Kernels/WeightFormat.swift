import CKernels

/// A format of weights: how they are stored and what they are multiplied with.
///
/// `w8`: weights are integers of 8 bits, one scale for 128 inputs of an output. `w4`: of these integers 16, for 32
/// inputs, evenly spaced; 4.625 bits a weight in all. `a8`, `a16`: input rows quantised on the fly to 8 or 16 bits,
/// one scale for 128 values of a row; sums are exact integers within those 128. `a16` (an error of at most 2⁻¹⁶ of
/// the largest of its 128 values) stands for unquantised inputs.
///
/// `fp8`: weights are E4M3, floats of 8 bits, with one scale an output, input rows are rounded to E4M3 with one scale a row;
/// `fp8a16`: inputs are bf16. In memory both are bf16, which holds E4M3 exactly, and scales are applied to the sums:
/// products are exact, sums f32.
public enum WeightFormat: String, Sendable, CaseIterable {
    case f32, bf16, w8a8, w8a16, w4a8, w4a16, fp8, fp8a16

    /// What a row of inputs is turned into before it is multiplied.
    enum Form: Equatable {
        case float
        case bfloat
        /// E4M3 as bf16, a scale a row.
        case eightBitFloat
        case integer(bits: Int)
    }

    /// What the format is made of: bits of a weight and of an activation.
    var form: Form {
        switch self {
        case .f32: .float
        case .bf16, .fp8a16: .bfloat
        case .fp8: .eightBitFloat
        case .w8a8, .w4a8: .integer(bits: 8)
        case .w8a16, .w4a16: .integer(bits: 16)
        }
    }

    /// The format for matrices that bear rounding least: 8 bits for 4, with the same inputs.
    ///
    /// In Qwen2.5-Coder-0.5B those around attention: an eighth of the layers' weights, a quarter of what 4 bits cost in
    /// perplexity (`Docs/Performance.md`).
    public var careful: WeightFormat {
        switch self {
        case .w4a8: .w8a8
        case .w4a16: .w8a16
        case .f32, .bf16, .w8a8, .w8a16, .fp8, .fp8a16: self
        }
    }

    /// Whether weights are E4M3.
    public var isEightBitFloat: Bool { self == .fp8 || self == .fp8a16 }

    /// The format for the output matrix, which folders of E4M3 leave as it is.
    public var output: WeightFormat { isEightBitFloat ? .bf16 : self }

    /// The format for the first factor of an adapter: like the matrix, but not E4M3.
    var factor: WeightFormat { isEightBitFloat ? .bf16 : careful }

    /// Bits of an integer weight; nil for floats.
    var weightBits: Int? {
        switch self {
        case .f32, .bf16, .fp8, .fp8a16: nil
        case .w8a8, .w8a16: 8
        case .w4a8, .w4a16: 4
        }
    }

    /// Bytes of one panel: 32 outputs by `inputs`.
    func panelBytes(inputs: Int) -> Int {
        let groups = (inputs + groupSize - 1) / groupSize
        return switch weightBits {
        case 8: groups * Int(CK_GROUP_BYTES_8)
        case 4: groups * Int(CK_GROUP_BYTES_4)
        default: panelSize * (self == .f32 ? inputs * 4 : groups * groupSize * 2)
        }
    }

    /// Bits that a weight takes, without scales.
    var storedBits: Int { weightBits ?? (self == .f32 ? 32 : 16) }
}

/// Inputs that share a scale.
let groupSize = Int(CK_GROUP)
/// Outputs that are packed together.
let panelSize = Int(CK_PANEL)
