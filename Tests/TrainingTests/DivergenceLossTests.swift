import Foundation
import Kernels
import TestSupport
import Testing

import Training

@Suite struct DivergenceLossTests {
    /// The loss of one row, and the gradient of its logits.
    private static func run(
        _ divergence: Divergence, _ teacher: TeacherToken, _ logits: [Float], target: Int32 = 0,
        crossEntropy: Double = 0
    ) -> (loss: Double, gradient: [Float]) {
        let loss = DivergenceLoss(
            divergence, from: ListedTeacher([[teacher]]), named: "test", crossEntropyWeight: crossEntropy)
        var row = logits
        let value = row.withUnsafeMutableBufferPointer { loss.loss($0, of: TaughtToken(id: target), weight: 1) }
        var again = logits
        let alone = again.withUnsafeMutableBufferPointer { loss.loss($0, of: TaughtToken(id: target), weight: nil) }
        #expect(alone == value, "without a gradient the loss is the same")
        return (value, row)
    }

    /// What a teacher with these logits says.
    private static func teacher(_ logits: [Float], top: Int) -> TeacherToken {
        let order = logits.indices.sorted { logits[$0] > logits[$1] }
        let most = Double(logits.max() ?? 0)
        let sum = most + log(logits.reduce(0) { $0 + exp(Double($1) - most) })
        let rest = order.dropFirst(top).reduce(0) { $0 + exp(Double(logits[$1]) - sum) }
        return TeacherToken(
            ids: order.prefix(top).map { Int32($0) },
            logprobs: order.prefix(top).map { Float(Double(logits[$0]) - sum) },
            rest: Float(log(rest)))
    }

    private static let kinds: [Divergence] = [.forward, .reverse, .adaptive(mu: 0.5), .adaptive(mu: 0.9)]

    @Test("rows as PyTorch's autograd has them", arguments: 0..<7) func rows(_ index: Int) throws {
        let row = try LossFixture().rows[index]
        #expect(row.results.count == 18)
        for result in row.results {
            let (loss, gradient) = Self.run(
                result.divergence, row.teacher, row.logits, target: row.target, crossEntropy: result.crossEntropy)
            #expect(abs(loss - result.loss) <= 1e-5 * max(1, abs(result.loss)), "\(result.divergence)")
            let size = max(1e-3, result.gradient.map { abs($0) }.max() ?? 0)
            for (made, expected) in zip(gradient, result.gradient) {
                #expect(abs(made - expected) <= 2e-5 * size, "\(result.divergence), ce \(result.crossEntropy)")
            }
        }
    }

    @Test("the tiny model's adapter as PyTorch and PEFT have it", arguments: 0..<3) func model(_ index: Int) throws {
        let fixture = try GradientFixture(), losses = try LossFixture()
        let item = losses.cases[index]
        let decoder = try GradientTests.decoder(item.activated ? "alora" : "lora", fixture, threads: 2)
        for rows in [1000, 20] {
            decoder.gradients.fillWithZeros()
            let runner = StepRunner(
                decoder: decoder,
                planner: BatchPlanner(
                    sharing: item.activated ? .base(invocation: fixture.invocation) : .trained, maximumRows: rows),
                kept: KeptPrefixes(maximumBytes: 1 << 20))
            let loss = DivergenceLoss(
                item.divergence, from: ListedTeacher(losses.teacher), named: "test",
                crossEntropyWeight: item.crossEntropy)
            let result = try runner.addGradients(of: TrainingData(fixture.samples).samples, loss)
            #expect(abs(result.loss / item.loss - 1) < 1e-4, "\(item.name)")
            for entry in decoder.gradients.entries {
                let expected = try losses.gradient(entry.key, of: item.name)
                #expect(relativeError(decoder.gradients.values(entry.key) ?? [], expected) <= 1e-3, "\(entry.key)")
            }
        }
    }

    @Test("law: a student that is its teacher loses nothing and has no gradient", arguments: UInt64(0)..<20)
    func equals(seed: UInt64) {
        var random = SeededGenerator(seed)
        let logits = (0..<200).map { _ in Float.random(in: -12...12, using: &random) }
        for kind in Self.kinds {
            let (loss, gradient) = Self.run(kind, Self.teacher(logits, top: [1, 10, 100][Int(seed % 3)]), logits)
            #expect((0...1e-6).contains(loss))
            #expect(gradient.allSatisfy { abs($0) < 2e-6 })
        }
    }

