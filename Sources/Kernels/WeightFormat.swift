import CKernels

/// How weights are stored and what they are multiplied with.
///
/// `w8`, `w4`: signed integers of that many bits, one scale for 128 inputs of an output. `a8`, `a16`: input rows
/// quantised on the fly to 8 or 16 bits, one scale for 128 values of a row; sums are exact integers within
/// those 128. `a16` (an error of at most 2⁻¹⁶ of the largest of its 128 values) stands for unquantised inputs.
public enum WeightFormat: String, Sendable, CaseIterable {
    case f32, bf16, w8a8, w8a16, w4a8, w4a16

    /// What a row of inputs is turned into before it is multiplied.
    enum Form: Equatable {
        case float
        case bfloat
        /// The bias of the weights decides the value that the integer sums start from.
        case integer(bits: Int, weightBias: Int)
    }

    var form: Form {
        switch self {
        case .f32: .float
        case .bf16: .bfloat
        case .w8a8: .integer(bits: 8, weightBias: 128)
        case .w8a16: .integer(bits: 16, weightBias: 128)
        case .w4a8: .integer(bits: 8, weightBias: 8)
        case .w4a16: .integer(bits: 16, weightBias: 8)
        }
    }

    /// Bits of an integer weight; nil for bf16 and f32.
    var weightBits: Int? {
        switch self {
        case .f32, .bf16: nil
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
        default: panelSize * (self == .bf16 ? groups * groupSize * 2 : inputs * 4)
        }
    }
}

/// Inputs that share a scale.
let groupSize = Int(CK_GROUP)
/// Outputs that are packed together.
let panelSize = Int(CK_PANEL)
