/// The contents of a pattern's slots, in its order.
struct Captures {
    var numbers: [Double] = []
    var year: Int?
    var unit: TimeUnit?
    var month: Int?
    var weekday: Int?
    var week: Week?
    var part: DayPart?
    var half: Int?
    var zone: SpokenZone?
    var holiday: Holiday?
    var lengths: [TimeLength] = []
    var day: SaidDay?
    var dayPart: DayPart?
    var clock: SaidClock?

    mutating func add(_ value: SlotValue, _ slot: Slot) {
        switch value {
        case .number(let value): if slot == .year { year = Int(value) } else { numbers.append(value) }
        case .unit(let value): unit = value
        case .month(let value): month = value
        case .weekday(let value): weekday = value
        case .week(let value): week = value
        case .part(let value): part = value
        case .half(let value): half = value
        case .zone(let value): zone = value
        case .holiday(let value): holiday = value
        case .length(let value): lengths.append(value)
        case .day(let value, let part): (day, dayPart) = (value, part)
        case .clock(let value): clock = value
        }
    }

    var first: Int? { numbers.first.map { Int($0) } }
    var second: Int? { numbers.count > 1 ? Int(numbers[1]) : nil }
}

/// Turns a pattern's meaning and the contents of its slots into what was said.
enum Interpreter {
    static func value(_ meaning: Meaning, _ found: Captures) -> SlotValue? {
        switch meaning {
        case .number, .quantity, .length, .lengthRest, .counted, .fixedLength, .digitalLength: length(meaning, found)
        case .hour, .past, .to, .toBehind, .toNamed, .beside, .aroundHalf, .named, .namedPast, .digital,
            .thisTime:
            clock(meaning, found).map { .clock($0) }
        case .part(let part): .part(part)
        case .zone: zone(found).map { .zone($0) }
        case .days(let count, let part): .day(.offset(count), part)
        case .weekdayIn(let weekday, let part): .day(.weekday(weekday, .coming), part)
        default: day(meaning, found).map { .day($0, found.part ?? found.dayPart) }
        }
    }

    private static func length(_ meaning: Meaning, _ found: Captures) -> SlotValue? {
        let count = found.numbers.first ?? 1
        switch meaning {
        case .number(let plus): return .number(count + plus)
        case .quantity(let value): return .number(value)
        case .length(let plus): return found.unit?.length(count + plus).map { .length($0) }
        case .counted(let unit, let plus): return unit.length(count + plus).map { .length($0) }
        case .lengthRest(let fixed):
            guard let unit = fixed ?? found.unit, unit == .hour || unit == .minute, let rest = found.second,
                (1...59).contains(rest),
                let whole = unit.length(count),
                let part = (unit == .hour ? TimeUnit.minute : .second).length(Double(rest))
            else { return nil }
            return .length(whole + part)
        case .fixedLength(let length): return .length(length)
        case .digitalLength(let unit):
            guard let clock = found.clock, let whole = unit.length(Double(clock.hour)),
                let part = (unit == .hour ? TimeUnit.minute : .second).length(Double(clock.minute))
            else { return nil }
            return .length(whole + part)
        default: return nil
        }
    }

    private static func day(_ meaning: Meaning, _ found: Captures) -> SaidDay? {
        switch meaning {
        case .ahead, .ago:
            // Hours and minutes make it a moment, which is not a day.
            guard let length = found.lengths.first, length.seconds == 0 else { return nil }
            return .shifted(meaning == .ago ? -length : length, from: .offset(0))
        case .after, .before:
            guard let length = found.lengths.first, length.seconds == 0, let base = found.day else { return nil }
            return .shifted(meaning == .before ? -length : length, from: base)
        case .shifted(let days):
            if let weekday = found.weekday { return .weekday(weekday, .beyond(days / 7)) }
            return (found.day ?? found.holiday.map { .holiday($0, year: found.year) }).map {
                .shifted(TimeLength(days: days), from: $0)
            }
        case .weekday(let week): return found.weekday.map { .weekday($0, week ?? found.week ?? .coming) }
        case .weekdayBeside(let sign):
            guard let weekday = found.weekday, let day = found.day else { return nil }
            return .weekdayBeside(weekday, sign: sign, day)
        case .nthWeekday(let last):
            guard let weekday = found.weekday, let count = last ? 0 : found.first, count <= 5 else { return nil }
            return .nthWeekday(count, weekday: weekday, month: found.month)
        case .calendar:
            guard let month = found.month ?? (found.numbers.count > 1 ? found.first : nil),
                let number = found.month == nil ? found.second : found.first
            else { return nil }
            return CalendarDay(year: found.year, month: month, day: number).map { .calendar($0) }
        case .calendarAhead(let years):
            guard let month = found.month ?? found.first, let day = found.month == nil ? found.second : found.first,
                CalendarDay(year: nil, month: month, day: day) != nil
            else { return nil }
            return .calendarAhead(years: years, month: month, day: day)
        case .dayOfMonth(let months):
            let day = found.first ?? 1
            return (1...31).contains(day) ? .dayOfMonth(day, months: months) : nil
        case .day(let day): return day
        case .holiday: return found.holiday.map { .holiday($0, year: found.year) }
        case .endOfMonth: return found.month.map { .endOf(month: $0) }
        case .numericDate: return found.day
        default: return nil
        }
    }

