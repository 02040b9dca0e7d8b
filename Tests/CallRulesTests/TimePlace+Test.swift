import Foundation
import SpokenTime

extension TimePlace {
    /// A Tuesday morning.
    static let berlin: TimePlace = {
        let zone = TimeZone(identifier: "Europe/Berlin")
        return TimePlace(now: LocalTime(iso8601: "2026-11-24T09:30:00", in: zone), zone: zone, fixedOffset: nil)
    }()
}
