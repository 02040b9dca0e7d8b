import Documents
import OrderedCollections

/// A length of time, as said: days and weeks apart from hours, since a day is not always 24 hours long.
package struct SpokenDuration: Sendable, Hashable {
    var days = 0
    var seconds = 0

    static func + (left: Self, right: Self) -> Self {
        Self(days: left.days + right.days, seconds: left.seconds + right.seconds)
    }

    /// RFC 3339, appendix A: `PT1H30M`, `P2D`; units in between are not left out.
    package var iso8601: String {
        let (hours, minutes, rest) = parts
        var time = ""
        if hours > 0 { time += "\(hours)H" }
        if minutes > 0 || (hours > 0 && rest > 0) { time += "\(minutes)M" }
        if rest > 0 { time += "\(rest)S" }
        if days == 0 && time.isEmpty { return "PT0S" }
        return "P" + (days > 0 ? "\(days)D" : "") + (time.isEmpty ? "" : "T\(time)")
    }

    /// `{"hours": 1, "minutes": 30, "seconds": 0}`
    var members: JSONObject {
        [
            "hours": .integer(parts.hours + days * 24), "minutes": .integer(parts.minutes),
            "seconds": .integer(parts.seconds),
        ]
    }

    /// Without the days.
    var parts: (hours: Int, minutes: Int, seconds: Int) { (seconds / 3600, seconds / 60 % 60, seconds % 60) }
}

extension SpokenWords {
    /// `half an hour`, `two and a half hours`, `an hour and twenty minutes`, `90 seconds`, and the index behind it.
    func duration(at index: Int) -> (value: SpokenDuration, end: Int)? {
        guard var (total, end) = durationPart(at: index) else { return nil }
        while true {
            let next = self[end] == "and" ? end + 1 : end
            guard let part = durationPart(at: next), part.value.days <= total.days else { return (total, end) }
            // "ten minutes and one hour" are two durations.
            if total.seconds > 0, part.value.seconds >= total.seconds { return (total, end) }
            (total, end) = (total + part.value, part.end)
        }
    }

    private func durationPart(at index: Int) -> (value: SpokenDuration, end: Int)? {
        if let fraction = fraction(at: index) { return fraction }
        var (count, end) = (0.0, index)
        if let word = self[index], ["a", "an"].contains(word) {
            (count, end) = (1, index + 1)
            if self[end] == "couple" { (count, end) = (2, self[end + 1] == "of" ? end + 2 : end + 1) }
        } else if let word = self[index], word.contains("."), let value = Double(word), value < 10_000 {
            (count, end) = (value, index + 1)
        } else if let number = number(at: index) {
            (count, end) = (Double(number.value), number.end)
        } else {
            return nil
        }
        if isAndAHalf(end), let unit = Self.units[self[end + 3] ?? ""] {
            return (Self.value(count + 0.5, unit), end + 4)
        }
        guard let unit = Self.units[self[end] ?? ""] else { return nil }
        end += 1
        if isAndAHalf(end), Self.units[self[end + 3] ?? ""] == nil { (count, end) = (count + 0.5, end + 3) }
        return (Self.value(count, unit), end)
    }

    /// `half an hour`, `a quarter of an hour`, `three quarters of an hour`.
    private func fraction(at index: Int) -> (value: SpokenDuration, end: Int)? {
        var (start, quarters) = (index, 0)
        switch (self[index], self[index + 1]) {
        case ("half", _): quarters = 2
        case ("a", "half"): (start, quarters) = (index + 1, 2)
        case ("quarter", _): quarters = 1
        case ("a", "quarter"): (start, quarters) = (index + 1, 1)
        case ("three", "quarters"): (start, quarters) = (index + 1, 3)
        default: return nil
        }
        var end = start + 1
        if self[end] == "of" { end += 1 }
        if let article = self[end], ["a", "an"].contains(article) { end += 1 }
        guard let unit = Self.units[self[end] ?? ""], unit.days == 0 else { return nil }
        return (SpokenDuration(seconds: unit.seconds * quarters / 4), end + 1)
    }

    private func isAndAHalf(_ index: Int) -> Bool {
        self[index] == "and" && self[index + 1] == "a" && self[index + 2] == "half"
    }

    private static func value(_ count: Double, _ unit: SpokenDuration) -> SpokenDuration {
        if unit.days > 0 {
            let days = count * Double(unit.days)
            return SpokenDuration(days: Int(days), seconds: Int((days - days.rounded(.down)) * 86_400))
        }
        return SpokenDuration(seconds: Int((count * Double(unit.seconds)).rounded()))
    }

    private static let units: [String: SpokenDuration] = {
        var units: [String: SpokenDuration] = [:]
        for (names, unit) in [
            (["second", "seconds", "sec", "secs", "s"], SpokenDuration(seconds: 1)),
            (["minute", "minutes", "min", "mins"], SpokenDuration(seconds: 60)),
            (["hour", "hours", "hr", "hrs", "h"], SpokenDuration(seconds: 3600)),
            (["day", "days"], SpokenDuration(days: 1)), (["week", "weeks"], SpokenDuration(days: 7)),
        ] {
            for name in names { units[name] = unit }
        }
        return units
    }()
}
