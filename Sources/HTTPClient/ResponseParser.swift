/// Reads one HTTP/1.1 answer from bytes as they come (RFC 9112), piece by piece. No I/O.
package struct ResponseParser {
    package enum Event: Equatable {
        case head(ResponseHead)
        case body(ArraySlice<UInt8>)
        case end
    }

    private enum State {
        case statusLine, fields
        case length(Int), untilClose
        case chunkSize, chunk(Int), chunkEnd, trailers
        case over
    }

    /// Bytes of the head with all interim answers before it, and of the trailers.
    private static let headLimit = 65_536

    /// The answer to HEAD or CONNECT: whatever its fields say, nothing follows its head.
    private let hasNoBody: Bool
    private var state = State.statusLine
    private var bytes: [UInt8] = []
    /// Where the next unread byte is, and how far the line that begins there was searched for its end.
    private var position = 0, scanned = 0
    private var headBytes = 0
    private var version = ""
    private var head = ResponseHead(status: 0)
    private var mayKeepAlive = false
    /// Bytes received so far.
    package private(set) var receivedBytes = 0

    package init(hasNoBody: Bool = false) { self.hasNoBody = hasNoBody }

    /// After `.end`: whether the connection may carry another request. Bytes that nobody asked for forbid it.
    package var keepsAlive: Bool { mayKeepAlive && position == bytes.count }

    /// Bytes behind the answer: what a tunnel has sent already.
    package var rest: ArraySlice<UInt8> { bytes[position...] }

    package mutating func feed(_ more: ArraySlice<UInt8>) {
        if position == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            (position, scanned) = (0, 0)
        } else if position > 65_536 {
            bytes.removeFirst(position)
            (position, scanned) = (0, scanned - position)
        }
        bytes.append(contentsOf: more)
        receivedBytes += more.count
    }

    /// The next event; nil while more bytes are needed.
    package mutating func next() throws(ExchangeError) -> Event? {
        while true {
            switch state {
            case .statusLine:
                guard let line = try takeLine() else { return nil }
                if line.isEmpty { continue }  // a stray line end behind the last answer
                try takeStatus(line)
                state = .fields
            case .fields:
                guard let line = try takeLine() else { return nil }
                guard line.isEmpty else {
                    takeField(line)
                    continue
                }
                guard head.status >= 200 else {
                    // Interim; the answer is still to come (RFC 9110, 15.2).
                    guard head.status != 101 else { throw .malformed("it switches to a protocol nobody asked for") }
                    state = .statusLine
                    continue
                }
                try chooseBody()
                return .head(head)
            case .length(let left):
                if left == 0 { return end() }
                guard let piece = take(left) else { return nil }
                state = .length(left - piece.count)
                return .body(piece)
            case .untilClose: return take(.max).map { .body($0) }
            case .chunkSize:
                guard let line = try takeLine() else { return nil }
                let size = try Self.chunkSize(line)
                state = size == 0 ? .trailers : .chunk(size)
            case .chunk(let left):
                guard let piece = take(left) else { return nil }
                state = left == piece.count ? .chunkEnd : .chunk(left - piece.count)
                return .body(piece)
            case .chunkEnd:
                guard bytes.count - position >= 2 else { return nil }
                guard bytes[position] == 0x0D, bytes[position + 1] == 0x0A else {
                    throw .malformed("a chunk is longer than its size")
                }
                position += 2
                (state, headBytes) = (.chunkSize, 0)
            case .trailers:
                guard let line = try takeLine() else { return nil }
                if line.isEmpty { return end() }
            case .over: return nil
            }
        }
    }

    /// The server has closed the connection: a body without length ends here.
    package mutating func finish() throws(ExchangeError) {
        switch state {
        case .over: break
        case .untilClose: state = .over
        default: throw .closed(receivedBytes: receivedBytes)
        }
    }

    private mutating func end() -> Event {
        state = .over
        return .end
    }

    /// What is there, at most so many bytes.
    private mutating func take(_ most: Int) -> ArraySlice<UInt8>? {
        guard position < bytes.count else { return nil }
        let end = bytes.count - position > most ? position + most : bytes.count
        defer { position = end }
        return bytes[position..<end]
    }

    /// The next line without its end, once it is whole.
    private mutating func takeLine() throws(ExchangeError) -> String? {
        scanned = max(scanned, position)
        while scanned + 1 < bytes.count {
            if bytes[scanned] == 0x0D, bytes[scanned + 1] == 0x0A {
                let line = String(decoding: bytes[position..<scanned], as: UTF8.self)
                headBytes += line.utf8.count + 2
                position = scanned + 2
                scanned = position
                try checkHead()
                return line
            }
            scanned += 1
        }
        try checkHead(bytes.count - position)
        return nil
    }

    private func checkHead(_ more: Int = 0) throws(ExchangeError) {
        guard headBytes + more <= Self.headLimit else { throw .malformed("its head has more than 64 KiB") }
    }

    private mutating func takeStatus(_ line: String) throws(ExchangeError) {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].count == 3, let status = Int(words[1]),
            100...599 ~= status
        else { throw .malformed("its first line is \"\(line.prefix(60))\"") }
        version = String(words[0])
        head = ResponseHead(status: status)
    }

    private mutating func takeField(_ line: String) {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
        var value = line[line.index(after: colon)...]
        while let first = value.first, first == " " || first == "\t" { value = value.dropFirst() }
        while let last = value.last, last == " " || last == "\t" { value = value.dropLast() }
        head.fields.append(.init(name: line[..<colon].lowercased(), value: String(value)))
    }

    /// How the body is delimited (RFC 9112, 6.3).
    private mutating func chooseBody() throws(ExchangeError) {
        mayKeepAlive = version != "HTTP/1.0" && !head.elements("connection").contains("close")
        let codings = head.elements("transfer-encoding")
        var lengths: Set<Int> = []
        for text in head.elements("content-length") {
            guard text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let length = Int(text) else {
                throw .malformed("Content-Length is \(text.prefix(40))")
            }
            lengths.insert(length)
        }
        guard lengths.count <= 1 else { throw .malformed("it has two lengths") }
        headBytes = 0
        if hasNoBody || head.status == 204 || head.status == 304 {
            state = .length(0)
        } else if let last = codings.last {
            guard codings == ["chunked"] else { throw .malformed("its transfer coding is \(last.prefix(40))") }
            if !lengths.isEmpty { mayKeepAlive = false }  // a server that says both cannot be trusted with another
            state = .chunkSize
        } else if let length = lengths.first {
            state = .length(length)
        } else {
            (state, mayKeepAlive) = (.untilClose, false)
        }
    }

    /// Hexadecimal digits, then extensions that are ignored (RFC 9112, 7.1).
    private static func chunkSize(_ line: String) throws(ExchangeError) -> Int {
        let digits = line.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        guard (1...15).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit),
            let size = Int(digits, radix: 16)
        else { throw .malformed("a chunk's size is no number") }
        return size
    }
}