    @Test("law: the adaptive loss lies between its ends, and is one of them at its own", arguments: UInt64(0)..<20)
    func ends(seed: UInt64) {
        var random = SeededGenerator(seed)
        let draw = { (0..<60).map { _ in Float.random(in: -5...5, using: &random) } }
        let teacher = Self.teacher(draw(), top: 12), student = draw()
        let forward = Self.run(.forward, teacher, student), reverse = Self.run(.reverse, teacher, student)
        // All is head: the forward divergence, to the bit.
        #expect(Self.run(.adaptive(mu: 1), teacher, student).loss == forward.loss)
        #expect(Self.run(.adaptive(mu: 1), teacher, student).gradient == forward.gradient)
        let ends = min(forward.loss, reverse.loss) - 1e-9...max(forward.loss, reverse.loss) + 1e-9
        for mu in [0, 0.3, 0.5, 0.9, 0.99] {
            #expect(ends.contains(Self.run(.adaptive(mu: mu), teacher, student).loss))
        }
        // Both agree in the head, to the last bit of what they are made of: the reverse divergence.
        let agreeing = TeacherToken(ids: [0, 1], logprobs: [log(0.5), log(0.3)], rest: log(0.2))
        let logits: [Float] = [log(0.5), log(0.2), log(0.3)]
        let adaptive = Self.run(.adaptive(mu: 0.4), agreeing, logits), other = Self.run(.reverse, agreeing, logits)
        #expect(abs(adaptive.loss - other.loss) < 1e-6)
        for (made, expected) in zip(adaptive.gradient, other.gradient) { #expect(abs(made - expected) < 1e-6) }
    }

    /// teacher, student, mu, and the part of the forward divergence, by hand
    static let shares: [([Double], [Double], Double, Double)] = [
        ([0.6, 0.3, 0.1], [0.2, 0.3, 0.5], 0.5, 0.5),  // the first alone is head, though it is above mu
        ([0.4, 0.3, 0.3], [0.2, 0.2, 0.6], 0.7, 0.5),  // 0.2 + 0.1 of 0.6
        ([0.4, 0.3, 0.3], [0.2, 0.2, 0.6], 0.5, 1.0 / 3),
        ([0.4, 0.3, 0.3], [0.2, 0.2, 0.6], 0, 1.0 / 3), ([0.4, 0.3, 0.3], [0.2, 0.2, 0.6], 1, 1),
        ([1], [1], 0.5, 1), ([0.5, 0.5], [0.5, 0.5], 0.4, 1), ([0.5, 0.3, 0.2], [0.5, 0.2, 0.3], 0.4, 0),
    ]
    @Test(arguments: shares) func sharesByHand(_ teacher: [Double], _ student: [Double], mu: Double, expected: Double) {
        #expect(abs(Divergence.adaptive(mu: mu).forwardShare(teacher: teacher, student: student) - expected) < 1e-12)
        #expect(Divergence.forward.forwardShare(teacher: teacher, student: student) == 1)
        #expect(Divergence.reverse.forwardShare(teacher: teacher, student: student) == 0)
    }

    static let extremes: [Float] = [0, 1e30, -1e30, 3e38, -3e38, 1e-37]
    @Test("law: finite for any logits, and the gradient sums to zero", arguments: extremes, extremes)
    func finite(_ first: Float, _ second: Float) {
        var student = [Float](repeating: 0, count: 40)
        (student[3], student[20], student[39]) = (first, second, second)
        let teachers = [
            TeacherToken(ids: [3, 7], logprobs: [-1e-7, -16], rest: -.infinity),
            TeacherToken(ids: [20], logprobs: [-900], rest: 0),
            TeacherToken(ids: [3, 20, 5], logprobs: [log(0.5), log(0.25), log(0.125)]),
        ]
        for teacher in teachers {
            for kind in Self.kinds {
                for crossEntropy in [0, 0.5, 1] {
                    let (loss, gradient) = Self.run(kind, teacher, student, target: 39, crossEntropy: crossEntropy)
                    #expect(loss.isFinite && gradient.allSatisfy(\.isFinite), "\(kind)")
                    let size = gradient.reduce(1) { $0 + abs($1) }
                    #expect(abs(gradient.reduce(0, +)) < 1e-5 * size)
                }
            }
        }
    }

    @Test func onlyCrossEntropyIsCrossEntropy() throws {
        let row = try LossFixture().rows[0]
        let (loss, gradient) = Self.run(.reverse, row.teacher, row.logits, target: row.target, crossEntropy: 1)
        var other = row.logits
        let expected = other.withUnsafeMutableBufferPointer {
            CrossEntropy().loss($0, of: TaughtToken(id: row.target), weight: 1)
        }
        #expect(abs(loss - expected) < 1e-5)
        for (made, expected) in zip(gradient, other) { #expect(abs(made - expected) < 1e-6) }
    }

    @Test func aTeacherOfWhomLittleIsKnown() {
        let token = TeacherToken(ids: [1, 2], logprobs: [log(0.5), log(0.25)])
        #expect(abs(token.rest - log(0.25)) < 1e-6)
        // Rounding may sum to more than one: a little is left in any case.
        let certain = TeacherToken(ids: [1, 2], logprobs: [0, log(0.1)])
        #expect(abs(Double(certain.rest) - log(TeacherToken.least)) < 1e-5)
    }
}
