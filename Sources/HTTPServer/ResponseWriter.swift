import Synchronization

/// Why a streamed answer could not go on.
public enum ResponseWriterError: Error, Equatable, CustomStringConvertible {
    case disconnected, finished

    public var description: String {
        switch self {
        case .disconnected: "the client went away"
        case .finished: "the answer is already complete"
        }
    }
}

/// The writing end of a streamed answer. Bytes wait here, up to a bound, until the connection has room for them.
///
/// One writer a response, used by one task at a time.
public final class ResponseWriter: Sendable {
    struct State {
        var pending: [UInt8] = []
        var waiter: CheckedContinuation<Void, any Error>?
        var isScheduled = false
        var isFinished = false
        var isAborted = false
        var isDisconnected = false
    }

    private let state = Mutex(State())
    private let highWater: Int
    /// Tells the connection's queue that there is something to take.
    private let wake: @Sendable () -> Void

    init(highWater: Int, wake: @escaping @Sendable () -> Void) {
        self.highWater = highWater
        self.wake = wake
    }

    /// Hands bytes on; returns when fewer than the high-water mark wait to be sent.
    ///
    /// - Throws: `.disconnected` once the client is gone, `CancellationError` if the task is cancelled while waiting.
    public func write(_ bytes: some Collection<UInt8> & Sendable) async throws {
        guard !bytes.isEmpty else { return }
        let (mustWake, mustWait) = try state.withLock { state in
            if state.isDisconnected { throw ResponseWriterError.disconnected }
            if state.isFinished { throw ResponseWriterError.finished }
            state.pending.append(contentsOf: bytes)
            let mustWake = !state.isScheduled
            state.isScheduled = true
            return (mustWake, state.pending.count >= highWater)
        }
        if mustWake { wake() }
        if mustWait { try await room() }
    }

    public func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    private func room() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready: Result<Void, any Error>? = state.withLock { state in
                    if state.isDisconnected { return .failure(ResponseWriterError.disconnected) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.pending.count < highWater { return .success(()) }
                    state.waiter = continuation
                    return nil
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            resume(throwing: CancellationError())
        }
    }

    private func resume(throwing error: any Error) {
        state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }?.resume(throwing: error)
    }

    // MARK: the connection's side

    enum Taken {
        case bytes([UInt8])
        case nothing
        case end
        case aborted
    }

    /// Takes at most so many bytes; `.end` and `.aborted` come once all bytes were taken.
    func take(_ limit: Int) -> Taken {
        let (taken, waiter) = state.withLock { state -> (Taken, CheckedContinuation<Void, any Error>?) in
            if state.pending.isEmpty {
                state.isScheduled = false
                return (state.isAborted ? .aborted : state.isFinished ? .end : .nothing, nil)
            }
            let bytes: [UInt8]
            if state.pending.count <= limit {
                bytes = state.pending
                state.pending = []
            } else {
                bytes = Array(state.pending.prefix(limit))
                state.pending.removeFirst(limit)
            }
            guard state.pending.count < highWater, let waiter = state.waiter else { return (.bytes(bytes), nil) }
            state.waiter = nil
            return (.bytes(bytes), waiter)
        }
        waiter?.resume()
        return taken
    }

    /// The stream's closure returned, or threw.
    func finish(aborted: Bool) {
        let mustWake = state.withLock { state in
            state.isFinished = true
            state.isAborted = aborted
            let mustWake = !state.isScheduled
            state.isScheduled = true
            return mustWake
        }
        if mustWake { wake() }
    }

    /// The client is gone: whoever writes is told.
    func disconnect() {
        state.withLock { state in
            state.isDisconnected = true
            state.pending = []
        }
        resume(throwing: ResponseWriterError.disconnected)
    }
}
