import CallRules
import Documents
import OrderedCollections
import SpokenTime

extension TimePlace {
    /// A line for the prompt that says what the expressions of time in a request come to, in the forms that the
    /// candidates' parameters take; empty where there is nothing to say.
    ///
    /// `Time expressions: tomorrow -> 2026-11-25, half past seven -> 07:30`. Of the forms tried (arrow, colon, equals sign, value
    /// first, behind the request, within the request) the model copies from this one most often (Docs/FunctionCalling.md).
    /// What is ruled out, and what belongs to a person or a title, is not told.
    package func resolved(_ texts: [String], _ needs: CalendarNeeds) -> String {
        guard !needs.isEmpty else { return "" }
        var items: [String] = []
        for text in texts {
            for item in resolved(text, needs) where !items.contains(item) { items.append(item) }
        }
        return items.isEmpty ? "" : "Time expressions: " + items.joined(separator: ", ")
    }

    private func resolved(_ text: String, _ needs: CalendarNeeds) -> [String] {
        let said = SaidTimes(text, at: self)
        var items: [String] = []
        func add(_ words: String, _ values: [String]) {
            if !values.isEmpty { items.append("\(words) -> \(values.joined(separator: " or "))") }
        }
        if needs.contains(.moment) {
            for (words, moment, second) in said.moments { add(words, [dateTime(moment, second: second)]) }
        }
        for item in said.items where isTold(item, needs) {
            switch item.value {
            case .day(let date): if needs.contains(.days) { add(item.words, [date.date]) }
            case .clock(let hour, let minute, _):
                let day = now ?? LocalTime(year: 2000, month: 1, day: 1)
                if let moment = day?.at(hour: hour, minute: minute) { add(item.words, clocks(moment, needs)) }
            case .moment(let moment):
                let date = needs.contains(.days) && moment.date != now?.date ? [moment.date] : []
                add(item.words, date + clocks(moment, needs) + lengths(from: now, to: moment, needs))
            case .length(let length): add(item.words, lengths(length, needs))
            }
        }
        return items
    }

    private func isTold(_ item: SaidTimes.Item, _ needs: CalendarNeeds) -> Bool {
        switch item.standing {
        case .meant, .remark: true
        case .aside: needs.contains(.birthdays)
        case .denied: false
        }
    }

    private func clocks(_ moment: LocalTime, _ needs: CalendarNeeds) -> [String] {
        (needs.contains(.clock) ? [moment.clock] : [])
            + (needs.contains(.time) ? ["\(moment.clock):00\(offset(at: moment))"] : [])
    }

    private func lengths(from start: LocalTime?, to end: LocalTime, _ needs: CalendarNeeds) -> [String] {
        guard let start, needs.contains(.duration), !needs.contains(.clock), !needs.contains(.time) else { return [] }
        return [TimeLength(seconds: start.seconds(until: end)).iso8601]
    }

    private func lengths(_ length: TimeLength, _ needs: CalendarNeeds) -> [String] {
        var values = needs.contains(.duration) ? [length.iso8601] : []
        guard let seconds = length.totalSeconds else { return values }
        if needs.contains(.parts) {
            let members = TimeForm.members(of: seconds, in: [.hour, .minute, .second])
            if let members { values.append(JSONValue.object(members).text(.spaced)) }
        } else {
            if needs.contains(.minutes), seconds % 60 == 0 { values.append("minutes \(seconds / 60)") }
            if needs.contains(.seconds) { values.append("seconds \(seconds)") }
        }
        return values
    }
}
