/// An expression of time in a sentence and what it comes to.
package struct SpokenTime: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case day(LocalTime)
        case clock(hour: Int, minute: Int)
        /// Counted from now, as in "in ten minutes".
        case moment(LocalTime)
        case duration(SpokenDuration)
    }

    /// As they stand in the sentence.
    package var words: String
    package var value: Value
}

extension SpokenTime {
    /// What an English sentence says of time, in its order. Of an hour without half of the day the likelier one is taken: a
    /// part of the day said elsewhere in the sentence, the morning for alarms, else the next one.
    ///
    /// - Parameter now: nil where the time is not known; then days are not.
    package static func all(in sentence: String, now: LocalTime?) -> [SpokenTime] {
        let words = SpokenWords(sentence)
        let found = Found(words, now: now)
        return found.items.map { item in
            let spelling = words.spelling(item.range)
            switch item.kind {
            case .day(let day): return SpokenTime(words: spelling, value: .day(day.date))
            case .moment(let moment): return SpokenTime(words: spelling, value: .moment(moment))
            case .duration(let duration): return SpokenTime(words: spelling, value: .duration(duration))
            case .clock(let clock, let part):
                let (hour, minute) = clock.resolved(
                    part: part ?? found.part, now: now, isToday: found.isToday(now), prefersMorning: found.wakes)
                return SpokenTime(words: spelling, value: .clock(hour: hour, minute: minute))
            }
        }
    }

    private struct Item {
        enum Kind {
            case day(SpokenDay)
            case clock(SpokenClock, DayPart?)
            case moment(LocalTime)
            case duration(SpokenDuration)
        }
        var range: Range<Int>
        var kind: Kind
    }

    private struct Found {
        var items: [Item] = []
        let wakes: Bool

        private static let appointing: Set<String> = [
            "wake", "alarm", "alarms", "remind", "reminder", "meeting", "appointment", "event", "move", "push",
            "reschedule", "schedule", "call", "book", "table",
        ]
        /// Expressions that are told at most.
        private static let most = 8

        init(_ words: SpokenWords, now: LocalTime?) {
            wakes = words.has(["wake", "alarm", "woken"])
            let speaksOfTime = words.has(Self.appointing)
            var index = 0
            while index < words.count, items.count < Self.most {
                if let item = Self.item(words, index, now, speaksOfTime) {
                    items.append(item)
                    index = item.range.upperBound
                } else {
                    index += 1
                }
            }
        }

        private static func item(
            _ words: SpokenWords, _ index: Int, _ now: LocalTime?, _ speaksOfTime: Bool
        ) -> Item? {
            if let now {
                if words[index] == "in", let duration = words.duration(at: index + 1), duration.value.days == 0 {
                    let moment = now.adding(seconds: duration.value.seconds)
                    return Item(range: index..<duration.end, kind: .moment(moment))
                }
                if let duration = words.duration(at: index), duration.value.days == 0, words[duration.end] == "from",
                    words[duration.end + 1] == "now"
                {
                    return Item(
                        range: index..<duration.end + 2, kind: .moment(now.adding(seconds: duration.value.seconds)))
                }
                if let day = words.day(at: index, now: now) {
                    return Item(range: index..<day.end, kind: .day(day.value))
                }
            }
            if let clock = words.clock(at: index, speaksOfTime: speaksOfTime) {
                return Item(range: index..<clock.end, kind: .clock(clock.value, clock.part))
            }
            return words.duration(at: index).map { Item(range: index..<$0.end, kind: .duration($0.value)) }
        }

        /// Of the sentence's first day that says one.
        var part: DayPart? {
            items.lazy.compactMap { item in
                if case .day(let day) = item.kind { day.part } else { nil }
            }.first
        }

        func isToday(_ now: LocalTime?) -> Bool {
            for case .day(let day) in items.map(\.kind) { return day.date.date == now?.date }
            return true
        }
    }
}
