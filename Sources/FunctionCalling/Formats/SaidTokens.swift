/// Words, numbers and marks of a request, to find days and times of day among them.
struct SaidTokens {
    private enum Token: Hashable {
        case number(Int, digits: Int)
        case word(String)
        case mark(Character)
    }
    typealias Values = SaidMoments.Values

    private var tokens: [Token] = []

    init(_ text: String) {
        var run = ""
        func end(_ tokens: inout [Token]) {
            if let value = Int(run), run.count <= 6 {
                tokens.append(.number(value, digits: run.count))
            } else if !run.isEmpty {
                tokens.append(.word(run))
            }
            run = ""
        }
        for character in text.lowercased() {
            let isDigit = character.isASCII && character.isNumber
            let wasDigit = run.last.map { $0.isASCII && $0.isNumber }
            if !(isDigit || character.isLetter) || (wasDigit.map { $0 != isDigit } ?? false) { end(&tokens) }
            if isDigit || character.isLetter {
                run.append(character)
            } else if !character.isWhitespace {
                tokens.append(.mark(character))
            }
        }
        end(&tokens)
    }

    /// Whether something is to be counted from a day or time that is said (`two days after …`), or a day is said to be
    /// today: then what the request wants is not what it names.
    var isRelative: Bool {
        for (index, token) in tokens.enumerated() {
            guard case .word(let word) = token, index + 1 < tokens.count, case .word(let next) = tokens[index + 1]
            else {
                continue
            }
            if Self.spans.contains(word), Self.relations.contains(next) { return true }
            if ["today", "currently", "date", "now"].contains(word), next == "is" { return true }
        }
        return tokens.contains(.word("currently"))
    }

    private static let spans: Set<String> = [
        "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "minute", "minutes",
    ]
    private static let relations: Set<String> = ["after", "before", "from", "later", "earlier", "prior", "ahead"]
}

extension SaidTokens {
    /// Different days, in the order of the text.
    var days: [Values] {
        var found: [Values] = [], index = 0
        while index < tokens.count {
            guard let (values, end) = numericDay(at: index) ?? namedDay(at: index), isDay(values) else {
                index += 1
                continue
            }
            if !found.contains(values) { found.append(values) }
            index = end
        }
        return found
    }

    /// `2023.10.2`, `22/3/2024`; where day and month could change places and no point says how, none.
    private func numericDay(at index: Int) -> (Values, Int)? {
        guard case .number(let first, let digits)? = token(index), case .mark(let mark)? = token(index + 1),
            case .number(let second, _)? = token(index + 2), token(index + 3) == .mark(mark),
            case .number(let third, let lastDigits)? = token(index + 4), "-/.".contains(mark)
        else { return nil }
        if digits == 4 { return ([.year: first, .month: second, .day: third], index + 5) }
        guard lastDigits == 4 else { return nil }
        if first > 12 || mark == "." { return ([.day: first, .month: second, .year: third], index + 5) }
        guard second > 12 || first == second else { return nil }
        return ([.month: first, .day: second, .year: third], index + 5)
    }

    /// `March 10th, 2023`, `10 of march`.
    private func namedDay(at index: Int) -> (Values, Int)? {
        var values: Values = [:], end = index + 1
        if token(end) == .mark(".") { end += 1 }
        if token(end) == .word("the") { end += 1 }
        if let month = month(index), let (day, next) = ordinal(at: end) {
            (values, end) = ([.month: month, .day: day], next)
        } else if let (day, next) = ordinal(at: index) {
            let place = token(next) == .word("of") ? next + 1 : next
            guard let month = month(place) else { return nil }
            (values, end) = ([.month: month, .day: day], place + 1)
        } else {
            return nil
        }
        let place = token(end) == .mark(",") || token(end) == .word("of") ? end + 1 : end
        if case .number(let year, digits: 4)? = token(place) {
            values[.year] = year
            end = place + 1
        } else {
            values[.year] = onlyYear
        }
        return (values, end)
    }

    /// A day of the month, with or without its ending.
    private func ordinal(at index: Int) -> (Int, Int)? {
        guard case .number(let day, let digits)? = token(index), digits <= 2 else { return nil }
        if case .word(let ending)? = token(index + 1), ["st", "nd", "rd", "th"].contains(ending) {
            return (day, index + 2)
        }
        return (day, index + 1)
    }

    private func month(_ index: Int) -> Int? {
        guard case .word(let word)? = token(index) else { return nil }
        return Self.months.firstIndex { word == $0 || word == $0.prefix(3) || (word == "sept" && $0 == "september") }
            .map { $0 + 1 }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// The year that the request names somewhere, if it is one.
    private var onlyYear: Int? {
        let years = Set(
            tokens.compactMap { token -> Int? in
                guard case .number(let year, digits: 4) = token, (1900...2100).contains(year) else { return nil }
                return year
            })
        return years.count == 1 ? years.first : nil
    }

    private func isDay(_ values: Values) -> Bool {
        (1...12).contains(values[.month] ?? 0) && (1...31).contains(values[.day] ?? 0)
    }

    private func token(_ index: Int) -> Token? { tokens.indices.contains(index) ? tokens[index] : nil }
}

extension SaidTokens {
    /// Different times of day, in the order of the text.
    var times: [Values] {
        var found: [Values] = [], index = 0
        while index < tokens.count {
            guard let (hour, minute, end) = time(at: index) else {
                index += 1
                continue
            }
            let values: Values = [.hour: hour, .minute: minute, .second: 0]
            if !found.contains(values) { found.append(values) }
            index = end
        }
        return found
    }

    private func time(at index: Int) -> (hour: Int, minute: Int, end: Int)? {
        if token(index) == .word("noon") { return (12, 0, index + 1) }
        if token(index) == .word("midnight") { return (0, 0, index + 1) }
        guard case .number(let hour, let digits)? = token(index), digits <= 2, hour < 24 else { return nil }
        var minute = 0, end = index + 1, isClock = false
        if case .mark(let mark)? = token(end), ":.".contains(mark),
            case .number(let value, digits: 2)? = token(end + 1),
            value < 60
        {
            (minute, end, isClock) = (value, end + 2, mark == ":")
        }
        if let (half, next) = half(at: end), hour <= 12 { return (hour % 12 + half, minute, next) }
        if let (half, next) = partOfDay(at: end), hour <= 12 {
            return (hour % 12 + half, minute, next)
        }
        return isClock ? (hour, minute, end) : nil
    }

    /// `am`, `p.m.`: hours to be added.
    private func half(at index: Int) -> (Int, Int)? {
        if token(index) == .word("am") { return (0, index + 1) }
        if token(index) == .word("pm") { return (12, index + 1) }
        guard case .word(let letter)? = token(index), letter == "a" || letter == "p", token(index + 1) == .mark("."),
            token(index + 2) == .word("m")
        else { return nil }
        return (letter == "a" ? 0 : 12, index + 3)
    }

    /// `o'clock in the evening`, `at night`, without which a bare number is no time.
    private func partOfDay(at index: Int) -> (Int, Int)? {
        var place = index
        if token(place) == .word("o"), token(place + 2) == .word("clock") { place += 3 }
        if token(place) == .word("in"), token(place + 1) == .word("the"), case .word(let part)? = token(place + 2) {
            switch part {
            case "morning": return (0, place + 3)
            case "afternoon", "evening": return (12, place + 3)
            default: return nil
            }
        }
        return token(place) == .word("at") && token(place + 1) == .word("night") ? (12, place + 2) : nil
    }
}
