/// A part of the day that tells which seven o'clock is meant.
package enum DayPart: Sendable, Hashable { case early, morning, noon, afternoon, evening, night }

/// A time of day, as said; which half of the day is meant may stand elsewhere in the sentence.
package struct SaidClock: Sendable, Hashable {
    package var hour: Int
    package var minute: Int
    package var second = 0
    /// Whether `hour` is of 24, so that nothing more has to be known.
    package var isCertain: Bool
    package var part: DayPart?
    package var zone: SpokenZone?
    /// As late as it is now: `this time tomorrow`.
    package var isNow = false

    /// Whether twelve hours later may be meant as well.
    package var isEitherHalf: Bool { !isCertain && part == nil && (1...12).contains(hour) }
}

/// A holiday of the civil year.
package enum Holiday: Sendable, Hashable {
    case fixed(month: Int, day: Int)
    /// Days after Easter Sunday of the western churches.
    case easter(Int)
    /// Days after the fourth Thursday of November.
    case thanksgiving(Int)
}

/// Which week's day of a name is meant: the coming one, this week's, the next week's.
package enum Week: Sendable, Hashable {
    /// The next one there is, never today.
    case coming
    /// The one before today.
    case last
    /// Of the week so many weeks ahead, Monday being its first day.
    case ahead(Int)
    /// So many weeks behind the coming one: `a week on friday`.
    case beyond(Int)
}

/// A day, as said.
package indirect enum SaidDay: Sendable, Hashable {
    /// So many days from today.
    case offset(Int)
    /// So long before (negative) or after another day.
    case shifted(TimeLength, from: SaidDay)
    /// 0 is Sunday.
    case weekday(Int, Week)
    /// The nearest one before (negative) or after a day.
    case weekdayBeside(Int, sign: Int, SaidDay)
    /// Of the month of that number, or of this month; 0 is the last one.
    case nthWeekday(Int, weekday: Int, month: Int?)
    case calendar(CalendarDay)
    /// A day of the year so many ahead.
    case calendarAhead(years: Int, month: Int, day: Int)
    /// Day and month could change places.
    case ambiguous([CalendarDay])
    /// `the 5th`; in the month so many ahead, nil for the next one that comes.
    case dayOfMonth(Int, months: Int?)
    case holiday(Holiday, year: Int?)
    /// The last day of the month so many ahead.
    case monthEnd(Int)
    /// The last day of the year so many ahead.
    case yearEnd(Int)
    /// The last day of a month that is named.
    case endOf(month: Int)
    /// The latest one there is, where the next one would be meant otherwise: `since the 5th`.
    case over(SaidDay)

    /// Whether it is named by the calendar and not counted from today.
    var isAbsolute: Bool {
        switch self {
        case .calendar, .calendarAhead, .ambiguous, .holiday, .endOf: true
        case .shifted(_, let base), .over(let base): base.isAbsolute
        default: false
        }
    }
}

/// A place whose clock is named: `Tokyo time`, `UTC`.
package enum SpokenZone: Sendable, Hashable {
    /// Of the IANA data base.
    case named(String)
    /// Seconds east of UTC.
    case offset(Int)
}
