/// What a run of digits and the marks in it is by its shape alone.
struct NumberShape {
    private(set) var kind = Token.Kind.opaque
    private(set) var end: String.Index
    private(set) var text = ""

    init(_ scalars: String.UnicodeScalarView, from start: String.Index, to limit: String.Index) {
        end = start
        // Runs of digits with the marks between them; a mark that no digit follows is not part of it.
        var runs: [String] = [""], marks: [Unicode.Scalar] = []
        while end < limit {
            let scalar = scalars[end]
            if let digit = Self.digit(scalar) {
                runs[runs.count - 1].unicodeScalars.append(digit)
                scalars.formIndex(after: &end)
                continue
            }
            let next = scalars.index(after: end), mark = Self.narrow(scalar)
            guard Self.marks.contains(mark), next < limit, Self.digit(scalars[next]) != nil else { break }
            marks.append(mark)
            runs.append("")
            end = next
        }
        // `3.5.`: a day of a month in German.
        var isPointed = false
        if marks == ["."], end < limit, scalars[end] == ".", runs.allSatisfy({ $0.count <= 2 }) {
            let next = scalars.index(after: end)
            isPointed = next == limit || scalars[next] == " " || scalars[next] == ","
        }
        text = runs[0]
        for (mark, run) in zip(marks, runs.dropFirst()) { text += String(Character(mark)) + run }
        if isPointed, let day = Self.day(nil, runs[1], runs[0]) {
            scalars.formIndex(after: &end)
            kind = .date([day])
        } else {
            kind = Self.kind(runs, marks)
            // Several numbers and not one: `3-5 pm`, `9:00-17:00`, `June 20,2027`.
            let isYear = marks == [","] && runs[1].count == 4
            if isYear || kind == .opaque, let cut = marks.firstIndex(where: { "-–,".unicodeScalars.contains($0) }) {
                let head = Self.kind(Array(runs[...cut]), Array(marks[..<cut]))
                let tail = Self.kind(Array(runs[(cut + 1)...]), Array(marks[(cut + 1)...]))
                if head != .opaque, tail != .opaque, isYear || !Self.isLong(runs) {
                    let length = runs[...cut].reduce(cut) { $0 + $1.unicodeScalars.count }
                    end = scalars.index(start, offsetBy: length, limitedBy: limit) ?? limit
                    (kind, text) = (head, String(text.prefix(length)))
                }
            }
        }
    }

    /// `555-0123`: a telephone number.
    private static func isLong(_ runs: [String]) -> Bool {
        runs.count == 2 && runs.contains { $0.count > 2 }
    }

    private static let marks: Set<Unicode.Scalar> = [":", ".", ",", "/", "-", "–"]

    private static func kind(_ runs: [String], _ marks: [Unicode.Scalar]) -> Token.Kind {
        switch (runs.count, marks.first) {
        case (1, _):
            return Double(runs[0]).flatMap { runs[0].count <= 9 ? .number($0) : nil } ?? .opaque
        case (2...3, ":") where Set(marks) == [":"]: return clock(runs) ?? .opaque
        case (3, "-"?) where Set(marks).count == 1, (3, "/"?) where Set(marks).count == 1,
            (3, "."?) where Set(marks).count == 1:
            return date(runs, mark: marks[0]) ?? grouped(runs, marks) ?? .opaque
        case (2, "/"):
            guard let first = Int(runs[0]), let second = Int(runs[1]), runs.allSatisfy({ $0.count <= 2 }) else {
                return .opaque
            }
            return .pair(first, second)
        case (2, "."), (2, ","), (3..., ","), (3..., "."): return grouped(runs, marks) ?? .opaque
        default: return .opaque
        }
    }

    /// `1,000`, `1,000,000.5`, `1.5`, `1,5`.
    private static func grouped(_ runs: [String], _ marks: [Unicode.Scalar]) -> Token.Kind? {
        let isThousands =
            marks.allSatisfy { $0 == "," } && (1...3).contains(runs[0].count) && runs[0] != "0"
            && runs.dropFirst().allSatisfy { $0.count == 3 }
        if isThousands { return Double(runs.joined()).map { .number($0) } }
        guard runs.count == 2, runs[0].count <= 6, runs[1].count <= 6 else { return nil }
        return Double(runs[0] + "." + runs[1]).map { .number($0) }
    }

