extension AutomatonBuilder {
    private enum Comparison: UInt8 { case less, equal, greater }

    private struct NumberState: Hashable {
        enum Phase: UInt8 { case start, sign, zero, whole, point, fraction, e, exponentSign, exponent }
        var phase = Phase.start
        var isNegative = false
        /// Digits of the current part, for the length bound and the comparison.
        var digits = 0
        /// Magnitude so far against the bounds of this sign.
        var low = Comparison.equal, high = Comparison.equal
        /// State of `NumberRange.step`.
        var remainder = 0
        var endsInZero = false
    }

    /// Bounds on the magnitude of numbers of one sign.
    private struct Magnitude {
        var low: NumberRange.Bound?
        var high: NumberRange.Bound?
        var isEmpty = false
    }

    /// A JSON number within `range`.
    package mutating func number(_ range: NumberRange, from source: Int32) -> Int32 {
        let end = node()
        let signs = [Self.magnitude(range, negative: false), Self.magnitude(range, negative: true)]
        var nodes: [NumberState: Int32] = [NumberState(): source]
        var open = [NumberState()]
        while let state = open.popLast() {
            guard let from = nodes[state] else { continue }
            if Self.mayEnd(state, range, signs[state.isNegative ? 1 : 0]) { epsilon(from, to: end) }
            for (low, high, next) in Self.steps(state, range, signs) {
                let to: Int32
                if let known = nodes[next] {
                    to = known
                } else {
                    to = node()
                    nodes[next] = to
                    open.append(next)
                }
                byte(from, low, high, to: to)
            }
        }
        return end
    }

    private static func magnitude(_ range: NumberRange, negative: Bool) -> Magnitude {
        var result = Magnitude()
        let (nearer, farther) = negative ? (range.maximum, range.minimum) : (range.minimum, range.maximum)
        if let nearer, nearer.value.isNegative == negative || nearer.value.isZero {
            result.low = NumberRange.Bound(
                value: ExactDecimal(whole: nearer.value.whole, fraction: nearer.value.fraction),
                isExclusive: nearer.isExclusive)
        }
        if let farther {
            if farther.value.isNegative == negative || farther.value.isZero {
                result.high = NumberRange.Bound(
                    value: ExactDecimal(whole: farther.value.whole, fraction: farther.value.fraction),
                    isExclusive: farther.isExclusive)
            } else {
                result.isEmpty = true
            }
        }
        if negative, range.isBounded || range.isCanonical || range.step != nil {
            // No -0 where the value counts.
            let zero = NumberRange.Bound(value: ExactDecimal(0), isExclusive: true)
            if result.low == nil || result.low?.value.isZero == true { result.low = zero }
        }
        return result
    }

    private static func mayEnd(_ state: NumberState, _ range: NumberRange, _ magnitude: Magnitude) -> Bool {
        switch state.phase {
        case .zero, .whole: break
        case .fraction: if range.isCanonical && state.endsInZero { return false }
        case .exponent: return true
        default: return false
        }
        if let step = range.step, !step.accepts(state.remainder, written: state.phase == .fraction ? state.digits : 0) {
            return false
        }
        let isWhole = state.phase != .fraction
        if let low = magnitude.low {
            let order = settle(state.low, low.value, state, isWhole)
            if order == .less || (order == .equal && low.isExclusive) { return false }
        }
        if let high = magnitude.high {
            let order = settle(state.high, high.value, state, isWhole)
            if order == .greater || (order == .equal && high.isExclusive) { return false }
        }
        return true
    }

    /// The order of the magnitude against a bound if the number ended here.
    private static func settle(_ order: Comparison, _ bound: ExactDecimal, _ state: NumberState, _ isWhole: Bool)
        -> Comparison
    {
        if isWhole {
            if state.digits < bound.whole.count { return .less }
            if order != .equal { return order }
            return bound.fraction.isEmpty ? .equal : .less
        }
        if order != .equal { return order }
        return state.digits < bound.fraction.count ? .less : .equal
    }

