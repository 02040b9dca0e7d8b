/// Counts frames that cost us more than the peer, and says when it is enough: resets in either direction
/// (CVE-2023-44487, CVE-2025-8671), control frames (CVE-2019-9512, -9515), empty data (CVE-2019-9518).
struct FloodGuard: Sendable {
    enum Kind { case reset, control, window }

    /// So many at once, and so many a second on the long run.
    private struct Bucket {
        let burst: Double
        let rate: Double
        var tokens: Double
        var last: UInt64

        init(burst: Double, rate: Double, now: UInt64) {
            (self.burst, self.rate, tokens, last) = (burst, rate, burst, now)
        }

        mutating func take(_ now: UInt64) -> Bool {
            tokens = min(burst, tokens + Double(now &- last) * 1e-9 * rate)
            last = now
            tokens -= 1
            return tokens >= 0
        }
    }

    private var resets: Bucket
    private var controls: Bucket
    private var windows: Bucket

    init(now: UInt64) {
        resets = Bucket(burst: 200, rate: 50, now: now)
        controls = Bucket(burst: 500, rate: 100, now: now)
        windows = Bucket(burst: 20_000, rate: 10_000, now: now)
    }

    /// - Returns: false if the peer sends too many of these.
    mutating func allows(_ kind: Kind, now: UInt64) -> Bool {
        switch kind {
        case .reset: resets.take(now)
        case .control: controls.take(now)
        case .window: windows.take(now)
        }
    }
}
