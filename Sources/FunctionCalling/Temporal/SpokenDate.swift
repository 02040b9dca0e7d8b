/// A day of the calendar as far as it is said.
struct SpokenDate: Sendable, Hashable {
    var day: Int
    var month: Int
    var year: Int?
}

extension SpokenWords {
    /// `december 24th, 2027`, `the third of may`, `2023.10.2`, `22/3/2024`, and the index behind it.
    func date(at index: Int) -> (value: SpokenDate, end: Int)? {
        guard let found = numericDate(index) ?? namedDate(index), (1...12).contains(found.value.month),
            (1...31).contains(found.value.day)
        else { return nil }
        return found
    }

    /// The year of the only one that is said anywhere.
    var onlyYear: Int? {
        let years = Set(words.compactMap { Self.year($0) })
        return years.count == 1 ? years.first : nil
    }

    /// Where day and month could change places and no point says how, none.
    private func numericDate(_ index: Int) -> (value: SpokenDate, end: Int)? {
        guard let (parts, mark, end) = numericParts(index) else { return nil }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        if parts[0].utf8.count == 4 {
            return (SpokenDate(day: numbers[2], month: numbers[1], year: numbers[0]), end)
        }
        guard parts[2].utf8.count == 4 else { return nil }
        let dayFirst = SpokenDate(day: numbers[0], month: numbers[1], year: numbers[2])
        if numbers[0] > 12 || numbers[0] == numbers[1] || mark == "." { return (dayFirst, end) }
        guard numbers[1] > 12 else { return nil }
        return (SpokenDate(day: numbers[1], month: numbers[0], year: numbers[2]), end)
    }

    /// Three numbers with the same mark between them.
    private func numericParts(_ index: Int) -> (parts: [Substring], mark: String, end: Int)? {
        guard let word = self[index], word.first?.isNumber == true else { return nil }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 3 { return (parts, ".", index + 1) }
        guard let second = self[index + 1], let third = self[index + 2], let mark = gap(behind: index),
            mark == "/" || mark == "-", gap(behind: index + 1) == mark
        else { return nil }
        return ([word[...], second[...], third[...]], mark, index + 3)
    }

    private func namedDate(_ index: Int) -> (value: SpokenDate, end: Int)? {
        var date: SpokenDate, end: Int
        if let month = self[index].flatMap({ Self.months[$0] }) {
            // A sentence that ends in a month says nothing of the next one's first words.
            guard gap(behind: index)?.contains(".") != true || Self.isShort(month, self[index]) else { return nil }
            let place = self[index + 1] == "the" ? index + 2 : index + 1
            guard let day = ordinal(at: place) ?? number(at: place) else { return nil }
            (date, end) = (SpokenDate(day: day.value, month: month), day.end)
        } else {
            guard let day = ordinal(at: index) ?? number(at: index) else { return nil }
            let place = self[day.end] == "of" ? day.end + 1 : day.end
            guard let month = self[place].flatMap({ Self.months[$0] }) else { return nil }
            (date, end) = (SpokenDate(day: day.value, month: month), place + 1)
        }
        let place = self[end] == "of" ? end + 1 : end
        if let year = self[place].flatMap(Self.year) { (date.year, end) = (year, place + 1) }
        return (date, end)
    }

    private static func year(_ word: String) -> Int? {
        guard word.utf8.count == 4, let year = Int(word), (1000...2999).contains(year) else { return nil }
        return year
    }

    /// Whether a point may belong to the month itself.
    private static func isShort(_ month: Int, _ word: String?) -> Bool {
        month != 5 && (word?.count == 3 || word == "sept")
    }

    private static let months: [String: Int] = {
        let names = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december",
        ]
        var months: [String: Int] = ["sept": 9]
        for (name, number) in zip(names, 1...) { (months[name], months[String(name.prefix(3))]) = (number, number) }
        return months
    }()
}
