/// A time of day, as said; which half of the day is meant may stand elsewhere in the sentence.
struct SpokenClock: Sendable, Hashable {
    var hour: Int
    var minute: Int
    /// Whether `hour` is of 24, so that nothing more has to be known.
    var isCertain: Bool

    /// - Parameter part: of the day, where it is said.
    /// - Parameter prefersMorning: where it is not.
    func resolved(part: DayPart?, now: LocalTime?, isToday: Bool, prefersMorning: Bool) -> (hour: Int, minute: Int) {
        guard !isCertain, (1...12).contains(hour) else { return (hour, minute) }
        let morning = hour % 12, later = morning + 12
        let chosen: Int
        switch part {
        case .morning: chosen = morning
        case .afternoon: chosen = later
        case .evening, .night: chosen = hour == 12 ? 0 : part == .night && hour < 5 ? morning : later
        case nil where prefersMorning: chosen = hour == 12 ? 12 : morning
        case nil:
            // Today: the next one. Another day: in the hours when people are awake.
            if isToday, let now {
                let (time, first) = (now.hour * 60 + now.minute, morning * 60 + minute)
                chosen = first > time || later * 60 + minute <= time ? (hour == 12 ? 12 : morning) : later
            } else {
                chosen = hour == 12 || hour < 7 ? (hour == 12 ? 12 : later) : morning
            }
        }
        return (chosen, minute)
    }
}

extension SpokenWords {
    /// `half past seven`, `quarter to eight`, `7:30 pm`, `seven o'clock`, `at six`, and the index behind it. A preposition
    /// is not part of it.
    func clock(at index: Int, speaksOfTime: Bool) -> (value: SpokenClock, part: DayPart?, end: Int)? {
        guard let found = named(index) ?? relative(index) ?? digits(index) ?? hour(index, speaksOfTime) else {
            return nil
        }
        var (clock, end) = found
        if !clock.isCertain, let half = Self.halves[self[end] ?? ""] {
            guard (1...12).contains(clock.hour) else { return nil }
            (clock.hour, clock.isCertain, end) = (clock.hour % 12 + half, true, end + 1)
        }
        var part: DayPart?
        if let lead = self[end], ["in", "at"].contains(lead) {
            let place = self[end + 1] == "the" ? end + 2 : end + 1
            if let named = Self.dayParts[self[place] ?? ""] { (part, end) = (named, place + 1) }
        }
        return (clock, part, end)
    }

    private func named(_ index: Int) -> (SpokenClock, Int)? {
        switch self[index] {
        case "noon", "midday": (SpokenClock(hour: 12, minute: 0, isCertain: true), index + 1)
        case "midnight": (SpokenClock(hour: 0, minute: 0, isCertain: true), index + 1)
        default: nil
        }
    }

    /// `half past seven`, `half seven`, `a quarter to eight`, `ten to six`, `five minutes past nine`.
    private func relative(_ index: Int) -> (SpokenClock, Int)? {
        var (place, minutes) = (index, 0)
        if self[place] == "a", self[place + 1] == "quarter" { place += 1 }
        switch self[place] {
        case "half":
            let isPast = self[place + 1] == "past", start = isPast ? place + 2 : place + 1
            guard let hour = hourName(start), isPast || !isUnit(hour.end) else { return nil }
            return (SpokenClock(hour: hour.value, minute: 30, isCertain: false), hour.end)
        case "quarter": (minutes, place) = (15, place + 1)
        default:
            guard let number = number(at: place), (1...59).contains(number.value) else { return nil }
            (minutes, place) = (number.value, number.end)
            if let unit = self[place], ["minutes", "minute"].contains(unit) {
                place += 1
            } else {
                // "from two to four" and "one to three" are no times of day.
                guard minutes % 5 == 0, !["from", "between"].contains(self[index - 1] ?? "") else {
                    return nil
                }
            }
        }
        guard let side = self[place], let hour = hourName(place + 1) else { return nil }
        switch side {
        case "past", "after": return (SpokenClock(hour: hour.value, minute: minutes, isCertain: false), hour.end)
        case "to", "till", "before":
            return (SpokenClock(hour: (hour.value + 10) % 12 + 1, minute: 60 - minutes, isCertain: false), hour.end)
        default: return nil
        }
    }

