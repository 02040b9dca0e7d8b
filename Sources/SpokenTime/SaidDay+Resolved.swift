extension SaidDay {
    /// The day of the calendar; nil for one that is not certain, or in no calendar.
    package func resolved(_ now: LocalTime) -> LocalTime? {
        guard let day = found(now), (1...9999).contains(day.year) else { return nil }
        return day.at(hour: 0, minute: 0)
    }

    private func found(_ now: LocalTime) -> LocalTime? {
        switch self {
        case .offset(let days): return now.adding(days: days)
        case .shifted(let length, let base): return base.resolved(now).flatMap { Self.shifted($0, length) }
        case .weekday(let weekday, let week): return Self.weekday(weekday, week, now)
        case .weekdayBeside(let weekday, let sign, let base):
            return Self.weekdayBeside(weekday, sign, base.resolved(now))
        case .nthWeekday(let count, let weekday, let month):
            let years = [now.year, now.year + 1]
            let days = years.lazy.compactMap { Self.nth(count, weekday, month ?? now.month, $0) }
            return month == nil ? days.first : days.first { $0.days(until: now) <= 0 }
        case .calendar(let day):
            return day.year.map { LocalTime(year: $0, month: day.month, day: day.day) }
                ?? now.next(day: day.day, month: day.month)
        case .calendarAhead(let years, let month, let day):
            return LocalTime(year: now.year + years, month: month, day: day)
        case .ambiguous: return nil
        case .dayOfMonth(let day, nil): return now.next(day: day, month: nil)
        case .dayOfMonth(let day, let months?):
            let month = now.at(hour: 0, minute: 0).adding(days: 1 - now.day).adding(months: months)
            return LocalTime(year: month.year, month: month.month, day: day)
        case .monthEnd(let months): return Self.lastDay(now.adding(days: 1 - now.day).adding(months: months))
        case .yearEnd(let years): return LocalTime(year: now.year + years, month: 12, day: 31)
        case .endOf(let month):
            return LocalTime(year: now.year + (month < now.month ? 1 : 0), month: month, day: 1).flatMap(Self.lastDay)
        case .holiday(let holiday, let year): return holiday.day(in: year, from: now)
        case .over(let day): return day.latest(now)
        }
    }

    /// The latest day of that name up to today, a weekday before today; as without `over` what says its side itself.
    private func latest(_ now: LocalTime) -> LocalTime? {
        let today = now.at(hour: 0, minute: 0)
        switch self {
        case .weekday(let weekday, .coming): return Self.weekday(weekday, .last, now)
        case .calendar(let day) where day.year == nil: return now.previous(day: day.day, month: day.month)
        case .dayOfMonth(let day, nil): return now.previous(day: day, month: nil)
        case .holiday(let holiday, nil):
            return [now.year, now.year - 1].lazy.compactMap { holiday.day(in: $0, from: now) }.first { $0 <= today }
        case .nthWeekday(let count, let weekday, let month):
            return (0...24).lazy.map { today.adding(days: 1 - today.day).adding(months: -$0) }
                .filter { $0.month == month ?? $0.month }
                .compactMap { Self.nth(count, weekday, $0.month, $0.year) }.first { $0 <= today }
        case .endOf(let month):
            return [now.year, now.year - 1].lazy.compactMap { LocalTime(year: $0, month: month, day: 1) }
                .compactMap(Self.lastDay).first { $0 <= today }
        case .shifted(let length, let base) where base.isAbsolute:
            // The base is over by as much more.
            return Self.shifted(today, -length).flatMap(base.latest).flatMap { Self.shifted($0, length) }
        case .weekdayBeside(let weekday, let sign, let base):
            return Self.weekdayBeside(weekday, sign, base.latest(now))
        default: return found(now)
        }
    }

    private static func weekdayBeside(_ weekday: Int, _ sign: Int, _ day: LocalTime?) -> LocalTime? {
        guard let day else { return nil }
        let ahead = (weekday - day.weekday + 7) % 7
        return day.adding(days: sign > 0 ? (ahead == 0 ? 7 : ahead) : ahead - 7)
    }

    private static func shifted(_ day: LocalTime, _ length: TimeLength) -> LocalTime? {
        guard abs(length.months) < 120_000, abs(length.days) < 3_000_000 else { return nil }
        return day.adding(months: length.months).adding(days: length.days)
    }

    private static func lastDay(_ day: LocalTime) -> LocalTime? {
        LocalTime(year: day.year, month: day.month, day: LocalTime.days(inMonth: day.month, of: day.year))
    }

    private static func nth(_ count: Int, _ weekday: Int, _ month: Int, _ year: Int) -> LocalTime? {
        guard let first = LocalTime(year: year, month: month, day: 1) else { return nil }
        let start = (weekday - first.weekday + 7) % 7 + 1, last = LocalTime.days(inMonth: month, of: year)
        let day = count == 0 ? start + (last - start) / 7 * 7 : start + 7 * (count - 1)
        return LocalTime(year: year, month: month, day: day)
    }

    private static func weekday(_ wanted: Int, _ week: Week, _ now: LocalTime) -> LocalTime {
        let ahead = (wanted - now.weekday + 7) % 7, coming = ahead == 0 ? 7 : ahead
        switch week {
        case .coming: return now.adding(days: coming)
        case .last: return now.adding(days: ahead == 0 ? -7 : ahead - 7)
        case .beyond(let weeks): return now.adding(days: coming + 7 * weeks)
        case .ahead(let weeks):
            let monday = now.adding(days: -((now.weekday + 6) % 7))
            return monday.adding(days: 7 * weeks + (wanted + 6) % 7)
        }
    }
}

