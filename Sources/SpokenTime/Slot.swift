/// A class of words or phrases that the patterns of a lexicon have places for.
enum Slot: Int, Sendable, CaseIterable {
    /// A whole number; a number of any kind that counts something, as `half a`.
    case number, quantity
    /// A day of a month, in digits, words or as ordinal; ordinals alone.
    case dayNumber, ordinal
    case year, hour, minute
    case unit, month, weekday, part, half, zone, holiday
    /// The first word of an item's names: `this`, `next`, `last`.
    case week
    case length, day, clock
    /// A whole numeric date, a pair (`3/4`), a clock in digits.
    case numericDate, digitalClock

    init?(name: some StringProtocol) {
        guard let slot = Self.names[String(name)] else { return nil }
        self = slot
    }

    private static let names: [String: Slot] = [
        "n": .number, "q": .quantity, "d": .dayNumber, "ord": .ordinal, "y": .year, "h": .hour, "m": .minute,
        "unit": .unit, "month": .month, "weekday": .weekday, "part": .part, "half": .half, "zone": .zone,
        "holiday": .holiday, "week": .week, "len": .length, "day": .day, "clock": .clock, "date": .numericDate,
        "digital": .digitalClock,
    ]
}

/// The meaning of the words in a slot.
enum SlotValue: Sendable, Hashable {
    case number(Double)
    case unit(TimeUnit)
    case month(Int)
    case weekday(Int)
    case part(DayPart)
    /// Hours to add: am 0, pm 12.
    case half(Int)
    case zone(SpokenZone)
    case holiday(Holiday)
    case week(Week)
    case length(TimeLength)
    case day(SaidDay, DayPart?)
    case clock(SaidClock)
}

/// What a pattern's words come to, given what its slots hold.
enum Meaning: Sendable, Hashable {
    /// The number in the slot and so much more.
    case number(plus: Double)
    /// A quantity of its own: `half a`, `a couple of`.
    case quantity(Double)
    /// Quantity times unit; and so many units more (`an hour and a half`).
    case length(plus: Double)
    /// `2 hours 30`: the rest in the next smaller unit.
    case lengthRest(TimeUnit?)
    /// So many and a part of a unit that the words name together.
    case counted(TimeUnit, plus: Double)
    case fixedLength(TimeLength)
    /// `1:30 hours`: the two numbers in that unit and the next smaller one.
    case digitalLength(TimeUnit)
    case days(Int, DayPart?)
    /// A length from now on, or before now.
    case ahead, ago
    /// A length after or before a day.
    case after, before
    /// A day or its weekday, and so many days further: `a week on Friday`, `the day before Christmas`.
    case shifted(days: Int)
    case weekday(Week?)
    /// The one before or after a day: `the Friday before Christmas`.
    case weekdayBeside(Int)
    /// `the first Monday of May`.
    case nthWeekday(last: Bool)
    /// A weekday with its part of the day in one word.
    case weekdayIn(Int, DayPart)
    case calendar
    /// In the year so many ahead.
    case calendarAhead(years: Int)
    case dayOfMonth(months: Int?)
    case day(SaidDay)
    case holiday
    case endOfMonth
    case numericDate
    /// `{h} {m}`; of 24 hours (`20 Uhr`, `20 heures`) where it can be.
    case hour
    /// So many minutes, or those of the slot, after or before the hour.
    case past(Int?), to(Int?)
    /// `acht Uhr minus zehn`: the minutes said behind the hour that they are before.
    case toBehind
    /// `fünf nach halb acht`: so many minutes before or after half an hour before the hour.
    case aroundHalf(Int)
    case named(hour: Int, minute: Int)
    /// So many minutes after noon or midnight: `midi dix`.
    case namedPast(hour: Int)
    /// So many minutes before noon or midnight.
    case toNamed(hour: Int)
    /// Less than a day before or after a time of day: `an hour before midnight`, `two hours after 3 pm`.
    case beside(Int)
    /// Digits as they stand.
    case digital
    /// As late as it is now.
    case thisTime
    case part(DayPart)
    case zone
}
