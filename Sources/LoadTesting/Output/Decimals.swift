/// Numbers as people read them, whatever the locale.
package enum Decimals {
    /// `12.30`; "-" for nil.
    package static func fixed(_ value: Double?, _ digits: Int) -> String {
        guard let value, value.isFinite, abs(value) < 1e12 else { return "-" }
        let scale = (0..<digits).reduce(1) { result, _ in result * 10 }
        let units = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && units > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(units)" }
        let fraction = String(units % scale)
        return "\(sign)\(units / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// Without zeros at the end, at most three digits behind the point.
    package static func shortest(_ value: Double) -> String {
        var text = fixed(value, 3)
        while text.contains("."), let last = text.last, last == "0" || last == "." {
            text.removeLast()
            if last == "." { break }
        }
        return text
    }

    /// Milliseconds of seconds: `0.52`, `48.1`, `1830`.
    package static func milliseconds(_ seconds: Double?) -> String {
        guard let seconds else { return "-" }
        return fixed(seconds * 1000, seconds < 0.01 ? 2 : seconds < 10 ? 1 : 0)
    }
}
