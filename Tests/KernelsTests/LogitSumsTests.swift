import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct LogitSumsTests {
    @Test("against double", arguments: InstructionSet.available) func matches(instructions: InstructionSet) {
        var random = SeededGenerator(3)
        for count in [1, 15, 16, 17, 100, 4096, 4097, 151_936] {
            for scale: Float in [1, 0.5, 1.7] {
                var logits = (0..<count).map { _ in Float.random(in: -20...20, using: &random) }
                if count > 20 {
                    logits[3] = -.infinity
                    logits[5] = .nan
                }
                let numbers = logits.filter { !$0.isNaN }
                let largest = numbers.max() ?? 0
                let sum = numbers.reduce(0) { $0 + exp(Double(scale) * (Double($1) - Double(largest))) }
                let sums = LogitSums(logits, count: count, scale: scale, instructions: instructions)
                #expect(sums.maximum == largest && sums.argmax == logits.firstIndex(of: largest))
                #expect(abs(sums.sum / sum - 1) < 3e-6, "\(count): \(sums.sum / sum)")
                let probability = Double(scale) * (Double(logits[0]) - Double(largest)) - log(sum)
                #expect(abs(Double(sums.logProbability(of: logits[0])) - probability) < 1e-5)
            }
        }
    }

    @Test(arguments: InstructionSet.available) func oddities(instructions: InstructionSet) {
        let equal = [Float](repeating: 7, count: 33)
        let sums = LogitSums(equal, count: 33, instructions: instructions)
        #expect(sums.argmax == 0 && abs(sums.sum - 33) < 1e-4)
        let none = LogitSums([-.infinity, .nan], count: 2, instructions: instructions)
        #expect(none.maximum == -.infinity && none.sum == 0)
        let infinite = LogitSums([1, .infinity], count: 2, instructions: instructions)
        #expect(infinite.argmax == 1 && abs(infinite.sum - 1) < 1e-6)
        let one = LogitSums([-.infinity, -1e30, -.infinity], count: 3, instructions: instructions)
        #expect(one.argmax == 1 && abs(one.sum - 1) < 1e-6 && one.logProbability(of: -.infinity) == -.infinity)
    }
}
