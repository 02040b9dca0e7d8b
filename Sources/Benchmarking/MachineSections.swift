import Configuration
import Kernels
import ModelFiles

/// The machine's peaks, on one core and on all.
struct PeaksSection {
    let peaks: MachinePeaks

    /// Measures the peaks on one core and on all.
    func run(_ report: BenchmarkReport) {
        report.begin(
            Table(
                "peaks", "Peaks of this machine (arithmetic in registers; reading beyond the caches)",
                [
                    .text("what", "", width: 10), .text("unit", "unit", width: 7),
                    .number("one_core", "one core", digits: 1, width: 9),
                    .number("all_cores", "\(peaks.threads) cores", digits: 1, width: 9),
                ]))
        for (name, unit, rate) in [
            ("int8", "Gop/s", peaks.int8), ("bf16", "GFLOP/s", peaks.bf16), ("f32", "GFLOP/s", peaks.f32),
            ("memory", "GB/s", peaks.memory),
        ] {
            report.add([
                .text(name), .text(unit), .optional(rate.map { $0.one / 1e9 }), .optional(rate.map { $0.all / 1e9 }),
            ])
        }
    }
}

extension MachinePeaks {
    /// The best of several measurements: one while others hold a core would flatter every share.
    ///
    /// Ends early when all cores reach what as many single ones would, which cores that share units never do.
    static func undisturbed(threads: Int) -> MachinePeaks {
        var best = measure(threads: threads)
        for _ in 0..<2 where !best.isUndisturbed { best = best.better(of: measure(threads: threads)) }
        return best
    }

    /// Whether several measurements agree, so that nothing else seems to run.
    private var isUndisturbed: Bool {
        guard let rate = int8 ?? bf16 ?? f32 else { return true }
        return rate.all > 0.95 * Double(threads) * rate.one
    }

    /// The better of each figure.
    package func better(of other: MachinePeaks) -> MachinePeaks {
        func better(_ one: Rate?, _ two: Rate?) -> Rate? {
            guard let one, let two else { return one ?? two }
            return Rate(one: max(one.one, two.one), all: max(one.all, two.all))
        }
        return MachinePeaks(
            int8: better(int8, other.int8), bf16: better(bf16, other.bf16), f32: better(f32, other.f32),
            memory: better(memory, other.memory) ?? memory, threads: threads)
    }
}

/// The matrix products of one layer, and the output matrix.
struct KernelsSection {
    let model: ModelDescription
    let format: WeightFormat
    let peaks: MachinePeaks
    let seconds: Double

    /// Times each product of a layer in turns with the peaks.
    func run(_ report: BenchmarkReport) {
        report.begin(
            Table(
                "kernels", "Matrix products, \(format.rawValue): share of the peak that bounds it",
                [
                    .text("matrix", "matrix", width: 8), .text("shape", "outputs x inputs", width: 16),
                    .number("rows", "rows", width: 5), .number("microseconds", "µs", digits: 1, width: 10),
                    .number("gop_per_second", "Gop/s", digits: 1), .number("gb_per_second", "GB/s", digits: 1),
                    .text("bound", "bound", width: 10), .share("share", "share"),
                ]))
        let benchmark = KernelBenchmark(threads: peaks.threads)
        for product in Self.products(of: model) {
            for rows in [1, 8, 32, 128, 512] {
                let figures = benchmark.measure(
                    inputs: product.inputs, outputs: product.outputs, rows: rows, format: format,
                    isGateUp: product.isGateUp, seconds: max(0.05, min(1, seconds / 20)))
                let bound = Bound(figures, peaks, format)
                report.add([
                    .text(product.name), .text("\(product.outputs) x \(product.inputs)"), .integer(rows),
                    .number(figures.seconds * 1e6), .number(figures.operations / 1e9), .number(figures.bytes / 1e9),
                    bound.map { .text($0.name) } ?? nil, .optional(bound?.share),
                ])
            }
        }
    }

    /// The matrices as they are packed.
    static func products(
        of model: ModelDescription
    ) -> [(name: String, outputs: Int, inputs: Int, isGateUp: Bool)] {
        let queries = model.heads * model.headSize
        return [
            ("qkv", queries + 2 * model.kvHeads * model.headSize, model.hiddenSize, false),
            ("o", model.hiddenSize, queries, false),
            ("gate-up", 2 * model.intermediateSize, model.hiddenSize, true),
            ("down", model.hiddenSize, model.intermediateSize, false),
            ("head", model.vocabularySize, model.hiddenSize, false),
        ]
    }
}

/// The limit of a product: arithmetic at the machine's peak, or reading the weights, whichever takes longer.
package struct Bound: Sendable, Hashable {
    package let name: String
    /// Of the time that the bound leaves.
    package let share: Double

    /// The peaks are the better of the run's and of those measured beside the product: a peak that others disturbed would
    /// flatter.
    ///
    /// - Returns: nil where the machine has no peak for the format's arithmetic.
    package init?(_ figures: KernelBenchmark.Measurement, _ peaks: MachinePeaks, _ format: WeightFormat) {
        guard let beside = figures.peakOperations, let limits = ModelLimits(peaks, format) else { return nil }
        let arithmetic = figures.operations / max(beside, limits.linear)
        let memory = figures.bytes / max(figures.peakBytes, limits.memory)
        (name, share) = arithmetic > memory ? ("arithmetic", arithmetic) : ("memory", memory)
    }
}

/// Paged attention of one layer.
struct AttentionSection {
    let model: ModelDescription
    let peaks: MachinePeaks
    let element: KVCacheShape.Element
    let seconds: Double

    /// Times paged attention of the workloads.
    func run(_ report: BenchmarkReport) throws {
        let peak = peaks.attention(element)
        report.begin(
            Table(
                "attention",
                "Attention of a layer, \(element.rawValue): share of the \(peak?.name ?? "f32") peak, of reading keys and values",
                [
                    .text("batch", "batch", width: 40), .number("microseconds", "µs", digits: 1, width: 10),
                    .number("gflop_per_second", "GFLOP/s", digits: 1), .share("share_of_arithmetic", "share"),
                    .number("gb_per_second", "GB/s", digits: 1), .share("share_of_memory", "share"),
                ]))
        let benchmark = try AttentionBenchmark(
            heads: model.heads, kvHeads: model.kvHeads, headSize: model.headSize, layers: model.layers,
            element: element, on: WorkerPool(threads: peaks.threads))
        for workload in AttentionBenchmark.Workload.standard {
            let result = benchmark.run(workload, seconds: max(0.05, min(1, seconds / 20)))
            report.add([
                .text(workload.name), .number(result.secondsPerLayer * 1e6), .number(result.gigaflops),
                .optional(peak.map { result.gigaflops * 1e9 / $0.rate }), .number(result.gigabytes),
                .number(result.gigabytes * 1e9 / peaks.memory.all),
            ])
        }
    }
}
