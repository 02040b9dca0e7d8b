import HTTPTypes

/// How the body of the answer in progress is delimited (RFC 9112, 6).
struct AnswerFraming {
    var keepsAlive = true
    var isStreaming = false
    var isChunked = false

    func append(_ bytes: [UInt8], to output: inout ByteQueue) {
        guard isChunked else { return output.append(bytes) }
        output.append(hexadecimal: bytes.count)
        output.append("\r\n")
        output.append(bytes)
        output.append("\r\n")
    }

    func end(_ output: inout ByteQueue) {
        if isChunked { output.append("0\r\n\r\n") }
    }
}

/// Writes response heads, and fixed bodies behind them.
enum ResponseEncoder {
    static func encode(
        _ response: ServerResponse, for exchange: Exchange, keepsAlive: Bool, into output: inout ByteQueue
    ) -> AnswerFraming {
        var framing = AnswerFraming(keepsAlive: keepsAlive)
        let version = exchange.head?.version ?? .http11
        let status = response.status
        if status == .ok { output.append("HTTP/1.1 200 OK\r\ndate: ") } else { appendStatus(status, to: &output) }
        output.append(exchange.group.clock.dateValue())
        if let name = exchange.group.context.name {
            output.append("\r\nserver: ")
            output.append(name.utf8)
        }
        for field in response.headerFields where !isOurs(field.name) {
            output.append("\r\n")
            output.append(field.name.canonicalName.utf8)
            output.append(": ")
            output.append(field.value.utf8)
        }
        output.append("\r\nx-request-id: ")
        output.append(exchange.id.utf8)
        output.append("\r\nserver-timing: ")
        appendTimings(response.timings, total: exchange.elapsed, to: &output)

        let hasNoBody = status.code == 204 || status.code == 304 || status.code < 200
        switch response.body {
        case .bytes(let bytes):
            if !hasNoBody {
                output.append("\r\ncontent-length: ")
                output.append(decimal: bytes.count)
            }
            appendConnection(framing, version, to: &output)
            if !hasNoBody, !exchange.isHead {
                output.append(bytes)
                exchange.responseBytes = bytes.count
            }
        case .stream:
            framing.isStreaming = !exchange.isHead && exchange.writer != nil
            framing.isChunked = version != .http10
            if framing.isChunked { output.append("\r\ntransfer-encoding: chunked") } else { framing.keepsAlive = false }
            appendConnection(framing, version, to: &output)
        }
        return framing
    }

    private static func appendStatus(_ status: HTTPResponse.Status, to output: inout ByteQueue) {
        output.append("HTTP/1.1 ")
        output.append(decimal: status.code)
        output.append(UInt8(ascii: " "))
        output.append(status.reasonPhrase.utf8)
        output.append("\r\ndate: ")
    }

    /// Ends the head.
    private static func appendConnection(_ framing: AnswerFraming, _ version: HTTPVersion, to output: inout ByteQueue) {
        if !framing.keepsAlive {
            output.append("\r\nconnection: close")
        } else if version == .http10 {
            output.append("\r\nconnection: keep-alive")
        }
        output.append("\r\n\r\n")
    }

    /// The value of `server-timing`: `prefill;dur=61.0, total;dur=113.912`, in milliseconds.
    static func appendTimings(_ timings: [ServerTiming], total: UInt64, to output: inout ByteQueue) {
        for timing in timings where timing.name.utf8.allSatisfy(FieldSyntax.isToken) {
            output.append(timing.name.utf8)
            append(milliseconds: timing.duration.nanoseconds, to: &output)
            output.append(", ")
        }
        output.append("total")
        append(milliseconds: total, to: &output)
    }

    private static func append(milliseconds nanoseconds: UInt64, to output: inout ByteQueue) {
        let microseconds = Int(nanoseconds / 1000)
        output.append(";dur=")
        output.append(decimal: microseconds / 1000)
        output.append(UInt8(ascii: "."))
        let rest = microseconds % 1000
        if rest < 100 { output.append(UInt8(ascii: "0")) }
        if rest < 10 { output.append(UInt8(ascii: "0")) }
        output.append(decimal: rest)
    }

    /// Fields that the server alone writes.
    static func isOurs(_ name: HTTPField.Name) -> Bool {
        let name = name.canonicalName
        // Lengths first: most names need no comparison, or one.
        return switch name.utf8.count {
        case 4: name == "date"
        case 6: name == "server"
        case 10: name == "connection"
        case 12: name == "x-request-id"
        case 13: name == "server-timing"
        case 14: name == "content-length"
        case 17: name == "transfer-encoding"
        default: false
        }
    }
}
