import Synchronization

/// How many connections there are on the whole server, and of each address if that is limited.
package final class OpenConnections: Sendable {
    package enum Admission {
        case admitted
        /// Above the limit: another connection must go first.
        case crowded
        case refused
    }

    private struct State {
        var count = 0
        var limit: Int
        /// By host, kept only where addresses are limited.
        var hosts: [String: Int] = [:]

        /// New connections that may wait at once until room is made.
        var excess: Int { min(64, max(2, limit / 4)) }
    }

    private let limitPerAddress: Int
    private let state: Mutex<State>

    package init(_ limits: Limits) {
        limitPerAddress = limits.connectionsPerAddress
        state = Mutex(State(limit: limits.connections))
    }

    /// Takes no more connections, those that wait for room included, than there are descriptors for.
    ///
    /// - Returns: the limit from now on.
    package func fit(_ sockets: Int) -> Int {
        state.withLock { state in
            // What fits with its excess: 4/5, or all but the 64.
            if sockets < state.limit + state.excess { state.limit = max(1, sockets - min(64, max(2, sockets / 5))) }
            return state.limit
        }
    }

    /// Counts a connection in, unless it is refused.
    package func enter(_ client: SocketAddress?) -> Admission {
        let host = countedHost(of: client)
        return state.withLock { state in
            guard state.count < state.limit + state.excess else { return .refused }
            if let host {
                let open = state.hosts[host, default: 0]
                guard open < limitPerAddress else { return .refused }
                state.hosts[host] = open + 1
            }
            state.count += 1
            return state.count > state.limit ? .crowded : .admitted
        }
    }

    package func leave(_ client: SocketAddress?) {
        let host = countedHost(of: client)
        state.withLock { state in
            state.count -= 1
            guard let host else { return }
            let left = (state.hosts[host] ?? 1) - 1
            state.hosts[host] = left > 0 ? left : nil
        }
    }

    package var value: Int { state.withLock { $0.count } }
    package var isCrowded: Bool { state.withLock { $0.count > $0.limit } }
    /// As many wait for room as may: the next are left in the system's queue until it is decided about these.
    package var isFull: Bool { state.withLock { $0.count >= $0.limit + $0.excess } }

    private func countedHost(of client: SocketAddress?) -> String? {
        guard limitPerAddress > 0, case .ip(let host, _) = client else { return nil }
        return host
    }
}
