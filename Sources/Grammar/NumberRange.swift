/// What a number may be.
package struct NumberRange: Sendable, Hashable {
    package struct Bound: Sendable, Hashable {
        package var value: ExactDecimal
        package var isExclusive: Bool
    }
    package var isInteger: Bool
    package var minimum: Bound?
    package var maximum: Bound?
    package var step: DecimalStep?
    /// One text a value: no exponent, no zero at the end of a fraction, no -0.
    package var isCanonical = false

    package init(isInteger: Bool) { self.isInteger = isInteger }

    /// Digits before and after the point, at most, where no bound asks for more. A model cannot write digits for ever, and
    /// an integer of 18 digits fits 64 bits.
    package static let wholeDigits = 18, fractionDigits = 17, exponentDigits = 2

    package var isBounded: Bool { minimum != nil || maximum != nil }
    var mayHaveExponent: Bool { !isBounded && !isCanonical && step == nil }

    /// Digits before the point.
    var wholeLimit: Int {
        // A double keeps 15 digits: with more, a price that is a multiple would be read as one that is not.
        let usual = step.map { $0.places > 0 && !isInteger ? 15 - $0.places : Self.wholeDigits } ?? Self.wholeDigits
        return max(usual, bounds.map { $0.whole.count + 1 }.max() ?? 0)
    }

    /// Digits behind the point.
    var fractionLimit: Int {
        if let step { return step.places }
        return max(Self.fractionDigits, (bounds.map(\.fraction.count).max() ?? 0) + 1)
    }

    private var bounds: [ExactDecimal] { [minimum, maximum].compactMap { $0?.value } }
}

extension NumberRange {
    package func contains(_ value: ExactDecimal) -> Bool {
        if let minimum, value < minimum.value || (minimum.isExclusive && !(minimum.value < value)) { return false }
        if let maximum, maximum.value < value || (maximum.isExclusive && !(value < maximum.value)) { return false }
        return true
    }
}
