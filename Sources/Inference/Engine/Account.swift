import Synchronization

/// On whose account requests run: the share of the prefix cache that is theirs, the place that is held for them, and what
/// they have cost so far. One for each request of a client; whoever works on it hands it on with all that it asks of a
/// generator.
public final class Account: Sendable {
    private struct State {
        var place: AdmissionPlace?
        var usage: Usage?
    }

    /// Requests with different salts never share cached prefixes; 0: all that have none share.
    public let cacheSalt: UInt64
    private let state = Mutex(State())

    public init(cacheSalt: UInt64 = 0) { self.cacheSalt = cacheSalt }

    /// In the engine's queue, held at the door of a server before the body was read.
    public var place: AdmissionPlace? {
        get { state.withLock { $0.place } }
        set { state.withLock { $0.place = newValue } }
    }

    /// nil: nothing was computed. It grows while answers are written, so that those are counted too that nobody waits for
    /// any more.
    public var usage: Usage? { state.withLock { $0.usage } }

    public func add(_ usage: Usage) { state.withLock { $0.usage = ($0.usage ?? Usage()) + usage } }
}

/// Two accounts are the same only if they are one.
extension Account: Hashable {
    public static func == (left: Account, right: Account) -> Bool { left === right }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Puts what one request costs on its account, as it comes.
final class UsageMeter: Sendable {
    private let account: Account
    private let promptTokens: Int
    private let counted = Mutex(Usage())

    init?(_ request: GenerationRequest) {
        guard let account = request.account else { return nil }
        (self.account, promptTokens) = (account, request.prompt.count)
    }

    func note(_ update: GenerationUpdate) {
        var more = Usage()
        switch update {
        case .started(let cached): (more.promptTokens, more.cachedTokens) = (promptTokens, cached)
        case .token(let token): (more.completionTokens, more.forcedTokens) = (1, token.isForced ? 1 : 0)
        case .finished(let generation):
            let (whole, part) = (generation.usage, counted.withLock { $0 })
            more.promptTokens = whole.promptTokens - part.promptTokens
            more.cachedTokens = whole.cachedTokens - part.cachedTokens
            more.completionTokens = whole.completionTokens - part.completionTokens
            more.forcedTokens = whole.forcedTokens - part.forcedTokens
        case .failed: return
        }
        counted.withLock { $0 = $0 + more }
        account.add(more)
    }
}
