/// A `multipleOf` as an automaton over the digits of a numeral: which remainders there are, and where a digit leads.
///
/// The step is `divisor` times 10 to the power of -`places`, so a numeral is a multiple just when its digits, the point
/// moved `places` to the right, are divisible by `divisor`. Remainders that no further digit tells apart are one state:
/// 86,400 needs a few hundred, 10,000 only five.
package struct DecimalStep: Sendable, Hashable {
    /// Largest divisor once common factors of ten are taken out, and most states it may need.
    package static let largestDivisor = 100_000, maximumStates = 1_000
    /// Most decimal places of a step: a double keeps 15 digits.
    package static let maximumPlaces = 12

    /// Digits that may stand behind the point.
    package let places: Int
    /// State by state, where the digits 0 to 9 lead. State 0 is the start: nothing read, or a multiple so far.
    private let targets: [[UInt16]]
    private let isMultiple: [Bool]

    /// nil for a step of zero, below zero, of too many places or with a divisor that needs too many states.
    package init?(_ step: ExactDecimal) {
        guard !step.isNegative, !step.isZero, step.fraction.count <= Self.maximumPlaces else { return nil }
        let digits = step.whole + step.fraction
        guard digits.count <= 18 else { return nil }
        let divisor = digits.reduce(0) { $0 * 10 + Int($1) }
        guard divisor <= Self.largestDivisor, let table = Self.table(divisor) else { return nil }
        places = step.fraction.count
        (targets, isMultiple) = table
    }

    package var states: Int { targets.count }

    package func target(of state: Int, _ digit: UInt8) -> Int { Int(targets[state][Int(digit)]) }

    /// Whether a numeral is a multiple that ends in `state` after `written` digits behind the point.
    package func accepts(_ state: Int, written: Int) -> Bool {
        var state = state
        for _ in written..<max(written, places) { state = target(of: state, 0) }
        return isMultiple[state]
    }

    /// Remainders by `divisor`, those joined that every further text treats alike (Moore 1956).
    private static func table(_ divisor: Int) -> (targets: [[UInt16]], isMultiple: [Bool])? {
        var classes = (0..<divisor).map { $0 == 0 ? 0 : 1 }
        var count = min(divisor, 2)
        while true {
            var numbers: [[Int]: Int] = [:], next = [Int](repeating: 0, count: divisor)
            for remainder in 0..<divisor {
                let key = [classes[remainder]] + (0..<10).map { classes[(remainder * 10 + $0) % divisor] }
                let number = numbers[key] ?? numbers.count
                numbers[key] = number
                next[remainder] = number
                guard numbers.count <= maximumStates else { return nil }
            }
            classes = next
            guard numbers.count > count else { break }
            count = numbers.count
        }
        var targets = [[UInt16]](repeating: [], count: count), isMultiple = [Bool](repeating: false, count: count)
        for remainder in 0..<divisor where targets[classes[remainder]].isEmpty {
            targets[classes[remainder]] = (0..<10).map { UInt16(classes[(remainder * 10 + $0) % divisor]) }
            isMultiple[classes[remainder]] = remainder == 0
        }
        return (targets, isMultiple)
    }
}
