import Kernels
import Testing

@Suite struct InstructionSetTests {
    @Test func takesWhatTheMachineHas() {
        #expect(InstructionSet.choose(nil) == InstructionSet.choose(""))
        #expect(InstructionSet.choose(nil).set == InstructionSet.available.max())
        #expect(InstructionSet.choose(nil).warning == nil)
    }

    @Test func obeysAnAvailableName() {
        for set in InstructionSet.available {
            #expect(InstructionSet.choose(set.description.uppercased()) == (set, nil))
        }
    }

    @Test("an unknown or unavailable name is reported, not obeyed", arguments: ["sse9", "neon", "avx512"])
    func reports(_ name: String) {
        guard !InstructionSet.available.contains(where: { $0.description == name }) else { return }
        let choice = InstructionSet.choose(name)
        #expect(choice.set == InstructionSet.choose(nil).set)
        #expect(choice.warning?.contains("KINGLET_ISA=\(name)") == true)
    }
}
