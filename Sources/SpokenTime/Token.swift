/// A word, a number or a mark of a text, as expressions of time are read from it.
struct Token: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case word
        /// `12`, `1,000`, `1.5`, `½`.
        case number(Double)
        /// `7:30`, `19:30:05`.
        case clock(SaidClock)
        /// `2026-11-24`, `24.12.2026`, `3/4/2026`: all days that are meant by some people, none where no calendar has it.
        case date([CalendarDay])
        /// `3/4`: a fraction, or a day without a year.
        case pair(Int, Int)
        /// `PT1H30M`.
        case length(TimeLength)
        /// `+02:00`, `Z` at the end of an ISO 8601 time: seconds east of UTC.
        case offset(Int)
        case mark
        /// A price, a share, a telephone or version number: has digits, and is never a time.
        case opaque
    }

    /// Lower case without accents; of a mark the mark.
    var text: String
    var kind: Kind
    var range: Range<String.Index>
    /// Whether a blank stands before it.
    var isApart: Bool
    var isCapital = false
    /// Written with letters that English has not.
    var isAccented = false

    var isWord: Bool { kind == .word }

    /// A whole number in digits that is at most 9999.
    var integer: Int? {
        guard case .number(let value) = kind, value <= 9_999, value == value.rounded(.down) else { return nil }
        return Int(value)
    }
}

/// A day of the calendar as far as it is said.
package struct CalendarDay: Sendable, Hashable {
    package var year: Int?
    package var month: Int, day: Int

    package init?(year: Int?, month: Int, day: Int) {
        // A leap day for want of a year.
        guard LocalTime.isValid(year ?? 2000, month, day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }
}
