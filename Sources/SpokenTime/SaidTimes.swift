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
        package var said: TimeMention.Said
        var isAbsolute = false
        /// Of a day: the part that is said with it.
        var part: DayPart?
        /// Place among the mentions.
        package var index: Int
    }

    package let place: TimePlace
    package let items: [Item]
    let spans: [(start: Int, end: Int)]
    package let recurs: Bool
    let spoken: SpokenTimes

    package init(_ text: String, at place: TimePlace) {
        self.init(SpokenTimes(in: text, locale: place.locale), at: place)
    }

    /// - Parameter dialogue: what was said before: an answer to "wake me at seven" is about waking as well.
    package init(_ text: String, at place: TimePlace, after dialogue: String) {
        var spoken = SpokenTimes(in: text, locale: place.locale)
        if !spoken.wakes, !spoken.mentions.isEmpty { spoken.wakes = SpokenTimes(in: dialogue).wakes }
        self.init(spoken, at: place)
    }

    package init(_ spoken: SpokenTimes, at place: TimePlace) {
        (self.place, self.spoken, spans, recurs) = (place, spoken, spoken.spans, spoken.recurs)
        var items: [Item] = []
        let days = spoken.mentions.map { mention -> (day: LocalTime, part: DayPart?)? in
            guard case .day(let day, let part) = mention.said, let now = place.now else { return nil }
            return day.resolved(now).map { ($0, part) }
        }
        for (index, mention) in spoken.mentions.enumerated() {
            var item = Item(
                words: mention.words, value: .length(TimeLength()), standing: mention.standing, said: mention.said,
                index: index)
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

    /// The same text where each day is one that is over: for what asks since when something is.
    package var over: SaidTimes {
        var spoken = spoken
        for index in spoken.mentions.indices { spoken.mentions[index].leanBack() }
        return SaidTimes(spoken, at: place)
    }

    /// A time of day with its half; of another zone the moment here.
    private static func value(
        _ clock: SaidClock, _ index: Int, _ spoken: SpokenTimes, _ days: [(day: LocalTime, part: DayPart?)?],
        _ place: TimePlace
    ) -> Value? {
        if clock.isNow { return place.now.map { .clock(hour: $0.hour, minute: $0.minute, second: 0) } }
        let day = nearest(index, days, spoken.mentions)
        let isToday = day.map { $0.day.date == place.now?.date } ?? true
        let span = spoken.spans.first { $0.start == index || $0.end == index }
        var hour = clock.resolvedHour(
            part: day?.part ?? spoken.part, now: isToday && span == nil && !spoken.recurs ? place.now : nil,
            prefersMorning: spoken.wakes)
        // "from 10 to 8": the end is behind its beginning.
        if let span, span.end == index, clock.isEitherHalf, case .clock(let first) = spoken.mentions[span.start].said,
            hour + 12 < 24
        {
            let start = first.resolvedHour(part: day?.part ?? spoken.part, now: nil, prefersMorning: spoken.wakes)
            if hour * 60 + clock.minute <= start * 60 + first.minute { hour += 12 }
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
