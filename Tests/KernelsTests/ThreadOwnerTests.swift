import Foundation
import Kernels
import Synchronization
import Testing

@Suite struct ThreadOwnerTests {
    /// Whether a thread of its own is taken for the owner.
    private func isOwner(_ owner: ThreadOwner, times: Int = 1) async -> Bool {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: (0..<times).allSatisfy { _ in owner.isCurrent }) }.start()
        }
    }

    @Test func theFirstThreadIsTheOwner() async {
        let owner = ThreadOwner()
        #expect(await isOwner(owner, times: 3), "it stays the owner")
        // The first thread has ended, but its number may be given again: two others cannot both have it.
        let others = ThreadOwner()
        let seen = Mutex<[Bool]>([])
        let group = DispatchGroup()
        let gate = DispatchSemaphore(value: 0)
        for _ in 0..<4 {
            group.enter()
            Thread {
                let isOwner = others.isCurrent
                seen.withLock { $0.append(isOwner) }
                gate.wait()  // all four live at the same time
                group.leave()
            }.start()
        }
        while seen.withLock({ $0.count }) < 4 { try? await Task.sleep(for: .milliseconds(1)) }
        for _ in 0..<4 { gate.signal() }
        #expect(seen.withLock { $0.count { $0 } } == 1)
    }
}
