import CKernels
import Foundation

/// The vector instructions that the kernels use, weakest first.
///
/// `avx512` means F, BW, VL, DQ, VNNI and BF16 together; `avx2` includes FMA. A kernel of any of them
/// is checked against its scalar twin.
public enum InstructionSet: Int, Sendable, Comparable, CaseIterable, CustomStringConvertible {
    case scalar, neon, avx2, avx512

    /// What this process multiplies with: the widest set of the machine, or what `KINGLET_ISA` names.
    public static let current = choice.set

    /// What was wrong with `KINGLET_ISA`; nil if nothing was. The program refuses to run with it.
    public static let warning = choice.warning

    /// The sets that this machine can run, `scalar` first.
    public static let available = allCases.filter { canRun($0) }

    public var description: String {
        switch self {
        case .scalar: "scalar"
        case .neon: "neon"
        case .avx2: "avx2"
        case .avx512: "avx512"
        }
    }

    /// Weaker sets stand first.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The same set in the words of the C kernels.
    package var kernelSet: ck_isa { ck_isa(rawValue: UInt32(rawValue)) }

    private static let choice = choose(ProcessInfo.processInfo.environment["KINGLET_ISA"])

    /// The set for a value of `KINGLET_ISA`; a wrong value yields the widest set and what is wrong.
    package static func choose(_ forced: String?) -> (set: InstructionSet, warning: String?) {
        let widest = InstructionSet(rawValue: Int(ck_detect_isa().rawValue)) ?? .scalar
        guard let forced, !forced.isEmpty else { return (widest, nil) }
        let names = available.map(\.description).joined(separator: ", ")
        guard let named = allCases.first(where: { $0.description == forced.lowercased() }) else {
            return (widest, "KINGLET_ISA=\(forced) is unknown. Known here: \(names)")
        }
        guard canRun(named) else {
            return (widest, "KINGLET_ISA=\(forced) cannot run on this machine. Known here: \(names)")
        }
        return (named, nil)
    }

    /// Whether this machine has all instructions of a set.
    private static func canRun(_ set: InstructionSet) -> Bool {
        let widest = ck_detect_isa()
        return switch set {
        case .scalar: true
        case .neon: widest == CK_NEON
        case .avx2: widest == CK_AVX2 || widest == CK_AVX512
        case .avx512: widest == CK_AVX512
        }
    }
}
