import CEpoll
import Foundation

/// Readiness of many sockets, waited for by one thread, with a patience finer than a millisecond. Owner: that thread.
final class ReadinessQueue {
    struct Interest: OptionSet {
        let rawValue: UInt32
        static let input = Interest(rawValue: EPOLLIN.rawValue)
        static let output = Interest(rawValue: EPOLLOUT.rawValue)
    }

    private let descriptor: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 512)

    init() throws(LoadError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .system("epoll_create1: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    func add(_ socket: Int32, key: Int, _ interest: Interest) { control(EPOLL_CTL_ADD, socket, key, interest) }
    func change(_ socket: Int32, key: Int, _ interest: Interest) { control(EPOLL_CTL_MOD, socket, key, interest) }

    /// Waits until a socket is ready or the time is over.
    ///
    /// - Returns: the keys of those that are ready.
    func wait(seconds: Double) -> [Int] {
        let nanoseconds = Int(min(max(0, seconds), 3600) * 1e9)
        var patience = timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
        let count = epoll_pwait2(descriptor, &events, Int32(events.count), &patience, nil)
        guard count > 0 else { return [] }
        return events[..<Int(count)].map { Int($0.data.u64) }
    }

    private func control(_ operation: Int32, _ socket: Int32, _ key: Int, _ interest: Interest) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: UInt64(key)))
        _ = epoll_ctl(descriptor, operation, socket, &event)
    }
}

/// Seconds since a moment, by the clock that no one sets.
struct Stopwatch: Sendable {
    private let start = Stopwatch.nanoseconds()

    var seconds: Double { Double(Self.nanoseconds() - start) / 1e9 }

    private static func nanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// Processor time that this process has taken so far, in seconds.
    static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
