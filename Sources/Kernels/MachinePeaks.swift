import CKernels
import Foundation
import Synchronization

/// This machine's measured peaks: arithmetic in registers, and reading memory.
public struct MachinePeaks: Sendable, Codable, Hashable {
    /// Per second, on one core and on all that the pool has.
    public struct Rate: Sendable, Codable, Hashable {
        public var one: Double, all: Double

        /// - Parameters:
        ///   - one: operations or bytes a second on one core.
        ///   - all: on all of them at once.
        package init(one: Double, all: Double) { (self.one, self.all) = (one, all) }
    }

    /// Operations a second (a multiply and an add are two); nil where the instruction set has no such instruction.
    public var int8: Rate?, bf16: Rate?, f32: Rate?
    /// Bytes a second, each core reading its own memory, beyond the caches.
    public var memory: Rate
    public var threads: Int

    /// Peaks that were measured; nil: the machine has no such instructions.
    package init(int8: Rate?, bf16: Rate?, f32: Rate?, memory: Rate, threads: Int) {
        (self.int8, self.bf16, self.f32, self.memory, self.threads) = (int8, bf16, f32, memory, threads)
    }

    /// Measures in about 2 s; the machine should be idle.
    public static func measure(threads: Int) -> MachinePeaks {
        let pools = (one: WorkerPool(threads: 1), all: WorkerPool(threads: threads))
        func rate(_ arithmetic: ck_arithmetic) -> Rate? {
            guard let one = PeakProbe(arithmetic, on: pools.one), let all = PeakProbe(arithmetic, on: pools.all) else {
                return nil
            }
            return Rate(one: one.best(of: 60), all: all.best(of: 60))
        }
        let memory = MemoryProbe(on: pools.all)
        return MachinePeaks(
            int8: rate(CK_PEAK_INT8), bf16: rate(CK_PEAK_BF16), f32: rate(CK_PEAK_F32),
            memory: Rate(one: memory.best(of: 40, threads: 1), all: memory.best(of: 40, threads: threads)),
            threads: threads)
    }
}

/// Runs an arithmetic loop on all workers of a pool.
struct PeakProbe {
    private let loop: ck_peak, pool: WorkerPool

    /// Nil if the pool's instruction set has no such instruction.
    init?(_ arithmetic: ck_arithmetic, on pool: WorkerPool) {
        guard let loop = ck_find_peak(pool.instructionSet.kernelSet, arithmetic) else { return nil }
        (self.loop, self.pool) = (loop, pool)
    }

    /// Operations a second over some 2 ms: short, so that on a shared machine some are undisturbed.
    func measure() -> Double {
        let loop = loop
        return perSecond(on: pool, threads: pool.threads) { _ in loop(600_000) }
    }

    /// The best of several measurements.
    func best(of times: Int) -> Double { (0..<times).map { _ in measure() }.max() ?? 0 }
}

/// Reads memory on the workers of a pool.
final class MemoryProbe {
    private let pool: WorkerPool, buffers: [PageMemory]
    private var next = 0
    private static let slice = 32 << 20, slices = 6

    /// Measures on the threads of a pool.
    init(on pool: WorkerPool) {
        self.pool = pool
        buffers = (0..<pool.threads).map { _ in PageMemory(bytes: Self.slice * Self.slices) }
        for buffer in buffers { memset(buffer.base, 1, buffer.bytes) }
    }

    /// Bytes a second over some 2 ms; the slices take turns, so that none is in a cache.
    func measure(threads: Int) -> Double {
        let (buffers, offset) = (buffers, next % Self.slices * Self.slice)
        next += 1
        return perSecond(on: pool, threads: threads) { worker in
            // Never all zero; the sum depends on what was read, so it is read.
            Double(Self.slice) + (ck_read_memory(buffers[worker].base + offset, Self.slice) == .max ? 1 : 0)
        }
    }

    /// The best of several measurements on so many threads.
    func best(of times: Int, threads: Int) -> Double { (0..<times).map { _ in measure(threads: threads) }.max() ?? 0 }
}

/// What `threads` workers of the pool do a second together, from the first one's start to the last one's end.
private func perSecond(on pool: WorkerPool, threads: Int, _ body: (_ worker: Int) -> Double) -> Double {
    let arrived = Atomic<Int>(0)
    let total = Mutex((work: 0.0, start: UInt64.max, end: UInt64(0)))
    pool.parallelFor(threads) { worker, range in
        for _ in range {
            arrived.add(1, ordering: .relaxed)
            while arrived.load(ordering: .relaxed) < threads { sched_yield() }
            let start = DispatchTime.now().uptimeNanoseconds
            let work = body(worker)
            let end = DispatchTime.now().uptimeNanoseconds
            total.withLock { $0 = ($0.work + work, min($0.start, start), max($0.end, end)) }
        }
    }
    return total.withLock { $0.work * 1e9 / Double(max(1, $0.end - min($0.start, $0.end))) }
}
