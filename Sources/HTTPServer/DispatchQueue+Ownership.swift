import Dispatch

extension DispatchQueue {
    /// Says that the state touched here belongs to this serial queue. Debug builds stop where that is not so; release
    /// builds do not look.
    @inline(__always)
    package func assertOwned() {
        #if DEBUG
            dispatchPrecondition(condition: .onQueue(self))
        #endif
    }
}
