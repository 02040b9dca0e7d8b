import Grammar
import TestSupport
import Testing

@Suite struct ExactDecimalTests {
    static let multiples: [(value: Double, step: Double, holds: Bool)] = [
        (0.07, 0.01, true), (19.99, 0.01, true), (19.995, 0.01, false), (0.3, 0.1, true), (1.1, 0.1, true),
        (0.15, 0.1, false), (-7.5, 2.5, true), (-7.4, 2.5, false), (0, 0.01, true), (0, 0, true), (1, 0, false),
        (1e22, 7, false), (7e22, 7, true), (1e-7, 1e-9, true), (1e300, 1e-300, true), (86_400, 3_600, true),
        (86_401, 3_600, false), (4.35, 0.05, true), (4.36, 0.05, false), (1_000_000.01, 0.01, true),
    ]
    @Test(arguments: multiples) func knowsMultiples(_ value: Double, _ step: Double, _ holds: Bool) {
        #expect(ExactDecimal(value).isMultiple(of: ExactDecimal(step)) == holds)
    }

    static let orders: [(Double, Double)] = [
        (-10, -9.99), (-0.5, 0), (0, 1e-300), (0.1, 0.11), (0.99, 1), (9, 10), (9.5, 10.25), (1e20, 1.5e20),
    ]
    @Test(arguments: orders) func isOrdered(_ less: Double, _ more: Double) {
        #expect(ExactDecimal(less) < ExactDecimal(more))
        #expect(!(ExactDecimal(more) < ExactDecimal(less)))
        #expect(!(ExactDecimal(less) < ExactDecimal(less)))
    }

    @Test("integers: multiples and order are those of Int", arguments: UInt64(0)..<8)
    func agreesWithIntegers(seed: UInt64) {
        var random = SeededGenerator(seed)
        for _ in 0..<300 {
            let left = Int.random(in: -100_000...100_000, using: &random)
            let right = Int.random(in: -300...300, using: &random)
            #expect((ExactDecimal(left) < ExactDecimal(right)) == (left < right))
            let isMultiple = right == 0 ? left == 0 : left % right == 0
            #expect(ExactDecimal(left).isMultiple(of: ExactDecimal(right)) == isMultiple, "\(left) of \(right)")
        }
    }

    @Test("a step's automaton knows the multiples that the decimal knows", arguments: UInt64(0)..<40)
    func stepsAgree(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let places = Int.random(in: 0...4, using: &random)
        let digits = Int.random(in: 1...999, using: &random)
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let decimal = ExactDecimal(Double(digits) / scale)
        guard let step = DecimalStep(decimal) else {
            #expect(digits > 300, "\(digits)e-\(places)")
            return
        }
        for _ in 0..<200 {
            let whole = Int.random(in: 0...99_999, using: &random)
            let count = Int.random(in: 0...step.places, using: &random)
            let fraction = (0..<count).map { _ in UInt8.random(in: 0...9, using: &random) }
            var state = 0
            for digit in String(whole).utf8.map({ $0 - 48 }) + fraction { state = step.target(of: state, digit) }
            var trimmed = fraction
            while trimmed.last == 0 { trimmed.removeLast() }
            let value = ExactDecimal(whole: ExactDecimal(whole).whole, fraction: trimmed)
            #expect(step.accepts(state, written: count) == value.isMultiple(of: decimal), "\(whole).\(fraction)")
        }
    }

    static let sizes: [(step: Double, states: Int?)] = [
        (1, 1), (10, 2), (10_000, 5), (0.01, 1), (0.25, 4), (7, 7), (60, nil), (86_400, nil), (100_000, 6),
    ]
    @Test(arguments: sizes) func joinsRemainders(_ size: Double, _ states: Int?) throws {
        let step = try #require(DecimalStep(ExactDecimal(size)))
        if let states { #expect(step.states == states) }
        #expect(step.states <= DecimalStep.maximumStates)
    }

    @Test(arguments: [0, -1, 1.0 / 3, 65_537, 1e9 + 7, 1e-13]) func refusesWhatIsTooMuch(_ size: Double) {
        #expect(DecimalStep(ExactDecimal(size)) == nil)
    }
}
