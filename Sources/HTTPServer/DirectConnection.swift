import Dispatch
import Glibc
import Logging

/// What connections driven by hand share, as a server's share their group. Making one costs descriptors and a queue: fuzzing
/// makes one for all its runs.
package struct DirectGroup: Sendable {
    fileprivate let group: ConnectionGroup

    package init(router: Router, limits: Limits = Limits()) throws {
        let context = ServiceContext(
            router: router, observer: SilentObserver(), limits: limits, name: nil, handlerExecutor: nil,
            logger: Logger(label: "direct") { _ in SwiftLogNoOpLogHandler() })
        group = try ConnectionGroup(0, context: context)
    }
}

/// One plain connection of a server, driven by hand: no listener, no poller, no thread of its own. The whole session is
/// then a function of the bytes given, which tests and fuzzing need; immediate handlers only.
///
/// Confined to the caller.
package final class DirectConnection {
    private let group: ConnectionGroup
    private let connection: Connection
    private let peer: Descriptor
    /// What the server has sent.
    package private(set) var answer: [UInt8] = []

    package init(in shared: DirectGroup) throws {
        var numbers: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &numbers) == 0,
            let own = Descriptor(numbers[0]), let peer = Descriptor(numbers[1])
        else { throw ServerError.last("socketpair") }
        let (group, socket) = (shared.group, AcceptedSocket(own, client: nil))
        self.group = group
        self.peer = peer
        connection = group.queue.sync {
            Connection(socket, key: 1, group: group, transport: nil, release: {})
        }
    }

    package var isClosed: Bool { connection.isClosed }
    package var speaksHTTP2: Bool { connection.session is HTTP2Session }
    /// Bytes of request bodies that the group believes are held.
    package var bodyBytesHeld: Int { group.bodyBytesHeld }

    /// The peer sends bytes; all of them have been looked at when this returns, unless the connection ended or reads no more.
    package func send(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty, !isClosed {
            let sent = Glibc.send(peer.number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            let before = answer.count
            group.queue.sync { connection.becameReady(connection.interest.intersection([.input, .output])) }
            takeAnswer()
            if sent > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[sent...])
            } else if answer.count == before, !connection.interest.contains(.input) {
                return
            }
        }
    }

    /// The peer sends nothing more.
    package func endInput() {
        shutdown(peer.number, Int32(SHUT_WR))
        settle([.input, .output, .peerEnd])
    }

    /// Lets all deadlines pass, one after the other.
    package func expire() {
        group.queue.sync { connection.checkTimes(.max) }
        settle([.input, .output])
    }

    package func drain() {
        group.queue.sync { connection.drain() }
        takeAnswer()
    }

    /// Goes on while there is something to read or write.
    private func settle(_ ready: Poller.Interest) {
        for _ in 0..<64 where !isClosed {
            let before = answer.count
            group.queue.sync {
                connection.becameReady(connection.interest.intersection(ready))
            }
            takeAnswer()
            if answer.count == before { break }
        }
    }

    private func takeAnswer() {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
            while true {
                let count = recv(peer.number, buffer.baseAddress, buffer.count, 0)
                guard count > 0 else { return }
                answer.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
    }
}
