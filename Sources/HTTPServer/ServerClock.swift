import Glibc

/// Time as a connection group sees it: read once for a batch of events, and the `date` line made once a second.
struct ServerClock {
    /// Nanoseconds of the monotonic clock.
    private(set) var now: UInt64 = 0
    private var second: time_t = 0
    /// `date: Tue, 24 Nov 2026 11:42:52 GMT` (RFC 9110, 5.6.7), without line end.
    private var date: [UInt8] = []

    init() { update() }

    mutating func update() { now = Self.monotonic() }

    static func monotonic() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The value of the `date` field now.
    mutating func dateValue() -> [UInt8] {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        if time.tv_sec != second || date.isEmpty {
            second = time.tv_sec
            date = Array(Self.httpDate(time.tv_sec).utf8)
        }
        return date
    }

    package static func httpDate(_ seconds: time_t) -> String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = days[Int(parts.tm_wday) % 7], month = months[Int(parts.tm_mon) % 12]
        return "\(day), \(two(parts.tm_mday)) \(month) \(parts.tm_year + 1900) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
