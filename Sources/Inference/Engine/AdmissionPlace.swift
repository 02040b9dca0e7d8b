import Synchronization

/// A place in the queue for a request that is let in before its body is read; it goes to the first prompt that is asked
/// with it. Further prompts of the same request are let in without a question, since its client has been told so.
public final class AdmissionPlace: Sendable {
    let id: RequestID
    /// Of the body; nil: not known.
    let bytes: Int?
    /// What kind of request: their bodies cost alike.
    let kind: String
    private let admission: Admission
    private let isOpen = Atomic<Bool>(true)

    init(_ id: RequestID, bytes: Int?, kind: String, in admission: Admission) {
        (self.id, self.bytes, self.kind, self.admission) = (id, bytes, kind, admission)
    }

    deinit { release() }

    /// True once: for the prompt that takes the place.
    func take() -> Bool { isOpen.exchange(false, ordering: .relaxed) }

    /// Gives the place up. Nothing happens if a prompt has taken it.
    public func release() {
        if take() { admission.leave(id) }
    }
}
