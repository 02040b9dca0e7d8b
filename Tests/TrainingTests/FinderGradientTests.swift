import Documents
import Foundation
import Kernels
import ModelFiles
import Models
import TestSupport
import Testing

import Training

/// InfoNCE through the lower layers of the tiny model against PyTorch (`Fixtures/make_finder.py`).
@Suite struct FinderGradientTests {
    /// What PyTorch was given, and what it said.
    struct Fixture {
        let data: FinderData
        let contrast: ContrastiveLoss
        let model: ModelDescription
        let base: GradientFixture
        private let losses: JSONValue
        private let tensors: [String: [Float]]

        init() throws {
            base = try GradientFixture()
            let about = try JSONValue(parsing: Data(contentsOf: TestFiles.fixture("finder.json")))
            func lists(_ name: String) -> [[Int]] {
                (about[name]?.arrayValue ?? []).map { ($0.arrayValue ?? []).compactMap(\.intValue) }
            }
            let queries = zip(lists("queries"), lists("wanted")).map { tokens, wanted in
                FinderData.Query(tokens: tokens.map(Int32.init), wanted: wanted, others: [0, 1, 2, 3])
            }
            data = FinderData(sources: [queries], documents: lists("documents").map { $0.map(Int32.init) })
            contrast = ContrastiveLoss(
                temperature: Float(try #require(about["temperature"]?.doubleValue)),
                widths: (about["widths"]?.arrayValue ?? []).compactMap(\.intValue))
            var lower = base.model
            lower.layers = try #require(about["layers"]?.intValue)
            model = lower
            losses = try #require(about["losses"])
            let mapped = try MappedFile(path: TestFiles.fixture("finder.safetensors").path)
            tensors = Dictionary(
                uniqueKeysWithValues: try Safetensors.tensors(of: mapped).map { ($0.name, $0.dequantized()) })
        }

        func loss(_ pooling: StatePooling) throws -> Double { try #require(losses[pooling.rawValue]?.doubleValue) }

        func gradient(_ key: ParameterKey, _ pooling: StatePooling) throws -> [Float] {
            try #require(tensors["\(pooling.rawValue)/\(key)"], "no \(pooling)/\(key)")
        }

        func decoder(threads: Int = 2, _ precision: TrainingPrecision = .f32) throws -> TrainingDecoder {
            var shape = base.shape()
            shape.layers = Array(0..<model.layers)
            return try TrainingDecoder(
                encoding: try base.weights, of: model,
                training: Adapter(shape: shape, factors: try base.adapter(shape)), precision: precision,
                on: WorkerPool(threads: threads))
        }

        func step(_ pooling: StatePooling, rows: Int = 1000, threads: Int = 2) throws -> FinderStep {
            FinderStep(decoder: try decoder(threads: threads), contrast: contrast, pooling: pooling, maximumRows: rows)
        }
    }

    @Test("as PyTorch's autograd, in however many batches", arguments: StatePooling.allCases, [1000, 20, 1])
    func gradients(pooling: StatePooling, rows: Int) throws {
        let fixture = try Fixture(), step = try fixture.step(pooling, rows: rows)
        let result = step.addGradients(of: fixture.data.sources[0], in: fixture.data)
        #expect(abs(result.loss / (try fixture.loss(pooling)) - 1) < 1e-5)
        for entry in step.decoder.gradients.entries {
            let expected = try fixture.gradient(entry.key, pooling)
            let error = relativeError(step.decoder.gradients.values(entry.key) ?? [], expected)
            #expect(error <= 1e-3, "\(entry.key)")
        }
    }

    @Test("in bf16 the gradients point the same way", arguments: StatePooling.allCases)
    func bfloats(pooling: StatePooling) throws {
        let fixture = try Fixture(), decoder = try fixture.decoder(.bf16)
        let step = FinderStep(decoder: decoder, contrast: fixture.contrast, pooling: pooling, maximumRows: 1000)
        let result = step.addGradients(of: fixture.data.sources[0], in: fixture.data)
        #expect(abs(result.loss / (try fixture.loss(pooling)) - 1) < 0.02)
        let made = decoder.gradients.entries.flatMap { decoder.gradients.values($0.key) ?? [] }
        let expected = try decoder.gradients.entries.flatMap { try fixture.gradient($0.key, pooling) }
        #expect(cosine(made, expected) >= 0.997)
    }

    @Test("law: the order of a batch is of no account", arguments: StatePooling.allCases)
    func order(pooling: StatePooling) throws {
        let fixture = try Fixture()
        let queries = fixture.data.sources[0]
        let results = try [[0, 1, 2, 3], [3, 1, 0, 2], [2, 3, 1, 0]].map { order in
            let step = try fixture.step(pooling)
            let loss = step.addGradients(of: order.map { queries[$0] }, in: fixture.data)
            return (loss.loss, step.decoder.gradients.entries.flatMap { step.decoder.gradients.values($0.key) ?? [] })
        }
        for (loss, gradients) in results.dropFirst() {
            #expect(abs(loss - results[0].0) < 1e-5)
            #expect(relativeError(gradients, results[0].1) < 1e-4)
        }
    }

    @Test("the same bits with any number of threads") func threads() throws {
        let fixture = try Fixture()
        let gradients = try [1, 2, 3].map { threads in
            let step = try fixture.step(.mean, threads: threads)
            _ = step.addGradients(of: fixture.data.sources[0], in: fixture.data)
            return step.decoder.gradients.entries.map { step.decoder.gradients.values($0.key) }
        }
        #expect(gradients[0] == gradients[1])
        #expect(gradients[0] == gradients[2])
    }

    @Test("what texts begin with in common is computed once", arguments: StatePooling.allCases)
    func sharing(pooling: StatePooling) throws {
        let fixture = try Fixture(), step = try fixture.step(pooling)
        // 5 and 4 tokens, 3 of them in common; 5, 3, 8 and 3 with one in common. A mean's own tokens are not shared.
        let loss = step.loss(of: Array(fixture.data.sources[0].prefix(2)), in: fixture.data)
        #expect(loss.rows == (pooling == .last ? 9 - 3 : 9 - 1) + 19 - 3)
        #expect(
            step.decoder.gradients.entries.allSatisfy { entry in
                step.decoder.gradients.values(entry.key)?.allSatisfy { $0 == 0 } == true
            })
    }
}
