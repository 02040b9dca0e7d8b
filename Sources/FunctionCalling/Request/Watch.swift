import Foundation

/// One request on its way: its id, its clock, and who is told what becomes of it.
package struct Watch: Sendable {
    let id = FunctionCallResult.newIdentifier()
    let created = Date()
    let start = ContinuousClock.now
    /// nil: nobody listens.
    let listener: CallProgress.Listener?

    package init(_ listener: CallProgress.Listener? = nil) { self.listener = listener }

    var elapsed: Duration { start.duration(to: .now) }

    func tell(_ progress: CallProgress) { listener?(progress) }
}
