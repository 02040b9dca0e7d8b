import Glibc
import HTTPServer

/// A blocking socket with a time-out, which sends exactly the bytes it is told to.
final class RawClient {
    struct Answer: Equatable {
        var status: Int
        var headers: [(name: String, value: String)]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

        static func == (left: Answer, right: Answer) -> Bool { left.status == right.status && left.body == right.body }
    }

    enum Failure: Error { case connect, timeout, ended, malformed(String) }

    private let number: Int32
    private var buffer: [UInt8] = []
    private var isClosed = false

    init(_ address: SocketAddress, timeout: Int = 60, receiveBuffer: Int32? = nil) throws {
        let (family, resolved, length) = try address.resolved()
        number = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        var time = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBuffer {
            setsockopt(number, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var storage = resolved
        let status = withUnsafeBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { connect(number, $0.baseAddress, length) }
        }
        guard status == 0 else {
            Glibc.close(number)
            throw Failure.connect
        }
    }

    deinit { if !isClosed { Glibc.close(number) } }

    func close() {
        isClosed = true
        Glibc.close(number)
    }

    func endWriting() { shutdown(number, Int32(SHUT_WR)) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.ended }
            sent += count
        }
    }

    /// Adds what arrives to the buffer.
    ///
    /// - Returns: false at the end of the stream.
    func fill() throws -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(number, &piece, piece.count, 0)
        if count == 0 { return false }
        guard count > 0 else {
            if errno == EAGAIN { throw Failure.timeout }
            return false
        }
        buffer += piece[..<count]
        return true
    }

    /// Everything until the end of the stream.
    func readToEnd() throws -> String {
        while try fill() {}
        defer { buffer = [] }
        return String(decoding: buffer, as: UTF8.self)
    }

    /// Whether the server ends the stream without another byte.
    func isAtEnd() throws -> Bool {
        guard buffer.isEmpty else { return false }
        return try !fill()
    }

    /// One whole answer; further bytes stay in the buffer.
    func answer(toHead: Bool = false) throws -> Answer {
        var answer = try head()
        while answer.status == 100 { answer = try head() }
        if toHead || answer.status == 204 || answer.status == 304 { return answer }
        if answer["transfer-encoding"] == "chunked" {
            answer.body = try chunkedBody()
        } else if let length = answer["content-length"].flatMap({ Int($0) }) {
            answer.body = try take(length)
        } else {
            while try fill() {}
            answer.body = try take(buffer.count)
        }
        return answer
    }

    func head() throws -> Answer {
        let lines = try line(endingWith: Array("\r\n\r\n".utf8)).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.split(separator: " ")[1]) else {
            throw Failure.malformed("no status line")
        }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: String(parts.count > 1 ? parts[1].drop { $0 == " " } : ""))
        }
        return Answer(status: status, headers: headers, body: [])
    }

    /// The next chunk; empty for the last one.
    func chunk() throws -> [UInt8] {
        guard let size = Int(try line(endingWith: [13, 10]), radix: 16) else { throw Failure.malformed("chunk size") }
        let bytes = try take(size)
        _ = try take(2)
        return bytes
    }

    private func chunkedBody() throws -> [UInt8] {
        var body: [UInt8] = []
        while case let piece = try chunk(), !piece.isEmpty { body += piece }
        return body
    }

    private func line(endingWith end: [UInt8]) throws -> String {
        while true {
            if let range = buffer.firstRange(of: end) {
                let line = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return line
            }
            guard try fill() else { throw Failure.ended }
        }
    }

    func take(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { guard try fill() else { throw Failure.ended } }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }
}
