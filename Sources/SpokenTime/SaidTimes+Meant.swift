// The one date, time of day, moment, length or span that is meant.

extension SaidTimes {
    /// The items of a kind that count: what is meant, or else what is told of.
    private func counting<Found>(_ find: (Item) -> Found?) -> [Found] {
        for standing in [TimeMention.Standing.meant, .remark] {
            let found = items.filter { $0.standing == standing }.compactMap(find)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// The days that can be meant. What is over gives way to what is to come, a day of the calendar to one counted from today.
    private var daysMeant: [Item] {
        var days = counting { item in if case .day = item.value { item } else { nil } }
        func keep(_ holds: (Item) -> Bool) {
            let kept = days.filter(holds)
            if !kept.isEmpty { days = kept }
        }
        guard Set(days.compactMap(\.date)).count > 1, let now = place.now else { return days }
        keep { ($0.date ?? "") >= now.date }
        if !isSpan(days) { keep { !$0.isAbsolute } }
        return days
    }

    private func isSpan(_ days: [Item]) -> Bool {
        spans.contains { span in days.contains { $0.index == span.start } && days.contains { $0.index == span.end } }
    }

    /// The only day that is said: also that of a moment, and of a time of day the coming one.
    package var date: LocalTime? {
        let days = daysMeant, dates = Set(days.compactMap(\.date))
        guard dates.count <= 1 else { return nil }
        if let day = days.first {
            if case .day(let date) = day.value { return moments.count == 1 && isNight(day) ? moments[0].moment : date }
        }
        guard !recurs, moments.count == 1 else { return nil }
        return moments.first?.moment
    }

    /// Whether the day is the night that begins on it: then midnight belongs to the next one.
    private func isNight(_ day: Item) -> Bool { day.part == .night || day.part == .evening }

    /// Days that belong to a person or a thing: a birthday.
    package var asideDate: LocalTime? {
        let days = items.compactMap { item -> LocalTime? in
            guard item.standing == .aside || item.standing == .remark, case .day(let day) = item.value else {
                return nil
            }
            return day
        }
        return Set(days).count == 1 ? days.first : nil
    }

    /// The only time of day that is said, hour, minute and second.
    package var clock: (moment: LocalTime, second: Int)? {
        let found = clocksMeant
        guard Set(found.map { "\($0.moment.clock):\($0.second)" }).count == 1 else { return nil }
        return found.first
    }

    private var clocksMeant: [(moment: LocalTime, second: Int)] {
        counting { item -> (moment: LocalTime, second: Int)? in
            switch item.value {
            case .clock(let hour, let minute, let second):
                let day = place.now ?? LocalTime(year: 2000, month: 1, day: 1)
                return day.map { ($0.at(hour: hour, minute: minute), second) }
            case .moment(let moment): return (moment, 0)
            default: return nil
            }
        }
    }

    /// Day and time of day together: of the only day that is said, else of today, or of tomorrow where today it is over.
    package var moments: [(words: String, moment: LocalTime, second: Int)] {
        // A time of day of a day that no calendar has is of no other one.
        guard let now = place.now, spoken.impossible.isEmpty else { return [] }
        let days = daysMeant, dates = Set(days.compactMap(\.date))
        return counting { item -> (words: String, moment: LocalTime, second: Int)? in
            switch item.value {
            case .moment(let moment): return (item.words, moment, 0)
            case .clock(let hour, let minute, let second):
                guard let day = days.first, case .day(let date) = day.value else {
                    let moment = now.at(hour: hour, minute: minute)
                    return (item.words, moment > now ? moment : moment.adding(days: 1), second)
                }
                guard dates.count == 1 else { return nil }
                let belongsToNext = isNight(day) && hour < 5
                return (
                    "\(day.words) \(item.words)",
                    date.adding(days: belongsToNext ? 1 : 0).at(hour: hour, minute: minute), second
                )
            case .day, .length: return nil
            }
        }
    }

    /// The only moment; none of what comes again and again, unless a day is said.
    package var moment: (moment: LocalTime, second: Int)? {
        guard !recurs || !daysMeant.isEmpty else { return nil }
        let found = moments
        guard Set(found.map { "\($0.moment.date) \($0.moment.clock):\($0.second)" }).count == 1 else { return nil }
        return found.first.map { ($0.moment, $0.second) }
    }

    /// The only length.
    package var length: TimeLength? {
        let found = counting { item in if case .length(let length) = item.value { length } else { nil } }
        return Set(found).count == 1 ? found.first : nil
    }

    /// The beginning and end of the only span of days.
    package var daySpan: (start: LocalTime, end: LocalTime)? {
        let found = spans.compactMap { span -> (start: LocalTime, end: LocalTime)? in
            guard let start = item(span.start), let end = item(span.end), case .day(let first) = start.value,
                case .day(var last) = end.value
            else { return nil }
            // What is over begins before it ends: "what did I eat from monday to friday".
            if last < first, case .day(.over(let day), _) = start.said {
                let earlier = SaidDay.over(day).resolved(last) ?? first
                return last < earlier ? nil : (earlier, last)
            }
            // "from friday to monday": the one behind it.
            if last < first, !end.isAbsolute { last = last.adding(days: 7) }
            return last < first ? nil : (first, last)
        }
        return found.count == 1 ? found.first : nil
    }

    /// The beginning and end of the only span of times of day.
    package var clockSpan: (start: LocalTime, end: LocalTime)? {
        let found = spans.compactMap { span -> (start: LocalTime, end: LocalTime)? in
            guard let start = item(span.start), let end = item(span.end),
                case .clock(let hour, let minute, _) = start.value,
                case .clock(let lastHour, let lastMinute, _) = end.value,
                let day = place.now ?? LocalTime(year: 2000, month: 1, day: 1)
            else { return nil }
            return (day.at(hour: hour, minute: minute), day.at(hour: lastHour, minute: lastMinute))
        }
        return found.count == 1 ? found.first : nil
    }

    private func item(_ index: Int) -> Item? {
        items.first { $0.index == index && $0.standing == .meant }
    }

    /// Whether nothing is said of time at all.
    package var isEmpty: Bool {
        items.isEmpty && spoken.mentions.isEmpty && spoken.impossible.isEmpty && spoken.impossibleClocks.isEmpty
    }

    /// Days as they are said that no calendar has: `April 31st`.
    package var impossibleDays: [String] { spoken.impossible }

    /// Times of day as they are said that no clock shows: `25:00`.
    package var impossibleClocks: [String] { spoken.impossibleClocks }

    /// A day is meant, and cannot be known without the time of the request.
    package var hasUnknownDay: Bool {
        place.now == nil && spoken.mentions.contains { $0.isDay && $0.standing == .meant }
    }

    /// Days that are ruled out.
    package var deniedDates: Set<String> { Set(items.filter { $0.standing == .denied }.compactMap(\.date)) }

    /// The only length that is counted from now: `in ten minutes`.
    package var delay: TimeLength? {
        let found = counting { item in if case .moment(let length) = item.said { length } else { nil } }
        return Set(found).count == 1 ? found.first : nil
    }

    /// The only day that is named by the calendar, as far as it is said; known without the time of the request.
    package var calendarDay: CalendarDay? {
        let days = spoken.mentions.filter { $0.isDay && $0.standing == .meant }
        guard case .day(.calendar(let day), _)? = days.first?.said, Set(days.map(\.said)).count == 1 else { return nil }
        return day
    }

    /// The only time of day that needs no guess: its half of the day is said, or it is written as `9:00`.
    package var statedClock: (hour: Int, minute: Int, second: Int)? {
        let clocks = counting { item -> (SaidClock, Item)? in
            guard case .clock(let clock) = item.said else { return nil }
            let isWritten = item.words.contains(":"), isBare = item.words.allSatisfy(\.isNumber)
            return isWritten || (!isBare && (clock.isCertain || clock.part != nil)) ? (clock, item) : nil
        }
        guard let (clock, item) = clocks.first, Set(clocks.map(\.0)).count == 1, clock.zone == nil,
            case .clock(let hour, let minute, let second) = item.value
        else { return nil }
        return (clock.isEitherHalf ? clock.hour : hour, minute, second)
    }
}

extension SaidTimes.Item {
    /// Of a day.
    var date: String? { if case .day(let day) = value { day.date } else { nil } }
}