    /// `7:30`, `19:30`, `7.30 pm`, `7 pm`.
    private func digits(_ index: Int) -> (SpokenClock, Int)? {
        guard let word = self[index], word.first?.isNumber == true else { return nil }
        let hasHalf = Self.halves[self[index + 1] ?? ""] != nil
        var parts = word.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 3, parts[2].utf8.count == 2, Int(parts[2]) != nil { parts.removeLast() }  // seconds
        if parts.count == 2 || (word.contains(".") && (hasHalf || self[index - 1] == "at")) {
            let parts = parts.count == 2 ? parts : word.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].utf8.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]),
                (0..<24).contains(hour), (0..<60).contains(minute)
            else { return nil }
            let isCertain = hour > 12 || hour == 0 || parts[0].hasPrefix("0")
            return (SpokenClock(hour: hour, minute: minute, isCertain: isCertain), index + 1)
        }
        return nil
    }

    /// `seven o'clock`, `seven pm`, `seven thirty`, `at seven`.
    private func hour(_ index: Int, _ speaksOfTime: Bool) -> (SpokenClock, Int)? {
        guard let number = number(at: index), (0...23).contains(number.value), !isUnit(number.end) else { return nil }
        let clock = SpokenClock(hour: number.value, minute: 0, isCertain: number.value > 12 || number.value == 0)
        if let next = self[number.end], ["o'clock", "oclock"].contains(next) { return (clock, number.end + 1) }
        // As people type it: o"clock.
        if self[number.end] == "o", self[number.end + 1] == "clock" { return (clock, number.end + 2) }
        if Self.halves[self[number.end] ?? ""] != nil { return (clock, number.end) }
        if self[number.end] == "in", self[number.end + 1] == "the", Self.dayParts[self[number.end + 2] ?? ""] != nil {
            return (clock, number.end)
        }
        guard let before = self[index - 1] else { return nil }
        let isRange =
            ["to", "and", "till", "until"].contains(before)
            && (2...5).contains { distance in
                ["from", "between"].contains(self[index - distance] ?? "")
            }
        guard Self.prepositions.contains(before) || isRange || (speaksOfTime && ["for", "to"].contains(before)) else {
            return nil
        }
        if let minutes = minutes(number.end) {
            return (SpokenClock(hour: clock.hour, minute: minutes.value, isCertain: clock.isCertain), minutes.end)
        }
        if let next = self[number.end], !Self.followers.contains(next), Self.dayParts[next] == nil { return nil }
        return (clock, number.end)
    }

    /// `thirty` in `seven thirty`, `oh five`.
    private func minutes(_ index: Int) -> (value: Int, end: Int)? {
        if let word = self[index], ["oh", "o"].contains(word), let unit = number(at: index + 1),
            (1...9).contains(unit.value)
        {
            return (unit.value, unit.end)
        }
        guard let number = number(at: index), (10...59).contains(number.value), !isUnit(number.end) else { return nil }
        return number
    }

    private func hourName(_ index: Int) -> (value: Int, end: Int)? {
        guard let number = number(at: index), (1...12).contains(number.value) else { return nil }
        return number
    }

    private func isUnit(_ index: Int) -> Bool { self[index].map(Self.unitNames.contains) ?? false }

    private static let halves: [String: Int] = ["am": 0, "a.m": 0, "pm": 12, "p.m": 12]
    private static let prepositions: Set<String> = [
        "at", "by", "until", "till", "before", "after", "around", "about", "from", "since",
    ]
    private static let unitNames: Set<String> = [
        "percent", "degrees", "degree", "second", "seconds", "minute", "minutes", "min", "mins", "hour", "hours", "day",
        "days", "week", "weeks", "times", "euros", "dollars", "km", "miles",
    ]
    /// Words that may follow a bare hour: no noun, which the number would count.
    private static let followers: Set<String> = [
        "tomorrow", "today", "tonight", "on", "in", "every", "please", "and", "for", "to", "with", "by", "this", "next",
        "sharp", "then", "or", "until", "till", "at", "that", "so", "because", "if", "the", "my", "me", "a", "an",
        "from",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekdays", "not", "instead",
    ]
}
