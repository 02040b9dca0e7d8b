extension TimeReader {
    /// An hour without more that the words around it make a time of day: `at seven`, `by six forty five`, `3 to 5 pm`.
    func bareClock(_ index: Int, _ speaksOfTime: Bool) -> (clock: SaidClock, end: Int)? {
        if let clock = dotted(index) { return clock }
        if let clock = military(index) { return clock }
        guard let match = matcher.match(.hour, at: index), case .number(let value) = match.value, !isUnit(match.end),
            !matcher.isOneOf(context.nouns, match.end)
        else { return nil }
        if isCountedSpan(index, match.end) || beginsDays(match.end) { return nil }
        let hour = Int(value)
        var clock = SaidClock(hour: hour % 24, minute: 0, isCertain: hour > 12 || hour == 0), end = match.end
        if beginsSpan(index, end) {
            guard !matcher.isOneOf(context.numbered, index - 1) else { return nil }
            return (clock, end)
        }
        // "eight thirty", in words: nothing else is said so.
        if let full = minutes(end), (1...12).contains(hour), tokens[index].isWord, tokens[end].isWord,
            full.value % 5 == 0,
            mayFollow(full.end), !lexicon.numbers.isChinese, !matcher.isOneOf(context.numbered, index - 1)
        {
            clock.minute = full.value
            return (clock, full.end)
        }
        let before = matcher.text(index - 1) ?? ""
        let isSpanEnd =
            context.rangeJoins.contains(before)
            && (2...5).contains { matcher.isOneOf(context.rangeLeads, index - $0) } && endsClock(index - 1)
            && !matcher.isOneOf(context.numbered, index - 3)
        // "a table for two at eight": people.
        if before == "for", matcher.isOneOf(["at", "on"], end), matcher.match(.hour, at: end + 1) != nil { return nil }
        guard
            context.hourLeads.contains(before) || isSpanEnd || matcher.isOneOf(["tonight"], end)
                || (speaksOfTime && context.weakHourLeads.contains(before))
        else { return nil }
        if let minutes = minutes(end) { (clock.minute, end) = minutes }
        guard mayFollow(end) else { return nil }
        if let part = matcher.match(.part, at: end), case .part(let value) = part.value {
            (clock.part, end) = (value, part.end)
        }
        return (clock, end)
    }

    /// Whether an hour ends there that is read as one: `from 9` of `from 9 to 17`, but not `de 9` of `de 9 a 17`.
    private func endsClock(_ end: Int) -> Bool {
        (1...5).contains { back in
            let start = end - back
            return [Slot.clock, .hour].contains { matcher.match($0, at: start)?.end == end }
                && (matcher.isOneOf(context.hourLeads, start - 1) || matcher.match(.clock, at: start)?.end == end)
        }
    }

    /// An end of `from 1 to 10` where numbers are counted, rated or chosen; `at 7` is a time all the same.
    private func isCountedSpan(_ index: Int, _ end: Int) -> Bool {
        let begins = matcher.isOneOf(context.rangeJoins, end) && matcher.isOneOf(context.rangeLeads, index - 1)
        let ends =
            matcher.isOneOf(context.rangeJoins, index - 1)
            && (2...5).contains { matcher.isOneOf(context.rangeLeads, index - $0) }
        return (begins || ends) && tokens[..<index].contains { context.counting.contains($0.text) }
    }

    /// Whether a number that ends there is the first day of a span of days: `from 3 to 7 March`.
    private func beginsDays(_ end: Int) -> Bool {
        guard matcher.isOneOf(context.rangeJoins, end), matcher.match(.dayNumber, at: end + 1) != nil,
            case .day(.calendar, _)? = matcher.match(.day, at: end + 1)?.value
        else { return false }
        return true
    }

    /// Whether a span to a full time of day begins here: `3 to 5 pm`, `3-5 pm`.
    private func beginsSpan(_ start: Int, _ end: Int) -> Bool {
        let isLed = matcher.isOneOf(context.rangeLeads, start - 1)
        guard matcher.isOneOf(context.rangeJoins, end), isLed || !matcher.isOneOf(["and", "und", "et", "y"], end),
            let next = matcher.match(.clock, at: end + 1), next.end > end + 2, case .clock(let clock) = next.value,
            // `between two and half past three pm`
            isLed || matcher.number(at: end + 1) != nil || NumberShape.isNumber(tokens[end + 1])
        else { return false }
        return clock.isCertain || clock.part != nil
    }

    private func minutes(_ index: Int) -> (value: Int, end: Int)? {
        if matcher.isOneOf(["oh", "o"], index), let unit = matcher.number(at: index + 1), (1...9).contains(unit.value) {
            return (unit.value, unit.end)
        }
        guard let number = matcher.number(at: index), (10...59).contains(number.value), !isUnit(number.end) else {
            return nil
        }
        return number
    }

    /// `7.30` where a time of day is spoken of.
    private func dotted(_ index: Int) -> (clock: SaidClock, end: Int)? {
        guard case .number = tokens[index].kind else { return nil }
        let runs = tokens[index].text.split(separator: ".", omittingEmptySubsequences: false)
        guard runs.count == 2, runs[0].utf8.count <= 2, runs[1].utf8.count == 2, let hour = Int(runs[0]),
            let minute = Int(runs[1]), hour < 24, minute < 60
        else { return nil }
        var clock = SaidClock(hour: hour, minute: minute, isCertain: hour > 12 || hour == 0 || runs[0].hasPrefix("0"))
        if let half = matcher.match(.half, at: index + 1), case .half(let hours) = half.value, (1...12).contains(hour) {
            (clock.hour, clock.isCertain) = (hour % 12 + hours, true)
            return (clock, half.end)
        }
        if matcher.isOneOf(["uhr", "h", "heures", "horas"], index + 1) { return (clock, index + 2) }
        // `from 10.15 to 10.45`: both ends or none, since it may be prices.
        if matcher.isOneOf(context.rangeLeads, index - 1), matcher.isOneOf(context.rangeJoins, index + 1) {
            return isDotted(index + 2) && !isUnit(index + 3) && mayFollow(index + 3) ? (clock, index + 1) : nil
        }
        let isEnd =
            matcher.isOneOf(context.rangeJoins, index - 1) && isDotted(index - 2)
            && matcher.isOneOf(context.rangeLeads, index - 3)
        guard isEnd || matcher.isOneOf(context.hourLeads.union(["at", "um", "las"]), index - 1), !isUnit(index + 1),
            mayFollow(index + 1)
        else { return nil }
        return (clock, index + 1)
    }

    /// Hour and minute with a point between.
    private func isDotted(_ index: Int) -> Bool {
        guard let runs = matcher.text(index)?.split(separator: "."), runs.count == 2, runs[1].utf8.count == 2,
            let hour = Int(runs[0]), let minute = Int(runs[1])
        else { return false }
        return hour < 24 && minute < 60
    }

    /// `0730 hours`, `1900 hrs`.
    private func military(_ index: Int) -> (clock: SaidClock, end: Int)? {
        let text = tokens[index].text
        guard text.utf8.count == 4, let value = tokens[index].integer, value / 100 < 24, value % 100 < 60 else {
            return nil
        }
        let clock = SaidClock(hour: value / 100, minute: value % 100, isCertain: true)
        if matcher.isOneOf(["hours", "hrs", "hr"], index + 1) {
            // `1000 hours` is more likely a length, unless a time is spoken of.
            guard text.hasPrefix("0") || matcher.isOneOf(context.hourLeads, index - 1) else { return nil }
            return (clock, index + 2)
        }
        return text.hasPrefix("0") && matcher.isOneOf(context.hourLeads, index - 1) && mayFollow(index + 1)
            ? (clock, index + 1) : nil
    }

    /// `on the 3rd`, `am 5.`, `le 5`, `el 5`, `on 3/4` where the locale tells the month.
    func bareDay(_ index: Int) -> (day: SaidDay, end: Int)? {
        if case .pair(let first, let second) = tokens[index].kind { return pair(first, second, index) }
        let lead = matcher.text(index - 1), earlier = matcher.text(index - 2)
        switch lexicon.language {
        case .english:
            guard let day = matcher.match(.ordinal, at: index), case .number(let value) = day.value else { return nil }
            let isLed =
                (lead == "the"
                    && ["on", "for", "by", "until", "from", "to", "till", "before", "since", "after"]
                        .contains(earlier))
                || isOrdinalSpan(index..<day.end)
            // `the first of each month` comes again.
            let isRecurring = matcher.isOneOf(["of"], day.end) && matcher.isOneOf(context.recurring, day.end + 1)
            guard isLed || (["on", "to", "until"].contains(lead) && tokens[index].kind != .word), mayFollow(day.end),
                !belongsToMonth(index..<day.end), !isRecurring
            else { return nil }
            return (.dayOfMonth(Int(value), months: nil), day.end)
        case .german:
            let isBehindDem = lead == "dem" && ["seit", "ab", "nach", "vor"].contains(earlier)
            guard isBehindDem || ["am", "zum", "den", "vom", "bis"].contains(lead),
                let day = matcher.match(.ordinal, at: index), case .number(let value) = day.value,
                mayFollow(day.end) || isNoNoun(day.end)
            else { return nil }
            return (.dayOfMonth(Int(value), months: nil), day.end)
        case .french, .spanish:
            guard lead == "le" || lead == "el", let day = matcher.match(.dayNumber, at: index),
                case .number(let value) = day.value,
                !isUnit(day.end), mayFollow(day.end), !belongsToMonth(index..<day.end)
            else { return nil }
            return (.dayOfMonth(Int(value), months: nil), day.end)
        case .chinese: return nil
        }
    }

    /// `am 5. gegessen`: behind the point of a German ordinal what is not its noun, which has a capital.
    private func isNoNoun(_ index: Int) -> Bool {
        guard matcher.text(index - 1) == ".", tokens.indices.contains(index) else { return false }
        return tokens[index].isWord && !tokens[index].isCapital && !isUnit(index)
            && matcher.match(.month, at: index) == nil
    }

    /// An end of `the 14th to the 16th`, `between the 3rd and the 5th`.
    private func isOrdinalSpan(_ place: Range<Int>) -> Bool {
        func skipping(_ index: Int, _ step: Int) -> Int { matcher.text(index) == "the" ? index + step : index }
        /// Whether a word or an article leads to a span that begins at `start` and whose ends `join` joins.
        func isLed(_ start: Int, _ join: Int) -> Bool {
            let lead = skipping(start - 1, -1)
            return matcher.isOneOf(context.rangeLeads, lead) || (lead < start - 1 && matcher.text(join) != "and")
        }
        let before = skipping(place.lowerBound - 1, -1)
        if matcher.isOneOf(context.rangeJoins, place.upperBound) {
            let end = matcher.match(.ordinal, at: skipping(place.upperBound + 1, 1))?.end
            return end.map(mayFollow) == true && isLed(place.lowerBound, place.upperBound)
        }
        guard matcher.isOneOf(context.rangeJoins, before) else { return false }
        let start = (1...3).first { matcher.match(.ordinal, at: before - $0)?.end == before }
        return start.map { isLed(before - $0, before) } ?? false
    }

    /// `3/4` and `12/25` behind a word that leads to a day.
    private func pair(_ first: Int, _ second: Int, _ index: Int) -> (day: SaidDay, end: Int)? {
        let leads: Set<String> = [
            "on", "for", "by", "until", "due", "am", "le", "el", "from", "to", "before", "since", "after",
        ]
        let isDay = matcher.match(.weekday, at: index - 1) != nil || matcher.isOneOf(["at"], index + 1)
        guard isDay || matcher.isOneOf(leads, index - 1), !isUnit(index + 1), mayFollow(index + 1) else { return nil }
        let dayFirst = CalendarDay(year: nil, month: second, day: first),
            monthFirst = CalendarDay(year: nil, month: first, day: second)
        switch (order, dayFirst, monthFirst) {
        case (.dayFirst, let day?, _), (.monthFirst, _, let day?), (.unknown, let day?, nil), (.unknown, nil, let day?):
            return (.calendar(day), index + 1)
        default: return nil
        }
    }

    func isUnit(_ index: Int) -> Bool { matcher.match(.unit, at: index) != nil }

    /// Whether what stands there is no noun that a number before it would count.
    func mayFollow(_ index: Int) -> Bool {
        guard tokens.indices.contains(index) else { return true }
        let token = tokens[index]
        if case .clock = token.kind { return true }
        if token.kind == .mark { return !["%", "°", "$", "€", "£", "/"].contains(token.text) }
        return context.followers.contains(token.text) || token.text == "'s" || matcher.match(.part, at: index) != nil
            || matcher.match(.day, at: index) != nil || matcher.match(.zone, at: index) != nil
            || matcher.isOneOf(context.rangeJoins, index)
    }
}
