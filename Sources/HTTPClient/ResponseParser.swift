/// One whole HTTP answer.
package struct HTTPAnswer: Sendable, Hashable {
    package var status: Int
    package var body: [UInt8]
    /// Whether the connection may carry another request.
    package var keepsAlive: Bool
    /// Seconds of the field `retry-after`.
    package var retryAfterSeconds: Int?
}

/// Reads one HTTP/1.1 answer from bytes as they come (RFC 9112). No I/O.
package struct ResponseParser {
    private enum Body { case length(Int), chunked, untilClose }

    /// Bytes an answer may have, head and framing included.
    private let maximumBytes: Int

    private var bytes: [UInt8] = []
    /// Where the next unread byte is.
    private var position = 0
    private var head: (status: Int, keepsAlive: Bool, body: Body, retryAfter: Int?)?
    private var chunks: [UInt8] = []

    package init(maximumBytes: Int = 64 << 20) { self.maximumBytes = maximumBytes }

    /// Bytes received so far.
    var receivedBytes: Int { bytes.count }

    /// - Returns: the answer once it is whole; nil while more is needed.
    package mutating func feed(_ more: ArraySlice<UInt8>) throws(ExchangeError) -> HTTPAnswer? {
        guard bytes.count + more.count <= maximumBytes else {
            throw .tooLarge(limit: maximumBytes)
        }
        bytes.append(contentsOf: more)
        while head == nil {
            guard let lines = try readHead() else { return nil }
            try parse(lines)
        }
        guard let head else { return nil }
        switch head.body {
        case .length(let length):
            guard bytes.count - position >= length else { return nil }
            return HTTPAnswer(
                status: head.status, body: Array(bytes[position..<position + length]),
                keepsAlive: head.keepsAlive && bytes.count == position + length,
                retryAfterSeconds: head.retryAfter)
        case .chunked:
            while let size = try readChunk() {
                guard size == 0 else { continue }
                return HTTPAnswer(
                    status: head.status, body: chunks, keepsAlive: head.keepsAlive && bytes.count == position,
                    retryAfterSeconds: head.retryAfter)
            }
            return nil
        case .untilClose: return nil
        }
    }

    /// The server has closed the connection: a body without length ends here.
    package func finish() throws(ExchangeError) -> HTTPAnswer {
        guard let head, case .untilClose = head.body else { throw .closed(receivedBytes: bytes.count) }
        return HTTPAnswer(
            status: head.status, body: Array(bytes[position...]), keepsAlive: false,
            retryAfterSeconds: head.retryAfter)
    }

    /// The lines of a head that is all there, and steps over it.
    private mutating func readHead() throws(ExchangeError) -> [String]? {
        var lines: [String] = []
        var next = position
        while let end = lineEnd(from: next) {
            let line = String(decoding: bytes[next..<end], as: UTF8.self)
            next = end + 2
            if line.isEmpty && !lines.isEmpty {
                position = next
                return lines
            }
            lines.append(line)
        }
        guard bytes.count - position <= 65_536 else { throw .malformed("its head has more than 64 KiB") }
        return nil
    }

    /// Where the CR of the next CRLF is.
    private func lineEnd(from start: Int) -> Int? {
        var at = start
        while at + 1 < bytes.count {
            if bytes[at] == 0x0D && bytes[at + 1] == 0x0A { return at }
            at += 1
        }
        return nil
    }

    private mutating func parse(_ lines: [String]) throws(ExchangeError) {
        let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), 100...599 ~= status else {
            throw .malformed("its first line is \"\((lines.first ?? "").prefix(60))\"")
        }
        if status < 200 { return }  // interim; the answer is still to come (RFC 9110, 15.2)
        var keepsAlive = words[0] != "HTTP/1.0"
        var body = Body.untilClose, retryAfter: Int?
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = parts[1].lowercased().filter { $0 != " " && $0 != "\t" }
            switch parts[0].lowercased() {
            case "connection": keepsAlive = keepsAlive && !value.split(separator: ",").contains("close")
            case "transfer-encoding" where value.hasSuffix("chunked"): body = .chunked
            case "content-length":
                guard let length = Int(value), length >= 0, length <= maximumBytes else {
                    throw .malformed("Content-Length is \(value.prefix(40))")
                }
                if case .untilClose = body { body = .length(length) }
            case "retry-after": retryAfter = Int(value)
            default: break
            }
        }
        if status == 204 || status == 304 { body = .length(0) }
        head = (status, keepsAlive, body, retryAfter)
    }

    /// Reads one chunk if it is all there (RFC 9112, 7.1).
    /// - Returns: its size; 0 for the last, whose trailer is read too.
    private mutating func readChunk() throws(ExchangeError) -> Int? {
        guard let end = lineEnd(from: position) else { return nil }
        let digits = bytes[position..<end].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), 0...maximumBytes ~= size else {
            throw .malformed("a chunk's size is no number")
        }
        let start = end + 2
        guard size > 0 else {
            var next = start
            while let lineEnd = lineEnd(from: next) {
                let isBlank = lineEnd == next
                next = lineEnd + 2
                if isBlank {
                    position = next
                    return 0
                }
            }
            return nil
        }
        guard bytes.count >= start + size + 2 else { return nil }
        guard bytes[start + size] == 0x0D, bytes[start + size + 1] == 0x0A else {
            throw .malformed("a chunk is longer than its size")
        }
        chunks.append(contentsOf: bytes[start..<start + size])
        position = start + size + 2
        return size
    }
}
