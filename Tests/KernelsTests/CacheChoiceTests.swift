import Kernels
import Testing

@Suite("What keys and values are stored as") struct CacheChoiceTests {
    /// Rates of machines that were measured, in 10⁹ operations a second, and what attention is to multiply there.
    static let machines: [(name: String, int8: Double?, bf16: Double?, f32: Double?, element: KVCacheShape.Element)] = [
        ("Emerald Rapids, two cores", 1418, 148, 343, .int8),
        ("Zen 4, two cores", 928, 467, 233, .int8),
        ("AVX2: bytes in two instructions, no bf16", 230, nil, 228, .int8),
        ("bytes a little behind: they still read half of the memory", 200, nil, 290, .int8),
        ("bytes far behind", 100, nil, 290, .bf16),
        ("bf16 three times as fast", 300, 900, 200, .bf16),
        ("no vector kernel for bytes", nil, nil, 80, .bf16),
        ("nothing that could be measured", nil, nil, nil, .bf16),
    ]

    @Test(arguments: machines.indices) func measuredRatesChoose(_ index: Int) {
        let machine = Self.machines[index]
        let choice = CacheChoice(
            int8: machine.int8.map { $0 * 1e9 }, bf16: machine.bf16.map { $0 * 1e9 }, f32: machine.f32.map { $0 * 1e9 })
        #expect(choice.element == machine.element, "\(machine.name)")
    }

    @Test func theReasonHasTheRates() {
        #expect(
            CacheChoice(int8: 1.418e12, bf16: nil, f32: 3.4e11).reason
                == "measured, in 10⁹ operations a second: int8 1418, bf16 none, f32 340")
    }

    @Test func whatIsAskedForIsTaken() {
        for element in KVCacheShape.Element.allCases { #expect(CacheChoice(forced: element).element == element) }
    }

    /// Again on the same machine gives the same: answers must not change from start to start. A neighbour may spoil one in six.
    @Test func thisMachineChoosesTheSameAgain() {
        let pool = WorkerPool(threads: 2)
        let chosen = (0..<6).map { _ in CacheChoice(for: .w8a8, on: pool).element }
        #expect(!chosen.contains(.f32))
        #expect(chosen.count { $0 == .int8 } <= 1 || chosen.count { $0 == .int8 } >= 5, "\(chosen)")
    }

    @Test func scalarKernelsKeepBF16AndReferencesKeepF32() {
        let scalar = WorkerPool(threads: 1, instructionSet: .scalar)
        #expect(CacheChoice(for: .w8a8, on: scalar).element == .bf16)
        #expect(CacheChoice(for: .f32, on: scalar).element == .f32)
    }
}
