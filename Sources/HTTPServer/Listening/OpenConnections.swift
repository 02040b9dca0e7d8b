import Synchronization

/// How many connections there are on the whole server, and of each address if that is limited.
final class OpenConnections: Sendable {
    enum Admission {
        case admitted
        /// Above the limit: another connection must go first.
        case crowded
        case refused
    }

    /// New connections that may wait at once until room is made.
    private static let excess = 64

    private let count = Atomic<Int>(0)
    private let limit: Int
    private let limitPerAddress: Int
    private let addresses = Mutex<[String: Int]>([:])

    init(_ limits: Limits) { (limit, limitPerAddress) = (limits.connections, limits.connectionsPerAddress) }

    /// Counts a connection in, unless it is refused.
    func enter(_ client: SocketAddress?) -> Admission {
        let open = count.add(1, ordering: .relaxed).newValue
        guard open <= limit + Self.excess, enterAddress(client) else {
            count.subtract(1, ordering: .relaxed)
            return .refused
        }
        return open > limit ? .crowded : .admitted
    }

    func leave(_ client: SocketAddress?) {
        count.subtract(1, ordering: .relaxed)
        guard limitPerAddress > 0, case .ip(let host, _) = client else { return }
        addresses.withLock { addresses in
            let left = (addresses[host] ?? 1) - 1
            addresses[host] = left > 0 ? left : nil
        }
    }

    var value: Int { count.load(ordering: .relaxed) }
    var isCrowded: Bool { value > limit }

    private func enterAddress(_ client: SocketAddress?) -> Bool {
        guard limitPerAddress > 0, case .ip(let host, _) = client else { return true }
        return addresses.withLock { addresses in
            let open = addresses[host, default: 0]
            guard open < limitPerAddress else { return false }
            addresses[host] = open + 1
            return true
        }
    }
}
