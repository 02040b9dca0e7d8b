import Foundation
import Synchronization

/// A small HTTP server for tests: one thread a connection, answers as a closure says. 127.0.0.1, a free port.
public final class ScriptedServer: Sendable {
    public struct Request: Sendable {
        public var route: String, body: [UInt8]
        /// Request line and fields.
        public var head: String
        /// Counts the requests of all connections, from 0.
        public var number: Int
        public var text: String { String(decoding: body, as: UTF8.self) }
        public var method: String { String(head.prefix { $0 != " " }) }

        /// - Parameter name: in any case.
        public func field(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
        }
    }

    /// What to send back, piece by piece.
    public struct Reply: Sendable {
        public var pieces: [[UInt8]]
        public var delay: TimeInterval
        /// Closes the connection after the last piece.
        public var closes: Bool
        /// Waits between pieces.
        public var pause: TimeInterval

        public init(pieces: [[UInt8]], delay: TimeInterval = 0, closes: Bool = false, pause: TimeInterval = 0.0005) {
            (self.pieces, self.delay, self.closes, self.pause) = (pieces, delay, closes, pause)
        }

        /// Text as it is; then the connection is closed.
        public static func last(_ text: String) -> Reply { Reply(pieces: [Array(text.utf8)], closes: true) }

        public static func json(_ text: String, status: String = "200 OK", delay: TimeInterval = 0) -> Reply {
            let head =
                "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
            return Reply(pieces: [Array((head + text).utf8)], delay: delay)
        }

        /// Nothing, and the connection closed.
        public static let silence = Reply(pieces: [], closes: true)
    }

    private struct State {
        var connections = 0, requests = 0, running = 0, peak = 0
        var bodies: [String] = []
    }

    private let listener: Int32
    public let port: UInt16
    private let state = Mutex(State())
    private let reply: @Sendable (Request) -> Reply

    public init(_ reply: @escaping @Sendable (Request) -> Reply) throws {
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
    public func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    // Not before the accepting thread has let go: it would accept the clients of whoever gets the number next.
    deinit { close(listener) }

    public var url: String { "http://127.0.0.1:\(port)" }
    public var connections: Int { state.withLock(\.connections) }
    public var requests: Int { state.withLock(\.requests) }
    /// Most requests that were being answered at one time.
    public var peak: Int { state.withLock(\.peak) }
    public var bodies: [String] { state.withLock(\.bodies) }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var pending: [UInt8] = []
        while let (head, body) = read(connection, &pending) {
            let number = state.withLock { state in
                state.requests += 1
                state.running += 1
                state.peak = max(state.peak, state.running)
                state.bodies.append(String(decoding: body, as: UTF8.self))
                return state.requests - 1
            }
            let route = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            let reply = reply(Request(route: route, body: body, head: head, number: number))
            if reply.delay > 0 { Thread.sleep(forTimeInterval: reply.delay) }
            state.withLock { $0.running -= 1 }
            for piece in reply.pieces {
                guard send(connection, piece, piece.count, Int32(MSG_NOSIGNAL)) == piece.count else { return }
                if reply.pieces.count > 1 { Thread.sleep(forTimeInterval: reply.pause) }
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
                    return (head, body)
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            pending += buffer[..<count]
        }
    }
}
