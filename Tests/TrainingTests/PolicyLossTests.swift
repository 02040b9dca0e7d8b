import Documents
import Foundation
import Kernels
import TestSupport
import Testing

import Training

@Suite struct PolicyLossTests {
    private static func run(
        _ logits: [Float], token: Int32, _ answer: PolicyLoss.Answer, weight: Double
    ) -> (loss: Double, gradient: [Float]) {
        let loss = PolicyLoss([answer], divergenceWeight: weight)
        var row = logits
        let value = row.withUnsafeMutableBufferPointer { loss.loss($0, of: TaughtToken(id: token), weight: 1) }
        var other = logits
        let alone = other.withUnsafeMutableBufferPointer { loss.loss($0, of: TaughtToken(id: token), weight: nil) }
        #expect(alone == value)
        return (value, row)
    }

    @Test("as PyTorch's autograd", arguments: 0..<5) func rows(_ index: Int) throws {
        let about = try JSONValue(parsing: Data(contentsOf: TestFiles.fixture("losses.json")))
        let row = try #require(about["policy"]?.arrayValue)[index]
        func floats(_ name: String) -> [Float] {
            (row[name]?.arrayValue ?? []).compactMap { $0.doubleValue.map { Float($0) } }
        }
        let answer = PolicyLoss.Answer(
            advantage: try #require(row["advantage"]?.doubleValue),
            reference: [Float(try #require(row["reference"]?.doubleValue))])
        let (loss, gradient) = Self.run(
            floats("logits"), token: Int32(try #require(row["target"]?.intValue)), answer,
            weight: try #require(row["weight"]?.doubleValue))
        let expected = try #require(row["loss"]?.doubleValue), slopes = floats("gradient")
        #expect(abs(loss - expected) < 1e-4 * max(1, abs(expected)))
        let size = max(1e-3, slopes.map { abs($0) }.max() ?? 0)
        #expect(gradient.count == slopes.count)
        for (made, expected) in zip(gradient, slopes) { #expect(abs(made - expected) < 2e-5 * size) }
    }

    @Test("law: with the advantage 1 and no pull it is the gradient of cross entropy", arguments: UInt64(0)..<10)
    func crossEntropy(seed: UInt64) {
        var random = SeededGenerator(seed)
        let logits = (0..<77).map { _ in Float.random(in: -6...6, using: &random) }
        var expected = logits
        _ = expected.withUnsafeMutableBufferPointer { CrossEntropy().loss($0, of: TaughtToken(id: 5), weight: 1) }
        let (_, gradient) = Self.run(logits, token: 5, .init(advantage: 1, reference: [-3]), weight: 0)
        for (made, expected) in zip(gradient, expected) { #expect(abs(made - expected) < 1e-6) }
        let (_, other) = Self.run(logits, token: 5, .init(advantage: -1, reference: [-3]), weight: 0)
        for (made, expected) in zip(other, expected) { #expect(abs(made + expected) < 1e-6) }
    }

    @Test("law: no advantage and the reference's own probability: nothing to do") func still() {
        let logits: [Float] = [0, 0, 0, 0]
        let (loss, gradient) = Self.run(logits, token: 2, .init(advantage: 0, reference: [log(0.25)]), weight: 3)
        #expect(abs(loss) < 1e-10 && gradient.allSatisfy { abs($0) < 1e-6 })
    }

    @Test func anAnswersOwnAdvantageAndPlaceCount() {
        let loss = PolicyLoss(
            [.init(advantage: 5, reference: [-1, -2]), .init(advantage: -5, reference: [-3])], divergenceWeight: 0)
        var row: [Float] = [1, 2]
        #expect(
            row.withUnsafeMutableBufferPointer { loss.loss($0, of: .init(id: 0, sample: 0, place: 1), weight: nil) }
                == -5)
        row = [1, 2]
        #expect(
            row.withUnsafeMutableBufferPointer { loss.loss($0, of: .init(id: 0, sample: 1, place: 0), weight: nil) }
                == 5)
    }
}
