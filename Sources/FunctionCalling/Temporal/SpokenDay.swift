/// A part of the day that tells which seven o'clock is meant.
enum DayPart: Sendable, Hashable { case morning, afternoon, evening, night }

/// A day, as said.
struct SpokenDay: Sendable, Hashable {
    var date: LocalTime
    var part: DayPart?
}

extension SpokenWords {
    /// `the day after tomorrow`, `next friday`, `in two weeks`, a date, `tomorrow evening`, and the index behind it.
    func day(at index: Int, now: LocalTime) -> (value: SpokenDay, end: Int)? {
        guard let found = relativeDay(index, now) ?? weekday(index, now) ?? calendarDay(index, now) else { return nil }
        var (day, end) = found
        if day.part == nil, let part = Self.dayParts[self[end] ?? ""] { (day.part, end) = (part, end + 1) }
        return (day, end)
    }

    private func relativeDay(_ index: Int, _ now: LocalTime) -> (value: SpokenDay, end: Int)? {
        func days(_ count: Int, _ words: Int, _ part: DayPart? = nil) -> (SpokenDay, Int) {
            (SpokenDay(date: now.adding(days: count), part: part), index + words)
        }
        switch (self[index], self[index + 1], self[index + 2]) {
        case ("today", _, _): return days(0, 1)
        case ("tonight", _, _): return days(0, 1, .night)
        case ("tomorrow", _, _): return days(1, 1)
        case ("yesterday", _, _): return days(-1, 1)
        case ("day", "after", "tomorrow"): return days(2, 3)
        case ("day", "before", "yesterday"): return days(-2, 3)
        case ("this", let part?, _): return Self.dayParts[part].map { days(0, 2, $0) }
        case ("in", _, _), ("within", _, _):
            guard let duration = duration(at: index + 1), duration.value.days > 0, duration.value.seconds == 0 else {
                return nil
            }
            return days(duration.value.days, duration.end - index)
        default: break
        }
        // "two weeks from tomorrow", "a week from now"
        guard let duration = duration(at: index), duration.value.days > 0, duration.value.seconds == 0 else {
            return nil
        }
        if self[duration.end] == "ago" { return days(-duration.value.days, duration.end + 1 - index) }
        guard self[duration.end] == "from", let start = self[duration.end + 1] else { return nil }
        let offsets = ["now": 0, "today": 0, "tomorrow": 1]
        return offsets[start].map { days(duration.value.days + $0, duration.end + 2 - index) }
    }

    /// The coming one, never today; with `next` that of the next week, Monday being its first day.
    private func weekday(_ index: Int, _ now: LocalTime) -> (value: SpokenDay, end: Int)? {
        let leads: Set<String> = ["next", "this", "coming", "last"]
        let lead = self[index].flatMap { leads.contains($0) ? $0 : nil }, place = lead == nil ? index : index + 1
        if let before = self[index - 1], ["every", "each"].contains(before) { return nil }
        guard let name = self[place] else { return nil }
        func day(_ offset: Int) -> (SpokenDay, Int) { (SpokenDay(date: now.adding(days: offset)), place + 1) }
        if name == "weekend", lead == "this" { return day((6 - now.weekday + 7) % 7) }
        guard let wanted = Self.weekdays[name] else { return nil }
        let ahead = (wanted - now.weekday + 7) % 7
        switch lead {
        case "next": return day(7 - (now.weekday + 6) % 7 + (wanted + 6) % 7)
        case "last": return day(ahead == 0 ? -7 : ahead - 7)
        default: return day(ahead == 0 ? 7 : ahead)
        }
    }

    /// A date, or `on the 3rd`: the next one there is, without a year.
    private func calendarDay(_ index: Int, _ now: LocalTime) -> (value: SpokenDay, end: Int)? {
        if let (date, end) = date(at: index) {
            let day =
                date.year.map { LocalTime(year: $0, month: date.month, day: date.day) }
                ?? LocalTime.next(day: date.day, month: date.month, from: now)
            return day.map { (SpokenDay(date: $0), end) }
        }
        guard let day = ordinal(at: index), self[index - 1] == "the", ["on", "for"].contains(self[index - 2]) else {
            return nil
        }
        return LocalTime.next(day: day.value, month: nil, from: now).map { (SpokenDay(date: $0), day.end) }
    }

    static let dayParts: [String: DayPart] = [
        "morning": .morning, "afternoon": .afternoon, "evening": .evening, "night": .night,
    ]

    private static let weekdays: [String: Int] = [
        "sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6,
    ]
}

extension LocalTime {
    /// 0 is Sunday.
    var weekday: Int {
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"].firstIndex(of: weekdayName) ?? 0
    }

    /// nil for a day that is not in the calendar.
    init?(year: Int, month: Int, day: Int) {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        self.init(iso8601: "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))")
    }

    /// The first such day from `now`'s on, within nine years; nil without one.
    static func next(day: Int, month: Int?, from now: LocalTime) -> LocalTime? {
        for offset in 0..<108 {
            let (month, carry) =
                month.map { ($0, offset) } ?? ((now.month - 1 + offset) % 12 + 1, (now.month - 1 + offset) / 12)
            guard let date = LocalTime(year: now.year + carry, month: month, day: day) else { continue }
            if date.date >= now.date { return date }
        }
        return nil
    }
}
