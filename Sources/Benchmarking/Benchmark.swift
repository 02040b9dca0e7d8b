import Assembly
import Configuration
import Documents
import Foundation
import Kernels
import ModelFiles
import Models
import Service

/// Runs a plan's sections one after the other; each measures the same model on the same machine.
public struct Benchmark: Sendable {
    private let plan: BenchmarkPlan
    private let format: WeightFormat
    private let threads: Int

    /// Runs this plan.
    public init(_ plan: BenchmarkPlan) {
        self.plan = plan
        format = WeightFormat(rawValue: plan.settings.model.format) ?? .w8a8
        let wanted = plan.settings.model.threads
        threads = wanted > 0 ? wanted : ProcessInfo.processInfo.activeProcessorCount
    }

    /// - Parameter write: gets each line of the tables as soon as it is known.
    /// - Returns: all figures.
    public func run(write: @escaping @Sendable (String) -> Void) async throws -> JSONValue {
        let report = BenchmarkReport(write: write)
        let others = OthersLoad()
        try await run(report)
        if let cores = others?.cores {
            report.note("cores_busy_with_others", .number(cores))
            if cores > 0.05 {
                report.say("")
                report.say(
                    "Other processes kept \(String(format: "%.1f", cores)) cores busy: repeat this without them.")
            }
        }
        return report.json
    }

    /// Each section in order.
    private func run(_ report: BenchmarkReport) async throws {
        let description = try plan.shape ?? PackedModel.describe(plan.settings)
        introduce(description, report)

        let element =
            plan.settings.engine.kvCacheElement ?? CacheChoice(for: format, on: WorkerPool(threads: threads)).element
        let peaks = MachinePeaks.undisturbed(threads: threads)
        if plan.sections.contains(.peaks) { PeaksSection(peaks: peaks).run(report) }
        if plan.sections.contains(.kernels) {
            KernelsSection(model: description, format: format, peaks: peaks, seconds: plan.seconds).run(report)
        }
        if plan.sections.contains(.attention) {
            try AttentionSection(
                model: description, peaks: peaks, element: element, seconds: plan.seconds
            ).run(report)
        }
        guard !plan.sections.isDisjoint(with: [.load, .model, .grammar, .http]) else { return }

        let model = try await load(report)
        let cost = ModelCost(description, weightBytes: model.weights.bytes)
        let limits = ModelLimits(peaks, format, cache: element)
        if plan.sections.contains(.model) {
            try ModelSection(
                model: model, cost: cost, limits: limits, element: element, seconds: plan.seconds
            ).run(report)
        }
        if plan.sections.contains(.grammar) {
            try GrammarSection(vocabulary: model.vocabulary, schemas: plan.schemas).run(report)
        }
        if plan.sections.contains(.http) {
            try await ServingSection(
                model: model, settings: plan.settings, cost: cost, limits: limits, seconds: plan.seconds
            ).run(report)
        }
    }

    /// Writes model, machine and settings at the head of the report.
    private func introduce(_ description: ModelDescription, _ report: BenchmarkReport) {
        let machine = Machine.current()
        report.note("machine", machine.json)
        report.note(
            "model",
            [
                "name": .string(description.name), "random_weights": .bool(plan.shape != nil),
                "format": .string(format.rawValue), "kv_cache_format": .string(plan.settings.engine.kvCacheFormat),
                "layers": .integer(description.layers),
                "hidden": .integer(description.hiddenSize), "intermediate": .integer(description.intermediateSize),
                "heads": .integer(description.heads), "kv_heads": .integer(description.kvHeads),
                "head_size": .integer(description.headSize), "vocabulary": .integer(description.vocabularySize),
            ])
        report.note("threads", .integer(threads))
        report.note("seconds", .number(plan.seconds))
        report.note("started", .string(Date().ISO8601Format()))
        let weights = plan.shape == nil ? "" : ", random weights"
        report.say("\(description.name)\(weights), \(format.rawValue), \(threads) threads")
        report.say(machine.text)
    }

    /// Packs the weights of the model, or random ones of the shape.
    private func load(_ report: BenchmarkReport) async throws -> PackedModel {
        func packed() async throws -> PackedModel {
            if let shape = plan.shape { return try await PackedModel.random(shape, plan.settings) }
            return try await PackedModel.load(plan.settings)
        }
        guard plan.sections.contains(.load) else { return try await packed() }
        return try await LoadSection(settings: plan.settings).run(report, load: packed)
    }
}
