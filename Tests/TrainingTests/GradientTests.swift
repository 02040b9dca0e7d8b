import ModelFiles
import Kernels
import TestSupport
import Testing

import Training

/// Losses and gradients against PyTorch and PEFT.
@Suite struct GradientTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String, sharing: BatchPlanner.Sharing
        var rows = 1000
        var threads = 2
        var isQwen3 = false
        var testDescription: String {
            "\(isQwen3 ? "qwen3, " : "")\(name), \(sharing), batches of \(rows), \(threads) threads"
        }
    }

    static let cases: [Case] = [
        Case(name: "full", sharing: .none),
        Case(name: "full", sharing: .trained),
        Case(name: "full", sharing: .trained, rows: 20),
        Case(name: "lora", sharing: .none),
        Case(name: "lora", sharing: .none, rows: 1),
        Case(name: "lora", sharing: .trained),
        Case(name: "lora", sharing: .trained, rows: 22, threads: 1),
        Case(name: "alora", sharing: .base(invocation: [5, 9])),
        Case(name: "alora", sharing: .base(invocation: [5, 9]), rows: 9),
        Case(name: "full", sharing: .none, isQwen3: true),
        Case(name: "full", sharing: .trained, rows: 20, threads: 1, isQwen3: true),
        Case(name: "lora", sharing: .trained, isQwen3: true),
        Case(name: "alora", sharing: .base(invocation: [5, 9]), isQwen3: true),
    ]

    @Test("as PyTorch's autograd", arguments: cases) func gradients(_ item: Case) throws {
        let fixture = try GradientFixture(folder: TestFiles.fixture(item.isQwen3 ? "qwen3" : ""))
        let decoder = try Self.decoder(item.name, fixture, threads: item.threads)
        let step = StepRunner(
            decoder: decoder, planner: BatchPlanner(sharing: item.sharing, maximumRows: item.rows),
            kept: KeptPrefixes(maximumBytes: 1 << 20))
        let result = try step.addGradients(of: fixture.samples)
        #expect(result.tokens == 11)
        #expect(abs(result.loss / (try fixture.loss(of: item.name)) - 1) < 1e-5)
        for entry in decoder.gradients.entries {
            let expected = try fixture.gradient(entry.key, of: item.name)
            let error = relativeError(decoder.gradients.values(entry.key) ?? [], expected)
            #expect(error <= 1e-3, "\(entry.key)")
        }
    }

    @Test(
        "adapters of some layers and matrices have the gradients of all",
        arguments: [
            ([AdaptedMatrix.query, .value], [1, 2]), ([.down], [2]), ([.gate], [0]), ([.attentionOutput, .up], [1]),
            ([.key], [0]), ([.down, .gate], [0, 2]),
        ])
    func parts(matrices: [AdaptedMatrix], layers: [Int]) throws {
        let fixture = try GradientFixture()
        let whole = try fixture.adapter(fixture.shape())
        let shape = AdapterShape(rank: fixture.rank, alpha: fixture.alpha, matrices: matrices, layers: layers)
        // The other matrices' factors are folded into the weights, as merging does it.
        let weights = try fixture.weights
        let rest = ParameterArena(fixture.shape().factors(in: fixture.model))
        for entry in whole.entries where !shape.factors(in: fixture.model).contains(where: { $0.key == entry.key }) {
            rest.set(entry.key, to: whole.values(entry.key) ?? [])
        }
        try Adapter(shape: fixture.shape(), factors: rest).merge(into: weights)
        let decoder = try TrainingDecoder(
            weights: weights, of: fixture.model, training: Adapter(shape: shape, factors: try fixture.adapter(shape)),
            on: WorkerPool(threads: 2))
        let step = StepRunner(
            decoder: decoder, planner: BatchPlanner(sharing: .trained, maximumRows: 100),
            kept: KeptPrefixes(maximumBytes: 1 << 20))
        let result = try step.addGradients(of: fixture.samples)
        #expect(abs(result.loss / (try fixture.loss(of: "lora")) - 1) < 1e-5)
        for entry in decoder.gradients.entries {
            let expected = try fixture.gradient(entry.key, of: "lora")
            #expect(relativeError(decoder.gradients.values(entry.key) ?? [], expected) <= 1e-3, "\(entry.key)")
        }
    }

    @Test("the same bits with any number of threads", arguments: ["full", "lora", "alora"])
    func threads(name: String) throws {
        let fixture = try GradientFixture()
        let gradients = try [1, 2, 3].map { threads in
            let decoder = try Self.decoder(name, fixture, threads: threads)
            let sharing: BatchPlanner.Sharing = name == "alora" ? .base(invocation: fixture.invocation) : .trained
            let step = StepRunner(
                decoder: decoder, planner: BatchPlanner(sharing: sharing, maximumRows: 100),
                kept: KeptPrefixes(maximumBytes: 1 << 20))
            _ = try step.addGradients(of: fixture.samples)
            return decoder.gradients.entries.map { decoder.gradients.values($0.key) }
        }
        #expect(gradients[0] == gradients[1])
        #expect(gradients[0] == gradients[2])
    }

    @Test("in bf16 the gradients point the same way", arguments: ["lora", "alora"]) func bfloats(name: String) throws {
        let fixture = try GradientFixture()
        let decoder = try Self.decoder(name, fixture, threads: 2, precision: .bf16)
        let sharing: BatchPlanner.Sharing = name == "alora" ? .base(invocation: fixture.invocation) : .trained
        let step = StepRunner(
            decoder: decoder, planner: BatchPlanner(sharing: sharing, maximumRows: 100),
            kept: KeptPrefixes(maximumBytes: 1 << 20))
        let result = try step.addGradients(of: fixture.samples)
        #expect(abs(result.loss / (try fixture.loss(of: name)) - 1) < 0.01)
        let made = decoder.gradients.entries.flatMap { decoder.gradients.values($0.key) ?? [] }
        let expected = try decoder.gradients.entries.flatMap { try fixture.gradient($0.key, of: name) }
        #expect(cosine(made, expected) >= 0.999)
    }

    @Test func aKeptPrefixIsComputedOnce() throws {
        let fixture = try GradientFixture()
        let decoder = try Self.decoder("alora", fixture, threads: 1)
        let kept = KeptPrefixes(maximumBytes: 1 << 20)
        let step = StepRunner(
            decoder: decoder, planner: BatchPlanner(sharing: .base(invocation: fixture.invocation), maximumRows: 100),
            kept: kept)
        let first = try step.addGradients(of: fixture.samples)
        // One of the two has a history: what stands before that is a prefix of its own.
        #expect((kept.misses, kept.hits) == (3, 0))
        #expect(try step.addGradients(of: fixture.samples).loss == first.loss)
        #expect((kept.misses, kept.hits) == (3, 3))
    }

    static func decoder(
        _ name: String, _ fixture: GradientFixture, threads: Int, precision: TrainingPrecision = .f32
    ) throws -> TrainingDecoder {
        let pool = WorkerPool(threads: threads)
        guard name != "full" else {
            return try TrainingDecoder(training: try fixture.weights, of: fixture.model, on: pool)
        }
        let shape = fixture.shape(activated: name == "alora")
        return try TrainingDecoder(
            weights: try fixture.weights, of: fixture.model,
            training: Adapter(shape: shape, factors: try fixture.adapter(shape)), precision: precision, on: pool)
    }
}
