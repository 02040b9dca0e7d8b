/// HTTP/1.1 requests out of bytes (RFC 9112), without I/O. Feeding the bytes in any cut gives the same events.
///
/// Strict where leniency lets requests be smuggled: every line ends with CR LF, nothing is repaired, and an error
/// is final: the connection must be closed after the answer.
package struct RequestParser: Sendable {
    package enum Event: Sendable {
        case head(RequestHead, framing: Framing)
        case body([UInt8])
        case end
    }

    /// What the head says about the body.
    package struct Framing: Sendable, Equatable {
        /// nil: chunked.
        package var length: Int?
        package var expectsContinue = false
        /// The connection may carry another request after this one.
        package var keepsAlive = true

        package var hasBody: Bool { length != 0 }
    }

    private enum State {
        case requestLine, fieldLine, beforeBody(length: Int), fixedBody(remaining: Int), chunks, end
    }

    private let limits: Limits
    private let scheme: String
    private var state = State.requestLine
    private var lines = LineReader()
    private var skippedEmptyLine = false
    private var builder: HeadBuilder
    private var chunks: ChunkedDecoder

    /// The limit of the body in progress: the route may set it between `.head` and the first `.body`.
    package var bodyLimit: Int

    /// - Parameter scheme: `https` over TLS.
    package init(limits: Limits = Limits(), scheme: String = "http") {
        self.limits = limits
        self.scheme = scheme
        builder = HeadBuilder(limits: limits, scheme: scheme)
        chunks = ChunkedDecoder(limits: limits)
        bodyLimit = limits.bodyBytes
    }

    /// Nothing of a next request has been taken.
    package var isBetweenRequests: Bool {
        if case .requestLine = state { true } else { false }
    }

    /// A head has begun and is not complete.
    package var isInHead: Bool {
        if case .fieldLine = state { true } else { false }
    }

    /// The next event, taking its bytes from the front of `input`; nil if more bytes are needed.
    package mutating func next(_ input: inout ByteQueue) throws(RequestError) -> Event? {
        while true {
            switch state {
            case .requestLine:
                guard try takeRequestLine(&input) else { return nil }
            case .fieldLine:
                guard let event = try takeFieldLines(&input) else { return nil }
                return event
            case .beforeBody(let length):
                guard length <= bodyLimit else { throw .bodyTooLarge }
                state = length == 0 ? .end : .fixedBody(remaining: length)
            case .fixedBody(let remaining):
                guard !input.isEmpty else { return nil }
                let bytes = input.take(remaining)
                state = bytes.count == remaining ? .end : .fixedBody(remaining: remaining - bytes.count)
                return .body(bytes)
            case .chunks:
                guard let piece = try chunks.next(&input, bodyLimit: bodyLimit) else { return nil }
                guard case .data(let bytes) = piece else {
                    state = .end
                    continue
                }
                return .body(bytes)
            case .end:
                state = .requestLine
                return .end
            }
        }
    }

    /// - Returns: false if the line is not complete.
    private mutating func takeRequestLine(_ input: inout ByteQueue) throws(RequestError) -> Bool {
        // Anything but a method (a TLS hello, say) is refused at its first byte; one empty line is allowed (2.2).
        if !input.isEmpty, !FieldSyntax.isToken(input[0]), input[0] != 0x0D || skippedEmptyLine { throw .badMethod }
        guard let end = try lines.lineEnd(in: input, limit: limits.requestLineBytes, or: .requestLineTooLong) else {
            return false
        }
        if end == 0 {
            skippedEmptyLine = true
        } else {
            builder = HeadBuilder(limits: limits, scheme: scheme)
            try input.withSpan { (span) throws(RequestError) in
                try builder.takeRequestLine(span.extracting(0..<end))
            }
            skippedEmptyLine = false
            state = .fieldLine
        }
        input.consume(end + 2)
        return true
    }

    private mutating func takeFieldLines(_ input: inout ByteQueue) throws(RequestError) -> Event? {
        while true {
            let room = limits.headerBytes - builder.headerBytes
            guard let end = try lines.lineEnd(in: input, limit: room, or: .headersTooLarge) else { return nil }
            if end > 0 {
                try input.withSpan { (span) throws(RequestError) in
                    try builder.takeFieldLine(span.extracting(0..<end))
                }
                input.consume(end + 2)
                continue
            }
            input.consume(2)
            let (head, framing) = try builder.finish()
            bodyLimit = limits.bodyBytes
            switch framing.length {
            case .some(let length): state = .beforeBody(length: length)
            case nil:
                chunks = ChunkedDecoder(limits: limits)
                state = .chunks
            }
            return .head(head, framing: framing)
        }
    }
}
