import Foundation
import Kernels
import Testing

@Suite struct AttentionBenchmarkTests {
    @Test("every standard workload yields figures", arguments: AttentionBenchmark.Workload.standard)
    func runs(workload: AttentionBenchmark.Workload) throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["KINGLET_BENCH_SECONDS"].flatMap(Double.init) ?? 0
        for threads in seconds > 0 ? [1, 2] : [2] {
            let benchmark = try AttentionBenchmark(layers: seconds > 0 ? 24 : 1, on: WorkerPool(threads: threads))
            let result = benchmark.run(workload, seconds: seconds)
            #expect(result.secondsPerLayer > 0 && result.gigaflops > 0 && result.gigabytes > 0)
            guard seconds > 0 else { continue }
            let peak = MachinePeaks.measure(threads: threads).bf16?.all ?? .infinity
            let (micro, flops, bytes) = (result.secondsPerLayer * 1e6, result.gigaflops, result.gigabytes)
            print("\(threads) threads, \(workload.name): \(micro) us, \(flops) GFLOP/s of \(peak / 1e9), \(bytes) GB/s")
        }
    }
}
