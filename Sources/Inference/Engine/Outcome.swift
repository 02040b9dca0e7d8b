import Synchronization

/// A value that comes once, awaited by one task.
final class Outcome: Sendable {
    /// Open with perhaps a waiter, or settled.
    private enum State {
        case empty
        case waited(CheckedContinuation<Generation, any Error>)
        case resolved(Result<Generation, GenerationError>)
    }
    private let state = Mutex(State.empty)

    /// Settles it; what comes later is of no account.
    func resolve(_ result: Result<Generation, GenerationError>) {
        let waiter = state.withLock { state -> CheckedContinuation<Generation, any Error>? in
            defer { state = .resolved(result) }
            if case .waited(let continuation) = state { return continuation }
            return nil
        }
        waiter?.resume(with: result.mapError { $0 as any Error })
    }

    /// Waits for the value.
    func value() async throws -> Generation {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state -> Result<Generation, GenerationError>? in
                if case .resolved(let result) = state { return result }
                state = .waited(continuation)
                return nil
            }
            if let result { continuation.resume(with: result.mapError { $0 as any Error }) }
        }
    }
}
