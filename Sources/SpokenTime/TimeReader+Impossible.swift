/// What is said as a day or a time of day and is none.
extension TimeReader {
    /// Where a day ends that is said and that no calendar has: `April 31st`, `30 Feb`, `2月30日`, `2026-02-30`,
    /// `February 29, 2027`, `the 32nd of May`.
    func impossibleDay(_ index: Int) -> Int? {
        if case .date(let days) = tokens[index].kind { return days.isEmpty ? index + 1 : nil }
        guard !lexicon.numbers.isChinese else { return impossibleChineseDay(index) }
        if let month = month(index) {
            let place = matcher.text(month.end) == "the" ? month.end + 1 : month.end
            if let day = dayNumber(place), let end = impossible(day.value, of: month.value, end: day.end) { return end }
            return nil
        }
        guard let day = dayNumber(index) else { return nil }
        let next = matcher.isOneOf(["of", "de", "."], day.end) ? day.end + 1 : day.end
        guard let month = month(next) else { return nil }
        return impossible(day.value, of: month.value, end: month.end)
    }

    private func impossibleChineseDay(_ index: Int) -> Int? {
        guard let month = matcher.number(at: index), matcher.text(month.end) == "月",
            let day = matcher.number(at: month.end + 1), matcher.isOneOf(["日", "号"], day.end)
        else { return nil }
        // 2027年2月29日, 二零二七年二月二十九日
        let isOfYear = matcher.text(index - 1) == "年"
        let year = isOfYear ? [index - 2, index - 5].lazy.compactMap { self.year($0)?.value }.first : nil
        return Self.isInCalendar(year, month.value, day.value) ? nil : day.end + 1
    }

    /// The end of that day with its year, where no calendar has it.
    private func impossible(_ day: Int, of month: Int, end: Int) -> Int? {
        let year = year(behind: end)
        return Self.isInCalendar(year?.value, month, day) ? nil : year?.end ?? end
    }

    private static func isInCalendar(_ year: Int?, _ month: Int, _ day: Int) -> Bool {
        CalendarDay(year: year, month: month, day: day) != nil
    }

    private func month(_ index: Int) -> (value: Int, end: Int)? {
        guard let match = matcher.match(.month, at: index), case .month(let value) = match.value else { return nil }
        return (value, match.end)
    }

    /// The day of a month, or an ordinal in digits that is too great for one: `32nd`, `45.`
    private func dayNumber(_ index: Int) -> (value: Int, end: Int)? {
        if let match = matcher.match(.dayNumber, at: index), case .number(let value) = match.value {
            return (Int(value), match.end)
        }
        guard tokens.indices.contains(index), let value = tokens[index].integer, (32...99).contains(value) else {
            return nil
        }
        if let suffix = matcher.text(index + 1), lexicon.numbers.suffixes.contains(suffix), !tokens[index + 1].isApart {
            return (value, index + 2)
        }
        // `el 32 de mayo`; in English numbers count what stands behind them: `50 May flowers`.
        return lexicon.language == .english ? nil : (value, index + 1)
    }

    private func year(_ index: Int) -> (value: Int, end: Int)? {
        guard let match = matcher.match(.year, at: index), case .number(let value) = match.value else { return nil }
        return (Int(value), match.end)
    }

    /// The year behind a day and a month: `, 2027`, `de 2027`.
    func year(behind index: Int) -> (value: Int, end: Int)? {
        year(matcher.isOneOf([",", "of", "de", "del"], index) ? index + 1 : index)
    }

    /// Where a time of day ends that is said as one and that no clock shows: `at 25:00`, `at 7:75`, 二十五点.
    func impossibleClock(_ index: Int) -> Int? {
        let isLed =
            matcher.isOneOf(context.hourLeads, index - 1) || matcher.isOneOf(context.weakHourLeads, index - 1)
            || matcher.isOneOf(context.appointing, index - 1) || matcher.match(.day, at: index - 1) != nil
        guard isLed, case .opaque = tokens[index].kind else { return nil }
        let runs = tokens[index].text.split(separator: ":", omittingEmptySubsequences: false)
        guard runs.count == 2, runs.allSatisfy({ $0.utf8.count <= 2 }), let hour = Int(runs[0]),
            let minute = Int(runs[1]), hour > 24 || minute > 59 || (hour == 24 && minute > 0)
        else { return nil }
        return mayFollow(index + 1) || matcher.match(.half, at: index + 1) != nil ? index + 1 : nil
    }
}
