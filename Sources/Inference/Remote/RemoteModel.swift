import Documents
import Foundation
import HTTPClient
import Tokenization

/// A stage on another server, through `POST /chat/completions`.
///
/// Attempts that may pass are made again after a random wait (full jitter), within the request's deadline; a server that
/// keeps failing is left alone for a while.
public final class RemoteModel: StageModel {
    public let endpoint: RemoteEndpoint
    /// Says what is wrong with a value that should fit a schema; nil where it fits.
    public typealias Validation = @Sendable (_ value: JSONValue, _ schema: JSONValue) -> String?

    private let transport: RemoteTransport
    private let breaker: CircuitBreaker
    private let validation: Validation
    private let jitter: @Sendable () -> Double

    /// - Parameters:
    ///   - validation: checks every answer, whatever the server promises.
    ///   - jitter: draws from 0 to 1.
    public init(
        _ endpoint: RemoteEndpoint, validation: @escaping Validation,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        (self.endpoint, self.validation, self.jitter) = (endpoint, validation, jitter)
        transport = RemoteTransport(
            url: endpoint.url.absoluteString, key: endpoint.key, limit: endpoint.maxResponseBytes)
        breaker = CircuitBreaker(threshold: endpoint.failuresToOpen, cooldown: endpoint.cooldown)
    }

    /// As that server names it.
    public var modelName: String { endpoint.model }
    /// The server, for errors.
    private var server: String { endpoint.url.absoluteString }

    /// - Throws: `RemoteError`, `GenerationError.deadlineExceeded`, `CancellationError`.
    public func answer(_ request: StageRequest) async throws -> StageAnswer {
        let start = ContinuousClock.now
        if let wait = breaker.admit(at: start) {
            throw RemoteError.circuitOpen(
                server: server, retryAfterSeconds: max(1, Int((wait / .seconds(1)).rounded(.up))))
        }
        do {
            var answer = try await attempts(request)
            breaker.succeeded()
            answer.timings.decode = ContinuousClock.now - start
            return answer
        } catch let error as RemoteError where error.mayPass {
            breaker.failed(at: .now)
            throw error
        } catch {
            // The request, the deadline or the caller is at fault, not the server.
            breaker.succeeded()
            throw error
        }
    }

    /// Asks until an attempt succeeds or none is left.
    private func attempts(_ request: StageRequest) async throws -> StageAnswer {
        var backoff = endpoint.backoff
        for attempt in 1... {
            var wait = backoff * jitter()
            do {
                return try await once(request, attempt: attempt, &wait)
            } catch let error as RemoteError where error.mayPass && attempt < endpoint.attempts {
                if let deadline = request.deadline, .now + wait >= deadline { throw GenerationError.deadlineExceeded }
                try await Task.sleep(for: wait)
                backoff *= 2
            }
        }
        throw RemoteError.unreachable(server: server, reason: "no attempt was made")
    }

    /// - Parameter wait: raised to what the server asks for.
    private func once(_ request: StageRequest, attempt: Int, _ wait: inout Duration) async throws -> StageAnswer {
        var time = endpoint.timeout
        if let deadline = request.deadline {
            time = min(time, deadline - .now)
            guard time > .zero else { throw GenerationError.deadlineExceeded }
        }
        let response: RemoteTransport.Response
        do {
            response = try await transport.post(
                "/chat/completions", json: RemoteQuestion.json(request, endpoint, attempt: attempt).utf8(), within: time
            )
        } catch let failure as RemoteTransport.Failure {
            try Task.checkCancellation()
            if case .timedOut = failure, let deadline = request.deadline, .now >= deadline {
                throw GenerationError.deadlineExceeded
            }
            throw error(for: failure, after: time)
        }
        guard response.status == 200 else {
            if let seconds = response.retryAfterSeconds { wait = max(wait, .seconds(min(60, seconds))) }
            throw RemoteError.refused(
                server: server, status: response.status, message: RemoteAnswer.message(of: response.body))
        }
        do throws(RemoteAnswer.Fault) {
            let answer = try RemoteAnswer.read(response.body, isWhole: request.schema != nil)
            try check(answer.text, request.schema)
            return answer
        } catch {
            throw RemoteError.badAnswer(server: server, reason: error.reason)
        }
    }

    /// Refuses a text that does not follow its schema, whatever the server promised.
    private func check(_ text: String, _ schema: JSONValue?) throws(RemoteAnswer.Fault) {
        guard let schema else { return }
        guard let value = try? JSONValue(parsing: text) else {
            throw RemoteAnswer.Fault(reason: "not JSON: \(text.prefix(200))")
        }
        if let fault = validation(value, schema) { throw RemoteAnswer.Fault(reason: fault) }
    }

    /// The error that a caller sees.
    private func error(for failure: RemoteTransport.Failure, after time: Duration) -> RemoteError {
        switch failure {
        case .network(let reason): .unreachable(server: server, reason: reason)
        case .timedOut: .timedOut(server: server, seconds: time / .seconds(1))
        case .tooLarge: .badAnswer(server: server, reason: "more than \(endpoint.maxResponseBytes) bytes")
        }
    }
}
