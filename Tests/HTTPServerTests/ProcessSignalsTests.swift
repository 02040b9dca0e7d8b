import Foundation
import Testing

import HTTPServer

@Suite struct ProcessSignalsTests {
    @Test("a log without a reader does not end the process; without us it does") func closedPipe() async {
        await #expect(processExitsWith: .success) {
            let signals = ProcessSignals()
            raise(SIGPIPE)
            _ = signals.stream
            exit(0)
        }
        await #expect(processExitsWith: .signal(SIGPIPE)) {
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
    }
}
