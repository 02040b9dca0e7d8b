import CKernels
import Foundation
import Synchronization

/// Threads that share loops with the thread that asks for them.
///
/// The threads live as long as the pool. After a loop they wait actively for some 50 µs, since the next loop
/// of a forward pass follows within microseconds, then they sleep and cost nothing. A thread that wakes too
/// late is not waited for: the loop ends when its items are done.
///
/// Several threads may call `parallelFor`; their loops run one after the other. A body must not call
/// `parallelFor` of the same pool.
public final class WorkerPool: Sendable {
    private let crew: Crew
    /// What the kernels that run on this pool use; of another than the current set in tests only.
    public let instructionSet: InstructionSet

    /// - Parameter threads: how many threads work on a loop, the caller included; at least 1.
    public convenience init(threads: Int) { self.init(threads: threads, instructionSet: .current) }

    /// - Parameter threads: the caller's own among them.
    package init(threads: Int, instructionSet: InstructionSet) {
        self.instructionSet = instructionSet
        crew = Crew(threads: max(1, threads))
        for worker in 1..<max(1, threads) {
            let crew = crew
            let thread = Thread { crew.work(as: worker) }
            thread.name = "kernels-\(worker)"
            thread.qualityOfService = .userInitiated
            thread.start()
        }
    }

    deinit { crew.dismiss() }

    /// Threads that work on a loop, the caller included.
    public var threads: Int { crew.threads }

    /// Calls `body(worker, range)` for disjoint ranges that cover `0..<count`; returns after the last.
    ///
    /// Ranges have `grain` items (the last may have fewer). Each worker has an equal, contiguous share of them, the
    /// same in every loop of that length; whoever is done takes from the others. A loop of one range, or on one
    /// thread, runs on the caller alone, as one range. `worker` is in `0..<threads` and never in use twice at a time.
    public func parallelFor(_ count: Int, grain: Int = 1, _ body: (_ worker: Int, _ range: Range<Int>) -> Void) {
        guard count > 0 else { return }
        let grain = max(1, grain)
        guard crew.threads > 1, count > grain else {
            crew.calling.lock()
            defer { crew.calling.unlock() }
            return body(0, 0..<count)
        }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { crew.run(Loop(body: $0, count: count, grain: grain)) }
        }
    }
}

/// A loop under way.
private struct Loop {
    var body: UnsafePointer<(Int, Range<Int>) -> Void>
    var count: Int
    var grain: Int

    /// The ranges, by number, that a worker takes first.
    func share(of worker: Int, among threads: Int) -> Range<Int> {
        let ranges = (count + grain - 1) / grain
        return worker * ranges / threads..<(worker + 1) * ranges / threads
    }
}

/// The next range of a worker's share; an object of its own, so that workers do not contend for a cache line.
private final class Share: Sendable {
    let next = Atomic<Int>(0)
    private let padding: (Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0)
}

/// What the caller and its threads share.
///
/// `gate` is one word: how many threads are inside the loop (low bits), whether it is open, and its number.
/// A thread enters by raising the count of an open gate and leaves by lowering it; the caller closes the gate
/// when no items are left and returns when the count is zero.
private final class Crew: Sendable {
    let threads: Int
    /// Held by whoever runs a loop.
    let calling = NSLock()

    // Guarded by `gate`: written by the caller while the gate is closed and nobody inside, read inside.
    private nonisolated(unsafe) var loop: Loop?
    private let gate = Atomic<Int>(0)
    private let shares: [Share]
    private let sleepers = Atomic<Int>(0)
    private let dismissed = Atomic<Bool>(false)
    private let bell = NSCondition()

    private static let open = 1 << 16
    private static let number = 1 << 17
    private static let inside = open - 1
    /// Active waiting before sleep, in nanoseconds.
    private static let patience: UInt64 = 50_000

    /// Threads beside the caller's, asleep.
    init(threads: Int) {
        self.threads = min(threads, Self.inside)
        shares = (0..<self.threads).map { _ in Share() }
    }

    // MARK: The caller

    /// Shares a loop and takes part in it until it is done.
    func run(_ loop: Loop) {
        calling.lock()
        defer { calling.unlock() }
        self.loop = loop
        for worker in 0..<threads {
            shares[worker].next.store(loop.share(of: worker, among: threads).lowerBound, ordering: .relaxed)
        }
        let number = gate.load(ordering: .relaxed) & ~(Self.number - 1)
        gate.store((number &+ Self.number) | Self.open, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { ring() }
        take(loop, as: 0)
        var state = gate.bitwiseAnd(~Self.open, ordering: .acquiringAndReleasing).newValue
        var spins = 0
        while state & Self.inside != 0 {
            // A thread that lost its core to another program needs ours to finish.
            if spins < 2_000 { ck_pause() } else { sched_yield() }
            spins += 1
            state = gate.load(ordering: .acquiring)
        }
        self.loop = nil
    }

    /// Tells the threads to end.
    func dismiss() {
        dismissed.store(true, ordering: .sequentiallyConsistent)
        ring()
    }

    /// Wakes those that sleep.
    private func ring() {
        bell.lock()
        bell.broadcast()
        bell.unlock()
    }

    // MARK: The threads

    /// The life of one thread.
    func work(as worker: Int) {
        var last = 0
        while let entered = enter(after: last) {
            last = entered
            if let loop { take(loop, as: worker) }
            gate.subtract(1, ordering: .releasing)
        }
    }

    /// Takes chunks of a loop until none is left.
    private func take(_ loop: Loop, as worker: Int) {
        for step in 0..<threads {
            let owner = (worker + step) % threads
            let end = loop.share(of: owner, among: threads).upperBound
            while true {
                let range = shares[owner].next.add(1, ordering: .relaxed).oldValue
                guard range < end else { break }
                loop.body.pointee(worker, range * loop.grain..<min((range + 1) * loop.grain, loop.count))
            }
        }
    }

    /// Enters the next open loop and returns its number; nil when the pool is gone.
    private func enter(after last: Int) -> Int? {
        while true {
            var until: UInt64 = 0
            var spins = 0
            while true {
                if let number = tryEnter(after: last) { return number }
                if dismissed.load(ordering: .relaxed) { return nil }
                ck_pause()
                spins += 1
                guard spins % 64 == 0 else { continue }
                let now = DispatchTime.now().uptimeNanoseconds
                if until == 0 { until = now + Self.patience }
                if now > until { break }
            }
            sleep(after: last)
        }
    }

    /// Enters the loop after the last one it knows; nil: there is none yet.
    private func tryEnter(after last: Int) -> Int? {
        var state = gate.load(ordering: .sequentiallyConsistent)
        while state & Self.open != 0, state & ~(Self.number - 1) != last {
            let (entered, now) = gate.weakCompareExchange(
                expected: state, desired: state + 1, ordering: .acquiringAndReleasing)
            if entered { return state & ~(Self.number - 1) }
            state = now
        }
        return nil
    }

    /// Sleeps until there is another loop.
    private func sleep(after last: Int) {
        bell.lock()
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while true {
            let state = gate.load(ordering: .sequentiallyConsistent)
            let hasWork = state & Self.open != 0 && state & ~(Self.number - 1) != last
            if hasWork || dismissed.load(ordering: .sequentiallyConsistent) { break }
            bell.wait()
        }
        sleepers.subtract(1, ordering: .relaxed)
        bell.unlock()
    }
}
