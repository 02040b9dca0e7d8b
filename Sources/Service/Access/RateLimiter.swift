import Configuration
import HTTPServer
import Synchronization
import Telemetry

/// Counts what each client asks for. Clients are many and made up at will, so that their number is bounded: those
/// beyond it share one account.
package final class RateLimiter: Sendable {
    /// Why a request comes too early.
    package enum Refusal: Sendable, Equatable {
        /// Whole seconds until it would be let in, at least 1.
        case requests(retryAfter: Int)
        case tokens(retryAfter: Int)
    }

    private struct Account {
        /// When the requests so far would have come at the allowed pace (GCRA's theoretical arrival time), in seconds.
        var paid = 0.0
        /// Tokens of the last minute, draining steadily.
        var tokens = 0.0
        var touched = 0.0
    }

    private struct State {
        var accounts: [String: Account] = [:]
        var shared = Account()
    }

    private let capacity: Int
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    package init(capacity: Int = 16_384) { self.capacity = capacity }

    /// Lets a request in and counts it, or says when to come again.
    package func admit(_ client: String, _ rate: Rate, at now: ContinuousClock.Instant = .now) -> Refusal? {
        guard rate.isLimited else { return nil }
        let now = (now - start).seconds
        return change(client, now) { account in
            Self.drain(&account, rate, now)
            if rate.tokensPerMinute > 0, account.tokens >= Double(rate.tokensPerMinute) {
                let excess = account.tokens - Double(rate.tokensPerMinute)
                return .tokens(retryAfter: Self.whole(excess * 60 / Double(rate.tokensPerMinute)))
            }
            guard rate.requestsPerSecond > 0 else { return nil }
            let interval = 1 / rate.requestsPerSecond
            let paid = max(account.paid, now)
            let wait = paid - now - interval * Double(rate.burst - 1)
            guard wait <= 1e-9 else { return .requests(retryAfter: Self.whole(wait)) }
            account.paid = paid + interval
            return nil
        }
    }

    /// Counts tokens once they are known; they hold up later requests, not the one that took them.
    package func spend(_ tokens: Int, by client: String, _ rate: Rate, at now: ContinuousClock.Instant = .now) {
        guard rate.tokensPerMinute > 0, tokens > 0 else { return }
        let now = (now - start).seconds
        change(client, now) { account in
            Self.drain(&account, rate, now)
            account.tokens += Double(tokens)
        }
    }

    private static func drain(_ account: inout Account, _ rate: Rate, _ now: Double) {
        let gone = max(0, now - account.touched) * Double(rate.tokensPerMinute) / 60
        account.tokens = max(0, account.tokens - gone)
        account.touched = now
    }

    private static func whole(_ seconds: Double) -> Int { Int(min(3600, max(1, seconds.rounded(.up)))) }

    private func change<Result: Sendable>(_ client: String, _ now: Double, _ change: (inout Account) -> Result)
        -> Result
    {
        state.withLock { state in
            if state.accounts[client] == nil, state.accounts.count >= capacity {
                // Those that asked for nothing for a minute have nothing left to pay.
                state.accounts = state.accounts.filter { $0.value.paid > now || now - $0.value.touched < 60 }
            }
            if state.accounts[client] == nil, state.accounts.count >= capacity { return change(&state.shared) }
            return change(&state.accounts[client, default: Account()])
        }
    }
}

extension SocketAddress {
    /// What a client's requests are counted under: its address; of IPv6 the /64, of which everybody has as many as they like.
    package var account: String {
        guard case .ip(let host, _) = self else { return "unix" }
        guard host.contains(":") else { return host }
        if host.hasPrefix("::ffff:"), host.contains(".") { return String(host.dropFirst(7)) }  // IPv4 on an IPv6 socket
        let groups = host.split(separator: ":", omittingEmptySubsequences: false)
        guard let gap = groups.dropFirst().dropLast().firstIndex(of: "") ?? groups.firstIndex(of: "") else {
            return groups.prefix(4).joined(separator: ":")
        }
        let zeros = Array(repeating: Substring("0"), count: max(0, 8 - groups.count(where: { !$0.isEmpty })))
        let before = groups[..<gap].filter { !$0.isEmpty }, after = groups[gap...].filter { !$0.isEmpty }
        return (before + zeros + after).prefix(4).joined(separator: ":")
    }
}