    private static func steps(
        _ state: NumberState, _ range: NumberRange, _ signs: [Magnitude]
    ) -> [(UInt8, UInt8, NumberState)] {
        var result: [(UInt8, UInt8, NumberState)] = []
        let magnitude = signs[state.isNegative ? 1 : 0]
        let (wholeLimit, fractionLimit) = (range.wholeLimit, range.fractionLimit)
        func digits(_ values: ClosedRange<UInt8>, _ phase: (UInt8) -> NumberState.Phase) {
            for value in values {
                var next = state
                next.phase = phase(value)
                let inFraction = next.phase == .fraction
                let position = state.phase == .start || state.phase == .sign || state.phase == .point ? 0 : state.digits
                next.digits = position + 1
                next.low = compare(state.low, magnitude.low?.value, position, value, inFraction)
                next.high = compare(state.high, magnitude.high?.value, position, value, inFraction)
                if let step = range.step { next.remainder = step.target(of: state.remainder, value) }
                next.endsInZero = range.isCanonical && inFraction && value == 0
                if let last = result.last, last.2 == next, last.1 == 47 + value {
                    result[result.count - 1].1 = 48 + value
                } else {
                    result.append((48 + value, 48 + value, next))
                }
            }
        }
        switch state.phase {
        case .start:
            if !signs[1].isEmpty {
                var next = state
                (next.phase, next.isNegative) = (.sign, true)
                result.append((UInt8(ascii: "-"), UInt8(ascii: "-"), next))
            }
            if !signs[0].isEmpty { digits(0...9) { $0 == 0 ? .zero : .whole } }
        case .sign: digits(0...9) { $0 == 0 ? .zero : .whole }
        case .zero, .whole:
            if state.phase == .whole, state.digits < wholeLimit { digits(0...9) { _ in .whole } }
            if !range.isInteger, fractionLimit > 0 {
                // The whole part is settled: shorter than the bound's is less.
                var next = state
                next.phase = .point
                next.digits = 0
                if let low = magnitude.low, state.digits < low.value.whole.count { next.low = .less }
                if let high = magnitude.high, state.digits < high.value.whole.count { next.high = .less }
                result.append((UInt8(ascii: "."), UInt8(ascii: "."), next))
                if range.mayHaveExponent { exponent(state, &result) }
            }
        case .point: digits(0...9) { _ in .fraction }
        case .fraction:
            if state.digits < fractionLimit { digits(0...9) { _ in .fraction } }
            if range.mayHaveExponent { exponent(state, &result) }
        case .e:
            var next = state
            next.phase = .exponentSign
            result.append((UInt8(ascii: "+"), UInt8(ascii: "+"), next))
            result.append((UInt8(ascii: "-"), UInt8(ascii: "-"), next))
            next.phase = .exponent
            next.digits = 1
            result.append((48, 57, next))
        case .exponentSign:
            var next = state
            next.phase = .exponent
            next.digits = 1
            result.append((48, 57, next))
        case .exponent:
            if state.digits < NumberRange.exponentDigits {
                var next = state
                next.digits += 1
                result.append((48, 57, next))
            }
        }
        return result
    }

    private static func exponent(_ state: NumberState, _ result: inout [(UInt8, UInt8, NumberState)]) {
        var next = NumberState()
        (next.phase, next.isNegative) = (.e, state.isNegative)
        result.append((UInt8(ascii: "e"), UInt8(ascii: "e"), next))
        result.append((UInt8(ascii: "E"), UInt8(ascii: "E"), next))
    }

    /// The order of the digits so far, with one digit more at `position`.
    private static func compare(
        _ order: Comparison, _ bound: ExactDecimal?, _ position: Int, _ digit: UInt8, _ inFraction: Bool
    ) -> Comparison {
        guard let bound else { return .equal }
        let digits = inFraction ? bound.fraction : bound.whole
        guard position < digits.count else {
            // More whole digits than the bound: greater. More fraction digits: greater unless they are zeros.
            if !inFraction { return .greater }
            return order == .equal && digit > 0 ? .greater : order
        }
        guard order == .equal else { return order }
        return digit < digits[position] ? .less : digit > digits[position] ? .greater : .equal
    }
}