    private static func clock(_ runs: [String]) -> Token.Kind? {
        guard runs[0].count <= 2, runs.dropFirst().allSatisfy({ $0.count == 2 }), let hour = Int(runs[0]),
            let minute = Int(runs[1]), let second = runs.count == 3 ? Int(runs[2]) : 0, hour <= 24, minute < 60,
            second < 60, hour < 24 || minute + second == 0
        else { return nil }
        let isCertain = hour > 12 || hour == 0 || runs[0].hasPrefix("0")
        return .clock(SaidClock(hour: hour % 24, minute: minute, second: second, isCertain: isCertain))
    }

    private static func date(_ runs: [String], mark: Unicode.Scalar) -> Token.Kind? {
        let widths = runs.map(\.count)
        var readings: [CalendarDay?]
        if widths[0] == 4, widths[1] <= 2, widths[2] <= 2 {
            readings = [day(runs[0], runs[1], runs[2])]
        } else if widths[0] <= 2, widths[1] <= 2, widths[2] == 4 || (widths[2] == 2 && widths[0] + widths[1] > 2) {
            let year = widths[2] == 2 ? "20" + runs[2] : runs[2]
            readings = [day(year, runs[1], runs[0])]
            if mark != "." { readings.append(day(year, runs[0], runs[1])) }
        } else {
            return nil
        }
        var days: [CalendarDay] = []
        for case let day? in readings where !days.contains(day) { days.append(day) }
        // None: of this shape, but not in the calendar, and never another date.
        return .date(days)
    }

    private static func day(_ year: String?, _ month: String, _ day: String) -> CalendarDay? {
        guard let month = Int(month), let day = Int(day) else { return nil }
        return CalendarDay(year: year.flatMap { Int($0) }, month: month, day: day)
    }
}

// MARK: What stands beside digits

extension NumberShape {
    /// ASCII digits, also full-width ones.
    static func digit(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x30...0x39: scalar
        case 0xFF10...0xFF19: Unicode.Scalar(scalar.value - 0xFEE0)
        default: nil
        }
    }

    /// Full-width marks as ASCII.
    static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
    }

    static func isNumber(_ token: Token) -> Bool {
        switch token.kind {
        case .number, .clock: true
        default: false
        }
    }

    /// Whether digits directly behind a token are part of a name, a price or a code: `$5`, `#3`, `v2`, `B12`.
    static func isBound(to token: Token) -> Bool {
        switch token.kind {
        case .mark: ["$", "€", "£", "¥", "#", "+", "_", "\\", "="].contains(token.text)
        case .word:
            // A Chinese character, or letters that are a unit or a month: `1h30`, `June01`.
            !(token.text.count >= 3 || token.text == "h" || token.text.unicodeScalars.allSatisfy(Tokenizer.isHan))
        case .opaque: true
        default: false
        }
    }

    static func makesOpaque(_ scalar: Unicode.Scalar) -> Bool {
        ["%", "°", "℃", "℉", "€", "$", "£", "¥", "‰", "_", "@", "％"].contains(scalar)
    }

    /// `Z`, `+08:00`, `-0330`.
    static func offset(
        _ scalars: String.UnicodeScalarView, from start: String.Index, to limit: String.Index
    ) -> (seconds: Int, end: String.Index)? {
        let sign = scalars[start]
        if sign == "Z" { return (0, scalars.index(after: start)) }
        guard sign == "+" || sign == "-" else { return nil }
        var place = scalars.index(after: start), digits = ""
        while place < limit, digits.count < 4, digit(scalars[place]) != nil || scalars[place] == ":" {
            if let digit = digit(scalars[place]) { digits.unicodeScalars.append(digit) }
            scalars.formIndex(after: &place)
        }
        guard digits.count == 4, let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)), hours <= 14,
            minutes < 60
        else { return nil }
        // `9:00-17:00` and `9:00-1730` are two times of day.
        guard sign == "+" || place == limit || scalars[place] != ":" else { return nil }
        return ((sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60), place)
    }
}
