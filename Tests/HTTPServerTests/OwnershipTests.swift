import Dispatch
import Logging
import Testing

import HTTPServer

/// State that belongs to a queue is touched there, or a debug build stops.
@Suite struct OwnershipTests {
    @Test func theOwnerMayGoOn() {
        let queue = DispatchQueue(label: "owner")
        let inner = DispatchQueue(label: "inner", target: queue)
        queue.sync { queue.assertOwned() }
        inner.sync { inner.assertOwned() }
    }

    #if DEBUG
        @Test func nobodyElseMay() async {
            await #expect(processExitsWith: .failure) { DispatchQueue(label: "owner").assertOwned() }
            await #expect(processExitsWith: .failure) {
                let queue = DispatchQueue(label: "owner")
                DispatchQueue(label: "other").sync { queue.assertOwned() }
            }
            await #expect(processExitsWith: .failure) {
                // A group's connections from the thread of a test: what every data race begins with.
                let context = ServiceContext(
                    router: Router(), observer: SilentObserver(), limits: Limits(), name: nil, handlerExecutor: nil,
                    logger: Logger(label: "test"))
                guard let group = try? ConnectionGroup(0, context: context) else { return }
                _ = group.closeAll()
            }
        }
    #endif
}