extension Holiday {
    /// In that year, or the next one there is.
    func day(in year: Int?, from now: LocalTime) -> LocalTime? {
        if let year { return day(in: year) }
        let today = now.at(hour: 0, minute: 0)
        return [now.year, now.year + 1].lazy.compactMap(day(in:)).first { $0 >= today }
    }

    private func day(in year: Int) -> LocalTime? {
        switch self {
        case .fixed(let month, let day): return LocalTime(year: year, month: month, day: day)
        case .easter(let days): return Self.easter(year)?.adding(days: days)
        case .thanksgiving(let days):
            guard let first = LocalTime(year: year, month: 11, day: 1) else { return nil }
            return first.adding(days: (4 - first.weekday + 7) % 7 + 21 + days)
        }
    }

    /// Easter Sunday of the Gregorian calendar, after the anonymous computus of 1876 (Nature 13, 487).
    private static func easter(_ year: Int) -> LocalTime? {
        let golden = year % 19, century = year / 100, rest = year % 100
        let correction = (century - (century + 8) / 25 + 1) / 3
        let epact = (19 * golden + century - century / 4 - correction + 15) % 30
        let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7
        let shift = (golden + 11 * epact + 22 * weekday) / 451
        let days = epact + weekday - 7 * shift + 114
        return LocalTime(year: year, month: days / 31, day: days % 31 + 1)
    }
}

extension SaidClock {
    /// The hour of 24 that is meant.
    ///
    /// - Parameters:
    ///   - part: of the day, said elsewhere.
    ///   - now: for a time of today: the next one counts.
    ///   - prefersMorning: where nothing tells the half of the day.
    func resolvedHour(part elsewhere: DayPart?, now: LocalTime?, prefersMorning: Bool) -> Int {
        guard !isCertain, (1...12).contains(hour) else { return hour }
        let morning = hour % 12, later = morning + 12
        switch part ?? elsewhere {
        case .early, .morning: return morning
        case .noon: return hour >= 10 ? hour : later
        case .afternoon: return later
        case .evening, .night: return hour == 12 ? 0 : (part ?? elsewhere) == .night && hour < 5 ? morning : later
        case nil where prefersMorning: return hour == 12 ? 12 : morning
        case nil:
            // Another day: in the hours when people are awake.
            guard let now else { return hour == 12 || hour < 7 ? later : morning }
            let time = now.hour * 60 + now.minute
            return morning * 60 + minute > time || later * 60 + minute <= time ? (hour == 12 ? 12 : morning) : later
        }
    }
}
