import Foundation
import Glibc
import Synchronization

/// Answers the n-th request on loopback with the n-th of given byte strings, then closes the connection; the last is
/// given again and again.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        /// Sent as it is.
        case bytes(String)
        /// Nothing for so long, then the connection is closed.
        case silence(seconds: Double)
    }

    let port: Int
    private let descriptor: Int32
    private let steps: [Step]
    private let bodies = Mutex<[String]>([])

    /// Bodies of the requests so far.
    var requests: [String] { bodies.withLock { $0 } }
    var url: URL { URL(string: "http://127.0.0.1:\(port)/v1") ?? URL(fileURLWithPath: "/") }

    init(_ steps: [Step]) throws {
        signal(SIGPIPE, SIG_IGN)
        self.steps = steps
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port: Int? = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, length) == 0, listen(descriptor, 16) == 0,
                    getsockname(descriptor, address, &length) == 0
                else { return nil }
                return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    Int(UInt16(bigEndian: $0.pointee.sin_port))
                }
            }
        }
        guard let port else { throw POSIXError(.EADDRNOTAVAIL) }
        (self.port, self.descriptor) = (port, descriptor)
        Thread.detachNewThread { [self] in serve() }
    }

    /// Requests after this find nobody.
    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func serve() {
        var count = 0
        while true {
            let client = accept(descriptor, nil, nil)
            guard client >= 0 else { break }
            guard let body = Self.readRequest(client) else {
                Glibc.close(client)
                continue
            }
            bodies.withLock { $0.append(body) }
            switch steps[min(count, steps.count - 1)] {
            case .bytes(let text): _ = text.withCString { write(client, $0, strlen($0)) }
            case .silence(let seconds): usleep(UInt32(seconds * 1e6))
            }
            count += 1
            Glibc.close(client)
        }
        Glibc.close(descriptor)
    }

    private static func readRequest(_ client: Int32) -> String? {
        var text = "", buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].lowercased()
                let length = head.range(of: "content-length: ").flatMap {
                    Int(head[$0.upperBound...].prefix { $0.isNumber })
                }
                let body = text[end.upperBound...]
                if body.utf8.count >= length ?? 0 { return String(body) }
            }
            let count = read(client, &buffer, buffer.count)
            guard count > 0 else { return nil }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}
