import Dispatch
import Synchronization

/// Where schemas are compiled: two threads of their own at most, so that however many a client sends, neither the
/// engine nor other routes wait for a thread.
///
/// Every schema begins on the quick lane with `quickTime`; one that needs more begins again on the slow lane, where it
/// holds up only its like.
public final class SchemaQueue: Sendable {
    /// Quick: schemas that take less than 25 ms. Slow: those that did not.
    public enum LaneKind: Sendable { case quick, slow }

    /// What a lane has to do.
    private struct Load {
        var waiting = 0
        /// Seconds a piece of work has taken lately.
        var mean = 0.0
    }

    /// One thread and the work that waits for it.
    private final class Lane: Sendable {
        let queue: DispatchQueue
        let capacity: Int
        let load = Mutex(Load())

        init(_ label: String, capacity: Int) {
            queue = DispatchQueue(label: "kinglet.schema.\(label)", qos: .utility)
            self.capacity = capacity
        }
    }

    /// What a schema gets before it is put behind the others that are dear.
    static let quickTime = Duration.milliseconds(25)

    private let quick: Lane, slow: Lane

    /// - Parameters:
    ///   - quickCapacity: schemas that may wait for their first try.
    ///   - slowCapacity: those that may wait for their second.
    public init(quickCapacity: Int = 256, slowCapacity: Int = 16) {
        quick = Lane("quick", capacity: quickCapacity)
        slow = Lane("slow", capacity: slowCapacity)
    }

    /// Runs `work` when those before it are done.
    ///
    /// - Throws: `.schemasWaiting` where too many wait; `work` will not run.
    public func enqueue(on kind: LaneKind, _ work: @escaping @Sendable () -> Void) throws(GenerationError) {
        let lane = kind == .quick ? quick : slow
        let refusal = lane.load.withLock { load -> GenerationError? in
            guard load.waiting < lane.capacity else {
                let seconds = max(1, Int((Double(load.waiting) * load.mean).rounded(.up)))
                return .schemasWaiting(load.waiting, retryAfterSeconds: seconds)
            }
            load.waiting += 1
            return nil
        }
        if let refusal { throw refusal }
        lane.queue.async {
            let start = ContinuousClock.now
            work()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            lane.load.withLock { load in
                load.waiting -= 1
                load.mean += (seconds - load.mean) / 8
            }
        }
    }

    /// Runs `work` on the slow lane: checks of whole pools.
    ///
    /// - Throws: what `work` throws; `.schemasWaiting`.
    public func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try enqueue(on: .slow) { continuation.resume(with: Swift.Result { try work() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
