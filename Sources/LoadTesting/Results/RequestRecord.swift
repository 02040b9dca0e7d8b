import Documents
import HTTPClient

/// What became of one request. Times in seconds from the start of its point.
public struct RequestRecord: Sendable {
    /// Counts the requests of a whole run, from 0.
    public var number: Int
    /// Which of the mix's workloads it is of.
    public var part: Int
    /// When it should have been sent; in a closed loop when it was.
    public var planned: Double
    public var sent: Double
    /// Its last byte, or the moment it failed.
    public var end = 0.0
    /// nil unless the answer was streamed.
    public var firstToken: Double?
    public var status = 0
    /// nil: a good answer.
    public var failure: RequestFailure?
    public var stages: [StageTime] = []
    var usage = AnswerUsage()
    /// Seconds between events of a stream.
    var gaps: [Float] = []

    public init(number: Int, part: Int, planned: Double, sent: Double) {
        (self.number, self.part, self.planned, self.sent) = (number, part, planned, sent)
    }

    /// From the planned start to the last byte (the paper's RT).
    public var responseTime: Double { end - planned }
    public var timeToFirstToken: Double? { firstToken.map { $0 - planned } }

    /// Seconds a token after the first.
    public var timePerToken: Double? {
        guard let firstToken, let tokens = usage.completionTokens, tokens > 1 else { return nil }
        return (end - firstToken) / Double(tokens - 1)
    }
}

/// Why a request has no good answer.
public struct RequestFailure: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case connect, tls, closed, timeout, malformed, status, answer, stream, unanswered, other
    }

    public let kind: Kind
    public let message: String
    let status: Int
    /// The server cannot have worked on it: another connection may carry it once more (RFC 9110, 9.2.2).
    let mayRepeat: Bool

    package init(_ kind: Kind, _ message: String, status: Int = 0, mayRepeat: Bool = false) {
        (self.kind, self.message, self.status, self.mayRepeat) = (kind, message, status, mayRepeat)
    }

    init(_ error: ExchangeError) {
        let kind: Kind =
            switch error {
            case .cannotConnect, .endpoint, .proxy: .connect
            case .tls: .tls
            case .closed: .closed
            case .timedOut: .timeout
            case .malformed: .malformed
            case .tooLarge: .answer
            default: .other
            }
        self.init(kind, error.description, mayRepeat: error == .closed(receivedBytes: 0))
    }

    /// `timeout`, `http_503`.
    public var label: String { kind == .status ? "http_\(status)" : kind.rawValue }
}
