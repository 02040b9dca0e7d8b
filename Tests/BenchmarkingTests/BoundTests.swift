import Benchmarking
import Foundation
import Kernels
import Testing

@Suite struct BoundTests {
    /// A product that reached these rates beside these peaks.
    private func measurement(
        operations: Double, bytes: Double, peakOperations: Double?, peakBytes: Double
    ) throws -> KernelBenchmark.Measurement {
        let peak = peakOperations.map { #","peakOperations":\#($0)"# } ?? ""
        let text = """
            {"product":{"inputs":1,"outputs":1,"rows":1,"format":"w8a8","threads":2,"isGateUp":false},
            "seconds":1,"operations":\(operations),"bytes":\(bytes),"peakBytes":\(peakBytes)\(peak)}
            """
        return try JSONDecoder().decode(KernelBenchmark.Measurement.self, from: Data(text.utf8))
    }

    @Test func theHigherShareBinds() throws {
        let peaks = ModelCostTests.peaks  // int8 2e12, memory 4e10
        let few = try measurement(operations: 1e11, bytes: 3e10, peakOperations: 2e12, peakBytes: 4e10)
        #expect(Bound(few, peaks, .w8a8)?.name == "memory")
        #expect(Bound(few, peaks, .w8a8)?.share == 0.75)
        let many = try measurement(operations: 1.5e12, bytes: 1e9, peakOperations: 2e12, peakBytes: 4e10)
        #expect(Bound(many, peaks, .w8a8)?.name == "arithmetic")
        #expect(Bound(many, peaks, .w8a8)?.share == 0.75)
    }

    @Test func aDisturbedPeakDoesNotFlatter() throws {
        let disturbed = try measurement(operations: 1e12, bytes: 1, peakOperations: 0.5e12, peakBytes: 1e10)
        #expect(Bound(disturbed, ModelCostTests.peaks, .w8a8)?.share == 0.5)
    }

    @Test func theBetterPeaksCount() {
        var disturbed = ModelCostTests.peaks
        (disturbed.int8, disturbed.bf16) = (.init(one: 1e12, all: 1e12), nil)
        disturbed.memory.one = 30e9
        let better = disturbed.better(of: ModelCostTests.peaks)
        #expect(better.int8 == .init(one: 1e12, all: 2e12))
        #expect(better.bf16 == ModelCostTests.peaks.bf16)
        #expect(better.memory == .init(one: 30e9, all: 40e9))
    }

    @Test func withoutAPeakThereIsNoShare() throws {
        let unknown = try measurement(operations: 1e12, bytes: 1, peakOperations: nil, peakBytes: 1e10)
        #expect(Bound(unknown, ModelCostTests.peaks, .w8a8) == nil)
    }
}
