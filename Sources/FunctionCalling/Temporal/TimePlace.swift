import Foundation
import Documents

/// When and where a request is made, as far as that is known.
package struct TimePlace: Sendable {
    package var now: LocalTime?
    var zone: TimeZone?
    /// Seconds east of UTC, where the caller gave an offset but no zone.
    var fixedOffset: Int?

    package init(now: LocalTime?, zone: TimeZone?, fixedOffset: Int?) {
        (self.now, self.zone, self.fixedOffset) = (now, zone, fixedOffset)
    }

    /// `+08:00`, as it is at that time; empty where it is not known.
    func offset(at time: LocalTime) -> String {
        (zone.map { time.offset(in: $0) } ?? fixedOffset).map(LocalTime.text(ofOffset:)) ?? ""
    }
}

extension TimePlace {
    /// A line for the prompt that says what the expressions of time in a request come to, in the forms that the
    /// candidates' parameters take; empty where there is nothing to say.
    ///
    /// `Time expressions: tomorrow -> 2026-11-25, half past seven -> 07:30`. Of the forms tried (arrow, colon, equals sign, value
    /// first, behind the request, within the request) the model copies from this one most often (Docs/FunctionCalling.md).
    package func resolved(_ texts: [String], _ needs: CalendarNeeds) -> String {
        guard !needs.isEmpty else { return "" }
        var items: [String] = []
        for text in texts {
            for item in resolved(text, needs) where !items.contains(item) { items.append(item) }
        }
        return items.isEmpty ? "" : "Time expressions: " + items.joined(separator: ", ")
    }

    private func resolved(_ text: String, _ needs: CalendarNeeds) -> [String] {
        let spoken = SpokenTime.all(in: text, now: now)
        var items: [String] = []
        func add(_ words: String, _ values: [String]) {
            if !values.isEmpty { items.append("\(words) -> \(values.joined(separator: " or "))") }
        }
        if needs.contains(.moment) {
            for (words, moment) in moments(spoken) { add(words, [dateTime(moment)]) }
        }
        for time in spoken {
            switch time.value {
            case .day(let date): if needs.contains(.days) { add(time.words, [date.date]) }
            case .clock(let hour, let minute):
                let day = now ?? LocalTime(year: 2000, month: 1, day: 1)
                if let moment = day?.at(hour: hour, minute: minute) { add(time.words, clocks(moment, needs)) }
            case .moment(let moment):
                let date = needs.contains(.days) && moment.date != now?.date ? [moment.date] : []
                add(time.words, date + clocks(moment, needs) + lengths(from: now, to: moment, needs))
            case .duration(let duration): add(time.words, lengths(duration, needs))
            }
        }
        return items
    }

    private func clocks(_ moment: LocalTime, _ needs: CalendarNeeds) -> [String] {
        (needs.contains(.clock) ? [moment.clock] : [])
            + (needs.contains(.time) ? ["\(moment.clock):00\(offset(at: moment))"] : [])
    }

    private func lengths(from start: LocalTime?, to end: LocalTime, _ needs: CalendarNeeds) -> [String] {
        guard let start, needs.contains(.duration), !needs.contains(.clock), !needs.contains(.time) else { return [] }
        return [SpokenDuration(seconds: start.seconds(until: end)).iso8601]
    }

    private func lengths(_ duration: SpokenDuration, _ needs: CalendarNeeds) -> [String] {
        let seconds = duration.days * 86_400 + duration.seconds
        var values = needs.contains(.duration) ? [duration.iso8601] : []
        if needs.contains(.parts) {
            values.append(JSONValue.object(duration.members).text(.spaced))
        } else {
            if needs.contains(.minutes), seconds % 60 == 0 { values.append("minutes \(seconds / 60)") }
            if needs.contains(.seconds) { values.append("seconds \(seconds)") }
        }
        return values
    }

    /// Day and time of day together: of the only day that is said, else of today, or of tomorrow where today it is over.
    func moments(_ spoken: [SpokenTime]) -> [(words: String, moment: LocalTime)] {
        guard let now else { return [] }
        let days = spoken.compactMap { time -> (words: String, date: LocalTime)? in
            if case .day(let date) = time.value { (time.words, date) } else { nil }
        }
        return spoken.compactMap { time in
            switch time.value {
            case .moment(let moment): return (time.words, moment)
            case .clock(let hour, let minute):
                if let day = days.first, days.count == 1 {
                    return ("\(day.words) \(time.words)", day.date.at(hour: hour, minute: minute))
                }
                guard days.isEmpty else { return nil }
                let moment = now.at(hour: hour, minute: minute)
                return (time.words, now.seconds(until: moment) > 0 ? moment : moment.adding(days: 1))
            case .day, .duration: return nil
            }
        }
    }

    func dateTime(_ moment: LocalTime) -> String {
        "\(moment.date)T\(moment.clock):00\(offset(at: moment))"
    }
}
