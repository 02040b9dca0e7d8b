import Dispatch
import Foundation

/// What the process is told from outside.
package enum ProcessSignal: Sendable {
    /// SIGTERM or SIGINT; a second one ends the process at once.
    case stop
    /// SIGHUP.
    case reload
}

/// Signals as they come, in order.
package final class ProcessSignals {
    package let stream: AsyncStream<ProcessSignal>
    private let sources: [any DispatchSourceSignal]

    package init() {
        // A log whose reader has gone (`kinglet serve 2>&1 | head`) must not end the server.
        signal(SIGPIPE, SIG_IGN)
        let (stream, continuation) = AsyncStream.makeStream(of: ProcessSignal.self)
        self.stream = stream
        sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                continuation.yield(number == SIGHUP ? .reload : .stop)
                if number != SIGHUP { signal(number, SIG_DFL) }
            }
            source.resume()
            return source
        }
    }
}
