import Foundation
import Synchronization

/// The thread that some state belongs to: the first that touches it. Checked in debug builds, nothing in release builds.
public final class ThreadOwner: Sendable {
    /// Number of the owner's thread; 0: nobody has touched the state.
    private let owner = Atomic<UInt>(0)

    /// Nobody's yet.
    public init() {}

    /// Whether the calling thread is the owner. The first to ask becomes it.
    public var isCurrent: Bool {
        let current = Self.currentThread
        let (isFirst, owner) = owner.compareExchange(expected: 0, desired: current, ordering: .relaxed)
        return isFirst || owner == current
    }

    /// Ends a debug build that comes from another thread than the owner.
    public func check(_ state: @autoclosure () -> String) {
        assert(isCurrent, "\(state()) belongs to another thread")
    }

    /// A number that no other living thread has.
    private static var currentThread: UInt {
        #if canImport(Darwin)
            UInt(bitPattern: pthread_self())
        #else
            UInt(pthread_self())
        #endif
    }
}
