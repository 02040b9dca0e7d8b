/// A day, read from its usual notations: `2019-03-03`, `March 3, 2019`, `3rd of March`, `3/3/2019`, `2019年3月3日`.
struct CalendarDate: Hashable {
    /// nil where the notation has none.
    var year: Int?
    var month: Int, day: Int

    func equals(_ other: CalendarDate) -> Bool {
        month == other.month && day == other.day && (year == nil || other.year == nil || year == other.year)
    }

    /// All days that the words can mean: `3/4/2019` is in March or in April. Empty if they are no date.
    static func readings(_ words: some Collection<NotationWords.Word>) -> [CalendarDate] {
        var rest: [NotationWords.Word] = []
        for word in words {
            switch word {
            case .word("the"), .word("of"), .word("on"), .word("日"), .word("号"), .mark(","): continue
            case .word(let name) where weekdays.contains(name): continue
            case .word("年"), .word("月"): rest.append(.mark("-"))
            default: rest.append(word)
            }
        }
        return (rest.contains { month($0) != nil } ? withMonthName(rest) : inNumbers(rest)).filter { date in
            (1...12).contains(date.month) && (1...31).contains(date.day)
        }
    }

    private static let weekdays: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    ]
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    private static func month(_ word: NotationWords.Word) -> Int? {
        guard case .word(let name) = word, name.count >= 3 else { return nil }
        let short = name == "sept" ? "sep" : name
        return months.firstIndex { $0 == short || (short.count == 3 && $0.hasPrefix(short)) }.map { $0 + 1 }
    }

    /// Whole numbers; a year has four digits.
    private static func value(_ word: NotationWords.Word) -> (number: Int, isYear: Bool)? {
        guard case .number(let text, let value?, let isOrdinal) = word else { return nil }
        return (value, text.count == 4 && !isOrdinal)
    }

    private static func withMonthName(_ words: [NotationWords.Word]) -> [CalendarDate] {
        let words = words.filter { $0 != .mark("-") && $0 != .mark("/") && $0 != .mark(".") }
        guard words.count == 2 || words.count == 3 else { return [] }
        var found: (month: Int?, day: Int?, year: Int?)
        for word in words {
            if let month = month(word), found.month == nil {
                found.month = month
            } else if let (number, isYear) = value(word) {
                if isYear, found.year == nil {
                    found.year = number
                } else if found.day == nil {
                    found.day = number
                } else {
                    return []
                }
            } else {
                return []
            }
        }
        guard let month = found.month, let day = found.day else { return [] }
        return [CalendarDate(year: found.year, month: month, day: day)]
    }

    private static func inNumbers(_ words: [NotationWords.Word]) -> [CalendarDate] {
        if words.count == 3, words[1] == .mark("-"), words.allSatisfy({ $0 == .mark("-") || value($0) != nil }) {
            // 3月3日; a plain "3-4" is as likely a range and equal to nothing else.
            guard let month = value(words[0]), let day = value(words[2]), !month.isYear else { return [] }
            return [CalendarDate(year: nil, month: month.number, day: day.number)]
        }
        guard words.count == 5, words[1] == words[3], [.mark("-"), .mark("/"), .mark(".")].contains(words[1]),
            let first = value(words[0]), let middle = value(words[2]), let last = value(words[4])
        else { return [] }
        if first.isYear { return [CalendarDate(year: first.number, month: middle.number, day: last.number)] }
        guard last.isYear else { return [] }
        return [
            CalendarDate(year: last.number, month: middle.number, day: first.number),
            CalendarDate(year: last.number, month: first.number, day: middle.number),
        ]
    }
}
