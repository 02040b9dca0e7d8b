import CEpoll
import Glibc

/// Readiness of many sockets behind one descriptor, which itself becomes readable: one Dispatch source watches them
/// all, and one wake-up of its queue serves every socket that is ready.
///
/// `@unchecked`: used on the queue of its group only; the source's end merely keeps it alive.
final class Poller: @unchecked Sendable {
    struct Interest: OptionSet, Sendable {
        let rawValue: UInt32
        static let input = Interest(rawValue: EPOLLIN.rawValue)
        static let output = Interest(rawValue: EPOLLOUT.rawValue)
        /// The peer will send nothing more.
        static let peerEnd = Interest(rawValue: EPOLLRDHUP.rawValue)
        /// Reset or closed both ways; always reported.
        static let gone = Interest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
    }

    private let descriptor: Descriptor
    private var events = [epoll_event](repeating: epoll_event(), count: 256)

    init() throws(ServerError) {
        guard let descriptor = Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC))) else {
            throw .last("epoll_create1")
        }
        self.descriptor = descriptor
    }

    var number: Int32 { descriptor.number }

    func add(_ number: Int32, key: UInt64, _ interest: Interest) -> Bool {
        control(EPOLL_CTL_ADD, number, key, interest)
    }

    func change(_ number: Int32, key: UInt64, _ interest: Interest) {
        _ = control(EPOLL_CTL_MOD, number, key, interest)
    }

    func remove(_ number: Int32) { _ = control(EPOLL_CTL_DEL, number, 0, []) }

    /// Looks which sockets are ready, without waiting.
    ///
    /// - Returns: how many, at most 256; they are read by index until the next call.
    func poll() -> Int {
        max(0, Int(epoll_wait(descriptor.number, &events, Int32(events.count), 0)))
    }

    subscript(index: Int) -> (key: UInt64, ready: Interest) {
        (events[index].data.u64, Interest(rawValue: events[index].events))
    }

    private func control(_ operation: Int32, _ number: Int32, _ key: UInt64, _ interest: Interest) -> Bool {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: key))
        return epoll_ctl(descriptor.number, operation, number, &event) == 0
    }
}
