import Foundation
import Kernels
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
    @Test("every item once, whatever the threads and the grain", arguments: [1, 2, 3, 8], [1, 3, 64])
    func covers(threads: Int, grain: Int) {
        let pool = WorkerPool(threads: threads)
        for count in [0, 1, 2, 63, 64, 65, 1000] {
            let visits = [Int](unsafeUninitializedCapacity: count) { visits, filled in
                visits.initialize(repeating: 0)
                filled = count
                nonisolated(unsafe) let visits = visits  // Disjoint ranges: one writer an item.
                pool.parallelFor(count, grain: grain) { worker, range in
                    precondition(worker >= 0 && worker < threads)
                    for item in range { visits[item] += 1 }
                }
            }
            #expect(visits == [Int](repeating: 1, count: count))
        }
    }

    @Test("a worker's number is never in use twice at a time") func scratch() {
        let pool = WorkerPool(threads: 4)
        let busy = (0..<4).map { _ in Flag() }
        let clashes = Atomic<Int>(0)
        for _ in 0..<200 {
            pool.parallelFor(64) { worker, _ in
                if busy[worker].raise() { clashes.add(1, ordering: .relaxed) }
                for _ in 0..<100 { _ = clashes.load(ordering: .relaxed) }
                busy[worker].lower()
            }
        }
        #expect(clashes.load(ordering: .relaxed) == 0)
    }

    @Test("loops of several callers follow each other") func severalCallers() async {
        let pool = WorkerPool(threads: 3)
        let sums = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let sum = Atomic<Int>(0)
                    for _ in 0..<300 {
                        pool.parallelFor(40) { _, range in sum.add(range.count, ordering: .relaxed) }
                    }
                    return sum.load(ordering: .relaxed)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sums == [12_000, 12_000, 12_000, 12_000])
    }

    @Test("wakes threads that sleep") func wakes() {
        let pool = WorkerPool(threads: 2)
        let sum = Atomic<Int>(0)
        for _ in 0..<20 {
            usleep(1_000)  // Longer than the threads wait actively.
            pool.parallelFor(10) { _, range in sum.add(range.count, ordering: .relaxed) }
        }
        #expect(sum.load(ordering: .relaxed) == 200)
    }
}

/// A flag that tells when it is raised twice.
private final class Flag: Sendable {
    private let raised = Atomic(false)
    func raise() -> Bool { raised.exchange(true, ordering: .acquiringAndReleasing) }
    func lower() { raised.store(false, ordering: .releasing) }
}
