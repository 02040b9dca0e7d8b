import Foundation

/// What a request says of time at its place: each expression with what it comes to, and the one date, time of day, moment or
/// length that is meant, where there is one.
package struct SaidTimes: Sendable {
    package enum Value: Sendable, Hashable {
        case day(LocalTime)
        case clock(hour: Int, minute: Int, second: Int)
        /// Counted from now, or told by another zone's clock.
        case moment(LocalTime)
        case length(TimeLength)
    }
    package struct Item: Sendable {
        /// As they stand in the text.
        package var words: String
        package var value: Value
        package var standing: TimeMention.Standing
        var isAbsolute = false
        /// Of a day: the part that is said with it.
        var part: DayPart?
        /// Place among the mentions.
        var index: Int
    }

    package let place: TimePlace
    package let items: [Item]
    private let spans: [(start: Int, end: Int)]
    package let recurs: Bool

    /// - Parameter locale: a language tag; tells which of 3/4/2027 is the month.
    package init(_ text: String, at place: TimePlace, locale: String? = nil) {
        self.init(SpokenTimes(in: text, locale: locale), at: place)
    }

    package init(_ spoken: SpokenTimes, at place: TimePlace) {
        (self.place, spans, recurs) = (place, spoken.spans, spoken.recurs)
        var items: [Item] = []
        let days = spoken.mentions.map { mention -> (day: LocalTime, part: DayPart?)? in
            guard case .day(let day, let part) = mention.said, let now = place.now else { return nil }
            return day.resolved(now).map { ($0, part) }
        }
        for (index, mention) in spoken.mentions.enumerated() {
            var item = Item(
                words: mention.words, value: .length(TimeLength()), standing: mention.standing, index: index)
            switch mention.said {
            case .length(let length): item.value = .length(length)
            case .moment(let length):
                guard let now = place.now, abs(length.days) < 3_000_000, abs(length.months) < 120_000 else { continue }
                item.value = .moment(
                    now.adding(months: length.months).adding(days: length.days).adding(seconds: length.seconds))
            case .day(let said, let part):
                guard let day = days[index]?.day else { continue }
                (item.value, item.isAbsolute, item.part) = (.day(day), said.isAbsolute, part)
            case .clock(let clock):
                guard let value = Self.value(clock, index, spoken, days, place) else { continue }
                item.value = value
            }
            items.append(item)
        }
        self.items = items
    }

    /// A time of day with its half; of another zone the moment here.
    private static func value(
        _ clock: SaidClock, _ index: Int, _ spoken: SpokenTimes, _ days: [(day: LocalTime, part: DayPart?)?],
        _ place: TimePlace
    ) -> Value? {
        let day = nearest(index, days, spoken.mentions)
        let isToday = day.map { $0.day.date == place.now?.date } ?? true
        let span = spoken.spans.first { $0.start == index || $0.end == index }
        var hour = clock.resolvedHour(
            part: day?.part ?? spoken.part, now: isToday && span == nil ? place.now : nil, prefersMorning: spoken.wakes)
        // "from 10 to 8": the end is behind its beginning.
        if let span, span.end == index, clock.isEitherHalf, case .clock(let first) = spoken.mentions[span.start].said,
            hour + 12 < 24,
            hour <= first.resolvedHour(part: day?.part ?? spoken.part, now: nil, prefersMorning: spoken.wakes)
        {
            hour += 12
        }
        guard let zone = clock.zone else { return .clock(hour: hour, minute: clock.minute, second: clock.second) }
        guard let now = place.now, let here = place.seconds(eastAt: now) else { return nil }
        let there: (LocalTime) -> Int = { time in
            switch zone {
            case .offset(let seconds): seconds
            case .named(let name): TimeZone(identifier: name).map { time.offset(in: $0) } ?? here
            }
        }
        // Their today, which may be another day than ours.
        let today = now.adding(seconds: there(now) - here)
        let said = (day?.day ?? today).at(hour: hour, minute: clock.minute)
        let moment = said.adding(seconds: here - there(said))
        return .moment(day == nil && moment <= now ? moment.adding(days: 1) : moment)
    }

    /// The day that a time of day belongs to: the only one, or the nearest before or behind it.
    private static func nearest(
        _ index: Int, _ days: [(day: LocalTime, part: DayPart?)?], _ mentions: [TimeMention]
    ) -> (day: LocalTime, part: DayPart?)? {
        let usable = days.indices.filter { days[$0] != nil && mentions[$0].standing == .meant }
        let first = usable.min { abs($0 - index) < abs($1 - index) || (abs($0 - index) == abs($1 - index) && $0 < $1) }
        return first.flatMap { days[$0] }
    }
}

// MARK: The one that is meant

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
        guard let now = place.now else { return [] }
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

    /// The only moment.
    package var moment: (moment: LocalTime, second: Int)? {
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

    /// Whether anything is said of time at all.
    package var isEmpty: Bool { items.isEmpty }
}

extension SaidTimes.Item {
    /// Of a day.
    var date: String? { if case .day(let day) = value { day.date } else { nil } }
}
