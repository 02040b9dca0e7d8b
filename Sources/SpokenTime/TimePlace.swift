import Foundation

/// A request's now and zone, as far as they are known.
package struct TimePlace: Sendable {
    package var now: LocalTime?
    package var zone: TimeZone?
    /// Seconds east of UTC, where the caller gave an offset but no zone.
    package var fixedOffset: Int?
    /// A language tag; tells which of 3/4/2027 is the month.
    package var locale: String?

    package init(now: LocalTime?, zone: TimeZone?, fixedOffset: Int?, locale: String? = nil) {
        (self.now, self.zone, self.fixedOffset, self.locale) = (now, zone, fixedOffset, locale)
    }

    /// Seconds east of UTC at that time; nil where it is not known.
    package func seconds(eastAt time: LocalTime) -> Int? { zone.map { time.offset(in: $0) } ?? fixedOffset }

    /// `+08:00`, as it is at that time; empty where it is not known.
    package func offset(at time: LocalTime) -> String { seconds(eastAt: time).map(LocalTime.text(ofOffset:)) ?? "" }

    package func dateTime(_ moment: LocalTime, second: Int = 0) -> String {
        "\(moment.date)T\(moment.clock):\(LocalTime.padded(second, 2))\(offset(at: moment))"
    }
}
