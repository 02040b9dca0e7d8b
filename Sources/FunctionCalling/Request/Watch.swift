import Foundation

/// One request on its way: its id, its clock, and who is told what becomes of it.
package struct Watch: Sendable {
    let id = FunctionCallResult.newIdentifier()
    let created = Date()
    let start = ContinuousClock.now
    /// nil: nobody listens.
    private(set) var listener: CallProgress.Listener?

    /// Begins now.
    package init(_ listener: CallProgress.Listener? = nil) { self.listener = listener }

    /// Since the request began.
    var elapsed: Duration { start.duration(to: .now) }

    /// The same, told of the candidates alone, or of nothing: for answers of which one will be chosen.
    func telling(candidates: Bool) -> Watch {
        var watch = self
        watch.listener = nil
        if candidates, let listener {
            watch.listener = { progress in if case .candidates = progress { listener(progress) } }
        }
        return watch
    }

    /// Tells who listens, if somebody does.
    func tell(_ progress: CallProgress) { listener?(progress) }
}
