import Glibc

/// Nanoseconds of a clock that does not go back.
public enum MonotonicTime {
    /// Nanoseconds since some moment of this machine's run.
    public static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
