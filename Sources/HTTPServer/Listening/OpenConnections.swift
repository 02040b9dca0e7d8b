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

    private struct State {
        var count = 0
        /// By host, kept only where addresses are limited.
        var hosts: [String: Int] = [:]
    }

    private let limit: Int
    private let limitPerAddress: Int
    private let state = Mutex(State())

    init(_ limits: Limits) { (limit, limitPerAddress) = (limits.connections, limits.connectionsPerAddress) }

    /// Counts a connection in, unless it is refused.
    func enter(_ client: SocketAddress?) -> Admission {
        let host = countedHost(of: client)
        return state.withLock { state in
            guard state.count < limit + Self.excess else { return .refused }
            if let host {
                let open = state.hosts[host, default: 0]
                guard open < limitPerAddress else { return .refused }
                state.hosts[host] = open + 1
            }
            state.count += 1
            return state.count > limit ? .crowded : .admitted
        }
    }

    func leave(_ client: SocketAddress?) {
        let host = countedHost(of: client)
        state.withLock { state in
            state.count -= 1
            guard let host else { return }
            let left = (state.hosts[host] ?? 1) - 1
            state.hosts[host] = left > 0 ? left : nil
        }
    }

    var value: Int { state.withLock { $0.count } }
    var isCrowded: Bool { value > limit }

    private func countedHost(of client: SocketAddress?) -> String? {
        guard limitPerAddress > 0, case .ip(let host, _) = client else { return nil }
        return host
    }
}
