/// A time of day, read from its usual notations: `23:00`, `11 pm`, `11:00 p.m.`, `half past six in the evening`.
struct TimeOfDay: Hashable {
    /// Seconds after midnight, 0..<86400.
    var seconds: Int
    /// Said without its half of the day ("five o'clock"): 12 hours later is meant as well.
    var isEitherHalf = false

    func equals(_ other: TimeOfDay) -> Bool {
        let either = isEitherHalf || other.isEitherHalf
        return either ? seconds % 43_200 == other.seconds % 43_200 : seconds == other.seconds
    }

    private enum Half { case morning, afternoon, night }

    init?(_ words: some Collection<NotationWords.Word>) {
        var half: Half?
        var isClock = false
        var rest: [NotationWords.Word] = []
        for word in words {
            switch word {
            case .word("am"), .word("morning"), .word("上午"), .word("早上"), .word("凌晨"): half = .morning
            case .word("pm"), .word("afternoon"), .word("evening"), .word("下午"), .word("晚上"): half = .afternoon
            case .word("night"): half = .night
            case .word("oclock"): isClock = true
            case .word("at"), .word("in"), .word("the"), .word("分"): continue
            case .word("点"), .mark("："): rest.append(.mark(":"))
            default: rest.append(word)
            }
        }
        if rest.last == .mark(":") {
            rest.removeLast()
            isClock = half == nil
        }
        if let named = Self.named(rest), half == nil || half == .night {
            seconds = named
            return
        }
        guard let (hour, minute, second, isSpoken) = Self.clock(rest, hasHalf: half != nil || isClock),
            (0...24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        var hours = hour % 24
        switch half {
        case .morning: if hour == 12 { hours = 0 }
        case .afternoon: if hour < 12 { hours += 12 }
        case .night: if hour == 12 { hours = 0 } else if (6..<12).contains(hour) { hours += 12 }
        case nil: isEitherHalf = (isClock || isSpoken) && (1...12).contains(hour)
        }
        seconds = hours * 3600 + minute * 60 + second
    }

    /// Noon and midnight, with or without a 12 before.
    private static func named(_ words: [NotationWords.Word]) -> Int? {
        guard case .word(let name)? = words.last else { return nil }
        if words.count == 2 {
            guard case .number(_, 12, _) = words[0] else { return nil }
        } else if words.count != 1 {
            return nil
        }
        return ["noon": 43_200, "midday": 43_200, "中午": 43_200, "midnight": 0][name]
    }

    /// Hour, minute, second as said; `isSpoken`: as in "half past six".
    private static func clock(
        _ words: [NotationWords.Word], hasHalf: Bool
    ) -> (hour: Int, minute: Int, second: Int, isSpoken: Bool)? {
        func number(_ index: Int) -> Int? {
            guard index < words.count, case .number(_, let value, isOrdinal: false) = words[index] else { return nil }
            return value
        }
        switch words.count {
        case 1:
            guard hasHalf, case .number(let text, let value, isOrdinal: false) = words[0] else { return nil }
            if let value { return (value, 0, 0, false) }
            let parts = text.split(separator: ".")  // 7.30
            guard parts.count == 2, parts[1].count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]) else {
                return nil
            }
            return (hour, minute, 0, false)
        case 2:
            guard hasHalf, let hour = number(0), let minute = number(1), minute >= 10 else { return nil }
            return (hour, minute, 0, false)  // six thirty
        case 3:
            if words[1] == .mark(":"), let hour = number(0), let minute = number(2) { return (hour, minute, 0, false) }
            guard let hour = number(2), (1...12).contains(hour) else { return nil }
            let minutes = words[0] == .word("half") ? 30 : words[0] == .word("quarter") ? 15 : number(0)
            guard let minutes, (1..<60).contains(minutes) else { return nil }
            if words[1] == .word("past") || words[1] == .word("after") { return (hour, minutes, 0, true) }
            guard words[1] == .word("to"), words[0] != .word("half") else { return nil }
            return (hour == 1 ? 12 : hour - 1, 60 - minutes, 0, true)
        case 5:
            guard words[1] == .mark(":"), words[3] == .mark(":"), let hour = number(0), let minute = number(2),
                let second = number(4)
            else { return nil }
            return (hour, minute, second, false)
        default: return nil
        }
    }
}
