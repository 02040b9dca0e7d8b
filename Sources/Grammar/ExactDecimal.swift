import Documents

/// A decimal numeral without exponent: bounds and steps are compared digit by digit, never through floating point.
package struct ExactDecimal: Sendable, Hashable {
    package var isNegative: Bool
    /// No leading zeros; "0" for zero.
    package var whole: [UInt8]
    /// No trailing zeros.
    package var fraction: [UInt8]

    package var isZero: Bool { whole == [0] && fraction.isEmpty }

    package init(isNegative: Bool = false, whole: [UInt8], fraction: [UInt8] = []) {
        (self.isNegative, self.whole, self.fraction) = (isNegative, whole, fraction)
    }

    package init(_ value: Int) {
        self.init(isNegative: value < 0, whole: String(value.magnitude).utf8.map { $0 - 48 })
    }

    /// The shortest decimal that reads back as `value` (as Swift and Python print it): 0.1 is one tenth.
    package init(_ value: Double) {
        let text = String(describing: value.magnitude)
        let parts = text.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".")
        var digits = mantissa[0].utf8.map { $0 - 48 }
        var point = digits.count
        if mantissa.count > 1 { digits += mantissa[1].utf8.map { $0 - 48 } }
        point += exponent
        if point <= 0 {
            digits = [UInt8](repeating: 0, count: 1 - point) + digits
            point = 1
        }
        if point > digits.count { digits += [UInt8](repeating: 0, count: point - digits.count) }
        var whole = Array(digits[..<point].drop { $0 == 0 }), fraction = Array(digits[point...])
        if whole.isEmpty { whole = [0] }
        while fraction.last == 0 { fraction.removeLast() }
        self.init(isNegative: value < 0, whole: whole, fraction: fraction)
    }

    package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        if left.isZero && right.isZero { return false }
        if left.isNegative != right.isNegative { return left.isZero ? !right.isNegative : left.isNegative }
        let less = magnitudeLess(left, right)
        return left.isNegative ? magnitudeLess(right, left) : less
    }

    private static func magnitudeLess(_ left: ExactDecimal, _ right: ExactDecimal) -> Bool {
        if left.whole.count != right.whole.count { return left.whole.count < right.whole.count }
        if left.whole != right.whole { return left.whole.lexicographicallyPrecedes(right.whole) }
        return left.fraction.lexicographicallyPrecedes(right.fraction)
    }

    /// Whether this is a whole number of steps: 0.07 of 0.01, -7.5 of 2.5. Zero is a multiple of anything, and only zero is
    /// one of zero.
    package func isMultiple(of step: ExactDecimal) -> Bool {
        if isZero || step.isZero { return isZero }
        let places = max(fraction.count, step.fraction.count)
        let divisor = step.scaled(places)
        // Long division of digits; what remains is always less than the divisor.
        var rest: [UInt8] = []
        for digit in scaled(places) {
            rest.append(digit)
            rest = Array(rest.drop { $0 == 0 })
            while !Self.isLess(rest, divisor) { rest = Self.difference(rest, divisor) }
        }
        return rest.isEmpty
    }

    /// The digits of the magnitude times 10 to the power of `places`, without leading zeros.
    private func scaled(_ places: Int) -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: places - fraction.count)
        return Array((whole + fraction + zeros).drop { $0 == 0 })
    }

    private static func isLess(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }

    /// `left` less `right`, which is no larger.
    private static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var result = left, borrow: UInt8 = 0
        for index in result.indices.reversed() {
            let place = index - (left.count - right.count)
            let subtrahend = (place >= 0 ? right[place] : 0) + borrow
            borrow = result[index] < subtrahend ? 1 : 0
            result[index] = result[index] + borrow * 10 - subtrahend
        }
        return Array(result.drop { $0 == 0 })
    }
}

extension JSONValue {
    /// A number as the decimal it is written as; nil for anything else.
    var exactDecimal: ExactDecimal? {
        switch self {
        case .integer(let value): ExactDecimal(value)
        case .number(let value): ExactDecimal(value)
        default: nil
        }
    }

    func isMultiple(of step: JSONValue) -> Bool {
        guard let value = exactDecimal, let step = step.exactDecimal else { return false }
        return value.isMultiple(of: step)
    }
}
