import Foundation

/// One request on its way: its id, its clock, and who is told what becomes of it.
package struct Watch: Sendable {
    let id = FunctionCallResult.newIdentifier()
    let created = Date()
    let start = ContinuousClock.now
    /// nil: nobody listens.
    let listener: CallProgress.Listener?

    /// Begins now.
    package init(_ listener: CallProgress.Listener? = nil) { self.listener = listener }

    /// Since the request began.
    var elapsed: Duration { start.duration(to: .now) }

    /// Tells who listens, if somebody does.
    func tell(_ progress: CallProgress) { listener?(progress) }
}
