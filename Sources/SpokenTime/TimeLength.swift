/// A length of time: months, days and seconds apart, since neither months nor days are all equally long.
package struct TimeLength: Sendable, Hashable {
    package var months = 0
    package var days = 0
    package var seconds = 0

    package init(months: Int = 0, days: Int = 0, seconds: Int = 0) {
        (self.months, self.days, self.seconds) = (months, days, seconds)
    }

    static func + (left: Self, right: Self) -> Self {
        Self(months: left.months + right.months, days: left.days + right.days, seconds: left.seconds + right.seconds)
    }

    static prefix func - (length: Self) -> Self {
        Self(months: -length.months, days: -length.days, seconds: -length.seconds)
    }

    /// `PT1H30M`, `P2D`, `P3W`, `P1Y`.
    package init?(iso8601 text: String) {
        guard text.utf8.count <= 40,
            let match = text.uppercased().wholeMatch(
                of: /P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?/)
        else { return nil }
        let texts = [match.1, match.2, match.3, match.4, match.5, match.6, match.7]
        guard texts.contains(where: { $0 != nil }), texts.allSatisfy({ ($0?.count ?? 0) <= 7 }) else { return nil }
        let values = texts.map { $0.flatMap { Int($0) } ?? 0 }
        self.init(
            months: values[0] * 12 + values[1], days: values[2] * 7 + values[3],
            seconds: values[4] * 3600 + values[5] * 60 + values[6])
    }

    /// RFC 3339, appendix A: `PT1H30M`, `P2D`; units in between are not left out.
    package var iso8601: String {
        let (hours, minutes, rest) = parts
        var date = "", time = ""
        if months >= 12 { date += "\(months / 12)Y" }
        if months % 12 > 0 { date += "\(months % 12)M" }
        if days > 0 { date += "\(days)D" }
        if hours > 0 { time += "\(hours)H" }
        if minutes > 0 || (hours > 0 && rest > 0) { time += "\(minutes)M" }
        if rest > 0 { time += "\(rest)S" }
        if date.isEmpty && time.isEmpty { return "PT0S" }
        return "P" + date + (time.isEmpty ? "" : "T\(time)")
    }

    /// Without days and months.
    package var parts: (hours: Int, minutes: Int, seconds: Int) { (seconds / 3600, seconds / 60 % 60, seconds % 60) }

    /// Days as 24 hours; nil where months are said, which have no such length.
    package var totalSeconds: Int? { months == 0 ? days * 86_400 + seconds : nil }
}

/// A unit that lengths are counted in.
package enum TimeUnit: Int, Sendable, Hashable, CaseIterable, Comparable {
    case second, minute, hour, day, week, month, year

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Seconds; nil for months and years.
    package var seconds: Int? {
        switch self {
        case .second: 1
        case .minute: 60
        case .hour: 3_600
        case .day: 86_400
        case .week: 604_800
        case .month, .year: nil
        }
    }

    /// So many; nil for what no calendar holds. Parts of a day or week become hours, of a year months; half a month is none.
    func length(_ count: Double) -> TimeLength? {
        guard count >= 0, count < 1_000_000 else { return nil }
        switch self {
        case .second: return TimeLength(seconds: Int(count.rounded()))
        case .minute: return TimeLength(seconds: Int((count * 60).rounded()))
        case .hour: return TimeLength(seconds: Int((count * 3600).rounded()))
        case .day, .week:
            let days = count * (self == .week ? 7 : 1), whole = days.rounded(.down)
            return TimeLength(days: Int(whole), seconds: Int(((days - whole) * 86_400).rounded()))
        case .month, .year:
            let months = count * (self == .year ? 12 : 1)
            return months == months.rounded() ? TimeLength(months: Int(months)) : nil
        }
    }
}
