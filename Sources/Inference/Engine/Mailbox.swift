import Foundation

/// What other threads ask of the engine thread.
enum EngineMessage: Sendable {
    case submit(
        RequestID, GenerationRequest, arrival: ContinuousClock.Instant, deliver: @Sendable (GenerationUpdate) -> Void)
    case cancel(RequestID)
    /// Keeps the prefix in the cache; `done` gets the tokens that are kept.
    case pin(String, [Int32], salt: UInt64, done: @Sendable (Int) -> Void)
    case unpin(String)
    /// Copies out what is kept under the name of a prefix; nil: nothing is.
    case copy(String, [Int32], done: @Sendable (SavedPrefix?) -> Void)
    /// Puts a copy into the cache and keeps it; `done` gets the tokens that are kept.
    case restore(String, SavedPrefix, salt: UInt64, done: @Sendable (Int) -> Void)
    case stop
}

/// The only way to the engine thread: many threads put in, one takes out.
///
/// Guarded by `condition`; a plain lock, since the engine thread must sleep in it when there is nothing to do.
final class Mailbox: @unchecked Sendable {
    private let condition = NSCondition()
    private var messages: [EngineMessage] = []
    /// Requests that the messages cancel.
    private var cancelled: Set<RequestID> = []
    private var isClosed = false

    /// False once the engine thread has ended: nobody will read the message.
    @discardableResult
    func put(_ message: EngineMessage) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed else { return false }
        messages.append(message)
        if case .cancel(let id) = message { cancelled.insert(id) }
        condition.signal()
        return true
    }

    /// Takes no more messages.
    ///
    /// - Returns: those that came since the last `take`.
    func close() -> [EngineMessage] {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        defer { (messages, cancelled) = ([], []) }
        return messages
    }

    /// All messages so far.
    ///
    /// - Parameters:
    ///   - waiting: sleep until there is at least one.
    ///   - patience: seconds to sleep at most; nil: as long as it takes.
    func take(waiting: Bool, atMost patience: Double? = nil) -> [EngineMessage] {
        condition.lock()
        defer { condition.unlock() }
        if waiting, messages.isEmpty, let patience {
            let end = Date(timeIntervalSinceNow: patience)
            while messages.isEmpty, condition.wait(until: end) {}
        } else {
            while waiting, messages.isEmpty { condition.wait() }
        }
        defer {
            messages.removeAll(keepingCapacity: true)
            cancelled.removeAll(keepingCapacity: true)
        }
        return messages
    }

    /// Whether a message that nobody has taken cancels this request.
    func cancels(_ id: RequestID) -> Bool { condition.withLock { cancelled.contains(id) } }
}
