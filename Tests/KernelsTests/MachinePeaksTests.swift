import Kernels
import Testing

@Suite struct MachinePeaksTests {
    @Test("a benchmark reports what its product costs") func benchmark() {
        let measured = KernelBenchmark(threads: 2)
            .measure(inputs: 256, outputs: 1024, rows: 4, format: .w8a8, seconds: 0.01)
        #expect(measured.seconds > 0 && measured.bytes > 0)
        #expect(abs(measured.operations * measured.seconds - 2 * 4 * 256 * 1024) < 1)
        let hasPeak = InstructionSet.current != .scalar
        #expect((measured.peakOperations != nil) == hasPeak)
        #expect((measured.share != nil) == hasPeak)
    }
}
