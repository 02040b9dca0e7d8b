import Foundation

/// An OpenAI-compatible server that runs a stage: vLLM, SGLang, TensorRT-LLM, another Kinglet.
public struct RemoteEndpoint: Sendable, Hashable {
    /// Up to and including the version: `http://10.0.0.7:8000/v1`.
    public var url: URL
    public var model: String
    /// Sent as `Authorization: Bearer`.
    public var key: String?
    /// Whether the server constrains answers by `response_format` with `json_schema`. Answers are validated here all the
    /// same.
    public var constrains = true
    /// Of one attempt, from the first byte sent to the last received.
    public var timeout = Duration.seconds(30)
    /// Of one call, the first included.
    public var attempts = 3
    /// Before the second attempt; doubled before each further one, and drawn at random between 0 and that.
    public var backoff = Duration.milliseconds(250)
    /// Failed calls in a row after which the server is left alone for `cooldown`.
    public var failuresToOpen = 5
    public var cooldown = Duration.seconds(10)
    public var maxResponseBytes = 4 << 20

    /// A server with the defaults of the settings.
    public init(url: URL, model: String) { (self.url, self.model) = (url, model) }
}

/// Why a remote server gave no answer. Says which server, what happened and what to do.
public enum RemoteError: Error, Hashable, CustomStringConvertible {
    case unreachable(server: String, reason: String)
    case timedOut(server: String, seconds: Double)
    /// An HTTP status that is no answer.
    case refused(server: String, status: Int, message: String)
    /// An answer that is not the protocol's or not what the schema asks.
    case badAnswer(server: String, reason: String)
    /// Too many calls failed; the server is left alone.
    case circuitOpen(server: String, retryAfterSeconds: Int)

    public var description: String {
        switch self {
        case .unreachable(let server, let reason): "\(server) cannot be reached (\(reason)); is it running?"
        case .timedOut(let server, let seconds):
            "\(server) did not answer within \(seconds) s; raise the time-out or lighten its load"
        case .refused(let server, let status, let message): "\(server) answered \(status): \(message)"
        case .badAnswer(let server, let reason): "\(server) gave an answer that cannot be used: \(reason)"
        case .circuitOpen(let server, let seconds):
            "\(server) failed several times in a row and is left alone; try again in \(seconds) s"
        }
    }

    /// Whether another attempt may go better: the request itself is not at fault.
    var mayPass: Bool {
        switch self {
        case .unreachable, .timedOut, .badAnswer: true
        case .refused(_, let status, _): status == 408 || status == 429 || status >= 500
        case .circuitOpen: false
        }
    }
}