    private static func clock(_ meaning: Meaning, _ found: Captures) -> SaidClock? {
        var clock: SaidClock
        switch meaning {
        case .named(let hour, let minute):
            clock = SaidClock(hour: hour, minute: minute, isCertain: true)
        case .thisTime:
            clock = SaidClock(hour: 0, minute: 0, isCertain: true)
            clock.isNow = true
        case .digital:
            guard let said = found.clock else { return nil }
            clock = said
        case .hour:
            guard let hour = found.first, hour <= 24 else { return nil }
            clock = plain(hour, found.second ?? 0)
        case .past(let fixed):
            guard let hour = found.numbers.last.map({ Int($0) }), let minutes = fixed ?? found.first, minutes < 60
            else { return nil }
            clock = plain(hour, minutes)
        case .to(let fixed):
            guard let hour = found.numbers.last.map({ Int($0) }), let minutes = fixed ?? found.first,
                (1..<60).contains(minutes)
            else { return nil }
            clock = plain(before(hour), 60 - minutes)
        case .toBehind:
            guard let hour = found.first, let minutes = found.second, (1..<60).contains(minutes) else { return nil }
            clock = plain(before(hour), 60 - minutes)
        case .toNamed(let hour):
            guard let minutes = found.first, (1..<60).contains(minutes) else { return nil }
            clock = SaidClock(hour: hour - 1, minute: 60 - minutes, isCertain: true)
        case .namedPast(let hour):
            guard let minutes = found.first, (1..<60).contains(minutes) else { return nil }
            clock = SaidClock(hour: hour, minute: minutes, isCertain: true)
        case .beside(let sign):
            guard let said = found.clock.flatMap({ beside($0, found.lengths.first, sign) }) else { return nil }
            clock = said
        case .aroundHalf(let sign):
            guard let minutes = found.first, let hour = found.second, (1..<30).contains(minutes) else { return nil }
            clock = plain(before(hour), 30 + sign * minutes)
        default: return nil
        }
        guard (0..<24).contains(clock.hour), (0..<60).contains(clock.minute) else { return nil }
        if let half = found.half, !clock.isCertain { (clock.hour, clock.isCertain) = (clock.hour % 12 + half, true) }
        clock.part = found.part ?? clock.part
        clock.zone = found.zone ?? clock.zone
        return clock
    }

    /// So much before or after; within its half of the day where that is not known.
    private static func beside(_ clock: SaidClock, _ length: TimeLength?, _ sign: Int) -> SaidClock? {
        guard let length, length.months == 0, length.days == 0, (60..<86_400).contains(length.seconds) else {
            return nil
        }
        var moved = clock
        if clock.part != nil {
            let hour = clock.resolvedHour(part: nil, now: nil, prefersMorning: false)
            (moved.hour, moved.isCertain, moved.part) = (hour, true, nil)
        }
        let day = moved.isCertain ? 1440 : 720
        let minutes = ((moved.hour % 24 * 60 + clock.minute + sign * length.seconds / 60) % day + day) % day
        (moved.hour, moved.minute) = (minutes / 60, minutes % 60)
        if !moved.isCertain, moved.hour == 0 { moved.hour = 12 }
        return moved
    }

    private static func before(_ hour: Int) -> Int { hour == 1 ? 12 : hour == 0 ? 23 : hour - 1 }

    private static func plain(_ hour: Int, _ minute: Int) -> SaidClock {
        SaidClock(hour: hour % 24, minute: minute, isCertain: hour > 12 || hour == 0)
    }

    private static func zone(_ found: Captures) -> SpokenZone? {
        guard let hours = found.first, hours <= 14 else { return nil }
        return .offset(hours * 3600)
    }
}
