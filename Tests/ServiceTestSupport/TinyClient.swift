import Foundation
import Glibc
import Documents

package struct TinyAnswer: Sendable {
    package var status = 0
    /// By lower-case name.
    package var headers: [String: String] = [:]
    package var body: [UInt8] = []

    package var text: String { String(decoding: body, as: UTF8.self) }
    package var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    /// Of an error, in OpenAI's form or in Anthropic's.
    package var code: String? { (json["error"]?["code"] ?? json["error"]?["details"]?["error_code"])?.stringValue }
    package var param: String? { (json["error"]?["param"] ?? json["error"]?["details"]?["param"])?.stringValue }
}

package struct TinyClientError: Error { let call: String }

/// One request over a connection of its own, with a thread that may block.
package enum TinyClient {
    package static func ask(
        _ port: UInt16, _ method: String, _ path: String, headers: [String: String], body: [UInt8]?
    ) async throws -> TinyAnswer {
        var head = "\(method) \(path) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body {
            if headers["content-type"] == nil { head += "content-type: application/json\r\n" }
            head += "content-length: \(body.count)\r\n"
        }
        let bytes = Array((head + "\r\n").utf8) + (body ?? [])
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try answer(to: bytes, port) }) }
        }
    }

    /// Posts, reads until `text` has come or nothing has for so many microseconds, and hangs up.
    package static func hangUp(
        _ port: UInt16, _ path: String, body: String, after text: String, patience: Int = 60_000_000
    ) async throws {
        let head = "POST \(path) HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n"
        let bytes = Array((head + "content-length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
        _ = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try exchange(bytes, port, until: Array(text.utf8), patience) })
            }
        }
    }

    private static func answer(to bytes: [UInt8], _ port: UInt16) throws -> TinyAnswer {
        try parse(try exchange(bytes, port))
    }

    /// - Parameter end: bytes at which no more is read; empty: all is read.
    private static func exchange(
        _ bytes: [UInt8], _ port: UInt16, until end: [UInt8] = [], _ patience: Int = 60_000_000
    ) throws -> [UInt8] {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw TinyClientError(call: "socket") }
        defer { close(number) }
        var time = timeval(tv_sec: patience / 1_000_000, tv_usec: patience % 1_000_000)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                connect(number, $0.baseAddress, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw TinyClientError(call: "connect") }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { break }
            sent += count
        }
        var received: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65536)
        // A stream that goes on would outlast the time of each single read.
        let end = (text: end, time: ContinuousClock.now + .microseconds(patience))
        while ContinuousClock.now < end.time {
            let count = recv(number, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            received += buffer[..<count]
            if !end.text.isEmpty, received.firstRange(of: end.text) != nil { break }
        }
        return received
    }

    private static func parse(_ bytes: [UInt8]) throws -> TinyAnswer {
        guard let range = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { throw TinyClientError(call: "recv") }
        let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var answer = TinyAnswer()
        answer.status = Int(lines.first?.split(separator: " ").dropFirst().first ?? "") ?? 0
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            answer.headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        answer.body = Array(bytes[range.upperBound...])
        return answer
    }
}
