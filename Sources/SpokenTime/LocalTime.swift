import Foundation

/// A minute of the proleptic Gregorian calendar at the user's place.
public struct LocalTime: Sendable, Hashable, Comparable {
    public let year: Int, month: Int, day: Int, hour: Int, minute: Int

    /// Days since 1970-01-01.
    private var dayNumber: Int { Self.dayNumber(year, month, day) }

    /// ISO 8601 with or without offset; without a time of day: midnight. With an offset and `zone`, the same instant
    /// in that zone; with an offset alone, the time as written.
    public init?(iso8601 text: String, in zone: TimeZone? = nil) {
        guard
            let match = text.wholeMatch(
                of: /(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(Z|z|[+-]\d\d:?\d\d)?)?/),
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3),
            let hour = Int(match.4 ?? "0"), let minute = Int(match.5 ?? "0"), let second = Int(match.6 ?? "0"),
            Self.isValid(year, month, day), hour < 24, minute < 60, second < 61
        else { return nil }
        if let offset = match.7, Self.seconds(ofOffset: offset) == nil { return nil }
        guard let zone, let offset = match.7 else {
            self.init(dayNumber: Self.dayNumber(year, month, day), secondOfDay: hour * 3600 + minute * 60)
            return
        }
        guard let seconds = Self.seconds(ofOffset: offset) else { return nil }
        let instant = Self.dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - seconds
        self.init(Date(timeIntervalSince1970: Double(instant)), in: zone)
    }

    /// nil for a day that is not in the calendar.
    public init?(year: Int, month: Int, day: Int) {
        guard Self.isValid(year, month, day) else { return nil }
        self.init(dayNumber: Self.dayNumber(year, month, day), secondOfDay: 0)
    }

    public init(_ date: Date, in zone: TimeZone) {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: date)
        let days = Self.floorDivide(seconds, 86_400)
        self.init(dayNumber: days, secondOfDay: seconds - days * 86_400)
    }

    private init(dayNumber: Int, secondOfDay: Int) {
        (hour, minute) = (secondOfDay / 3600, secondOfDay / 60 % 60)
        // Days from 1 March of year 0 in eras of 400 years, so that the leap day ends a year.
        let shifted = dayNumber + 719_468
        let era = Self.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    public static func < (left: LocalTime, right: LocalTime) -> Bool { left.seconds(until: right) > 0 }
}

// MARK: Counting

extension LocalTime {
    public func adding(days: Int) -> LocalTime {
        LocalTime(dayNumber: dayNumber + days, secondOfDay: hour * 3600 + minute * 60)
    }

    package func adding(seconds: Int) -> LocalTime {
        let total = hour * 3600 + minute * 60 + seconds, days = Self.floorDivide(total, 86_400)
        return LocalTime(dayNumber: dayNumber + days, secondOfDay: total - days * 86_400)
    }

    /// The same day of another month, or that month's last day.
    package func adding(months: Int) -> LocalTime {
        let count = year * 12 + month - 1 + months
        let year = Self.floorDivide(count, 12), month = count - year * 12 + 1
        let last = min(day, Self.days(inMonth: month, of: year))
        return LocalTime(dayNumber: Self.dayNumber(year, month, last), secondOfDay: hour * 3600 + minute * 60)
    }

    package func seconds(until other: LocalTime) -> Int {
        (other.dayNumber - dayNumber) * 86_400 + (other.hour - hour) * 3600 + (other.minute - minute) * 60
    }

    package func days(until other: LocalTime) -> Int { other.dayNumber - dayNumber }

    /// The same day at another time.
    package func at(hour: Int, minute: Int) -> LocalTime {
        LocalTime(dayNumber: dayNumber, secondOfDay: hour * 3600 + minute * 60)
    }

    /// The first such day from this one on, within nine years; nil without one.
    ///
    /// - Parameter month: nil for any.
    package func next(day: Int, month: Int?) -> LocalTime? {
        for offset in 0..<108 {
            let (month, years) =
                month.map { ($0, offset) } ?? ((self.month - 1 + offset) % 12 + 1, (self.month - 1 + offset) / 12)
            guard let date = LocalTime(year: year + years, month: month, day: day) else { continue }
            if date.dayNumber >= dayNumber { return date }
        }
        return nil
    }

    /// The last such day up to this one, within nine years; nil without one.
    package func previous(day: Int, month: Int?) -> LocalTime? {
        (0..<108).lazy.map { self.at(hour: 0, minute: 0).adding(days: 1 - self.day).adding(months: -$0) }
            .filter { $0.month == month ?? $0.month }
            .compactMap { LocalTime(year: $0.year, month: $0.month, day: day) }.first { $0.dayNumber <= dayNumber }
    }
}

// MARK: As text

extension LocalTime {
    public var date: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }
    public var clock: String { "\(Self.padded(hour, 2)):\(Self.padded(minute, 2))" }

    /// 0 is Sunday.
    package var weekday: Int { (dayNumber + 4) - Self.floorDivide(dayNumber + 4, 7) * 7 }

    public var weekdayName: String {
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"][weekday]
    }

    public var partOfDay: String {
        switch hour {
        case 5..<12: "morning"
        case 12..<17: "afternoon"
        case 17..<22: "evening"
        default: "night"
        }
    }

    package static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

// MARK: Offsets

extension LocalTime {
    /// Seconds east of UTC at the end of an ISO 8601 time; nil without an offset.
    package static func offset(iso8601 text: String) -> Int? {
        text.firstMatch(of: /:\d\d.*?(Z|z|[+-]\d\d:?\d\d)$/).flatMap { seconds(ofOffset: $0.1) }
    }

    private static func seconds(ofOffset text: Substring) -> Int? {
        guard text.count > 1 else { return 0 }
        let digits = text.filter(\.isNumber)
        guard let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)), hours < 24, minutes < 60 else {
            return nil
        }
        return (text.first == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// Seconds east of UTC that this time of day has in a zone.
    package func offset(in zone: TimeZone) -> Int {
        let local = Double(dayNumber * 86_400 + hour * 3600 + minute * 60)
        let first = zone.secondsFromGMT(for: Date(timeIntervalSince1970: local))
        return zone.secondsFromGMT(for: Date(timeIntervalSince1970: local - Double(first)))
    }

    /// `+08:00`
    package static func text(ofOffset seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        return "\(seconds < 0 ? "-" : "+")\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
    }
}

// MARK: The calendar

extension LocalTime {
    package static func isValid(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        (1...9999).contains(year) && (1...12).contains(month) && (1...days(inMonth: month, of: year)).contains(day)
    }

    package static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
        dividend >= 0 ? dividend / divisor : -((divisor - 1 - dividend) / divisor)
    }

    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivide(year, 400), yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
