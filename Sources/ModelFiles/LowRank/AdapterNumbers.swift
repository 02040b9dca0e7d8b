/// How the numbers of a written adapter are stored.
public enum AdapterNumbers: String, Sendable, CaseIterable {
    case f32
    /// Half the size of f32, 8 bits of them fraction.
    case bf16
    /// A quarter: `F8_E4M3`, 4 bits of them fraction, in the range that `FactorPowers` fills.
    case f8

    var type: TensorType {
        switch self {
        case .f32: .f32
        case .bf16: .bf16
        case .f8: .f8e4m3
        }
    }
}

/// Why an adapter cannot be stored in 8 bits.
package enum AdapterNumbersError: Error, Equatable, CustomStringConvertible {
    case notFinite(tensor: String)
    /// Alpha would have to be more than any number is.
    case tooLarge

    package var description: String {
        switch self {
        case .notFinite(let tensor): "\(tensor) has a value that is no number; 8 bits have no place for it"
        case .tooLarge: "its numbers are too large for 8 bits. Store it in bf16: --numbers bf16"
        }
    }
}
