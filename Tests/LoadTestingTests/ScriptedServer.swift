import Foundation
import Synchronization

/// A small HTTP server for tests: one thread a connection, answers as a closure says. 127.0.0.1, a free port.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        var route: String, body: [UInt8]
        /// Counts the requests of all connections, from 0.
        var number: Int
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What to send back, piece by piece.
    struct Reply: Sendable {
        var pieces: [[UInt8]]
        var delay: TimeInterval = 0
        /// Closes the connection after the last piece.
        var closes = false

        static func json(_ text: String, status: String = "200 OK", delay: TimeInterval = 0) -> Reply {
            let head =
                "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
            return Reply(pieces: [Array((head + text).utf8)], delay: delay)
        }

        /// Nothing, and the connection closed.
        static let silence = Reply(pieces: [], closes: true)
    }

    private struct State {
        var connections = 0, requests = 0, running = 0, peak = 0
        var bodies: [String] = []
    }

    private let listener: Int32
    let port: UInt16
    private let state = Mutex(State())
    private let reply: @Sendable (Request) -> Reply

    init(_ reply: @escaping @Sendable (Request) -> Reply) throws {
        self.reply = reply
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 256) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        struct CannotListen: Error {}
        guard status else { throw CannotListen() }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                state.withLock { $0.connections += 1 }
                Thread.detachNewThread { [self] in serve(connection) }
            }
        }
    }

    /// Stops accepting; connections end with their clients.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var connections: Int { state.withLock(\.connections) }
    var requests: Int { state.withLock(\.requests) }
    /// Most requests that were being answered at one time.
    var peak: Int { state.withLock(\.peak) }
    var bodies: [String] { state.withLock(\.bodies) }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var pending: [UInt8] = []
        while let (route, body) = read(connection, &pending) {
            let number = state.withLock { state in
                state.requests += 1
                state.running += 1
                state.peak = max(state.peak, state.running)
                state.bodies.append(String(decoding: body, as: UTF8.self))
                return state.requests - 1
            }
            let reply = reply(Request(route: route, body: body, number: number))
            if reply.delay > 0 { Thread.sleep(forTimeInterval: reply.delay) }
            state.withLock { $0.running -= 1 }
            for piece in reply.pieces {
                guard send(connection, piece, piece.count, Int32(MSG_NOSIGNAL)) == piece.count else { return }
                if reply.pieces.count > 1 { usleep(500) }
            }
            if reply.closes { return }
        }
    }

    private func read(_ connection: Int32, _ pending: inout [UInt8]) -> (String, [UInt8])? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = pending.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: pending[..<end.lowerBound], as: UTF8.self)
                let length = head.firstMatch(of: /Content-Length: (\d+)/).flatMap { Int($0.1) } ?? 0
                if pending.count >= end.upperBound + length {
                    let body = Array(pending[end.upperBound..<end.upperBound + length])
                    pending.removeFirst(end.upperBound + length)
                    return (head.split(separator: " ").dropFirst().first.map(String.init) ?? "", body)
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            pending += buffer[..<count]
        }
    }
}
