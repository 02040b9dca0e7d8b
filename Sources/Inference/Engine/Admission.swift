import Synchronization
import Tokenization

/// What a server allows its clients, beyond what the engine could do.
public struct AdmissionBounds: Sendable, Hashable {
    /// A request that would wait longer for its first step is refused; nil: it waits as long as it takes.
    public var maxWait: Duration?
    /// Tokens of a prompt; nil: as many as the context takes.
    public var promptTokens: Int?

    public init(maxWait: Duration? = nil, promptTokens: Int? = nil) {
        (self.maxWait, self.promptTokens) = (maxWait, promptTokens)
    }
}

/// Who is let in: bounded by the time that a request would wait, from what is to be computed before it and how fast the
/// engine was lately. Any thread may ask; the engine thread tells what it has done.
///
/// What a prompt costs is known once it is read: without its cached prefix, and without what requests before it will have
/// computed by then. Until it is read a place is held for it, as large as its body suggests.
final class Admission: Sendable {
    private struct State {
        var bounds = AdmissionBounds()
        var backlog: Backlog
        /// Prefixes that requests in flight leave in the cache, counted.
        var promised: [Int: Int] = [:]
        var chains: [RequestID: [Int]] = [:]
        var bodies: [String: BodyCost] = [:]
    }

    let outline = PrefixOutline()
    private let blockSize: Int
    private let ageing: Duration
    private let start: ContinuousClock.Instant
    private let state: Mutex<State>

    init(_ configuration: EngineConfiguration, start: ContinuousClock.Instant = .now) {
        (blockSize, ageing, self.start) = (configuration.blockSize, configuration.ageing, start)
        let capacity = Backlog.Capacity(
            maxBatchTokens: configuration.maxBatchTokens, maxRunning: configuration.maxRunning,
            cacheTokens: configuration.kvBlocks * configuration.blockSize)
        state = Mutex(State(backlog: Backlog(capacity: capacity)))
    }

    var bounds: AdmissionBounds {
        get { state.withLock { $0.bounds } }
        set { state.withLock { $0.bounds = newValue } }
    }

    /// Whole seconds until half of what waits is done: 1 to 60.
    var retryAfterSeconds: Int { state.withLock { Self.whole($0.backlog.wait(rank: .infinity) / 2) } }

    // MARK: Callers

    /// Holds a place for a request that is still to be read.
    func hold(
        _ id: RequestID, bytes: Int?, kind: String, at now: ContinuousClock.Instant = .now
    ) throws(GenerationError) -> AdmissionPlace {
        let rank = rank(0, now)
        let refusal = state.withLock { state -> GenerationError? in
            if let refusal = Self.refusal(state, rank) { return refusal }
            let tokens = (state.bodies[kind] ?? BodyCost()).tokens(bytes: bytes)
            state.backlog.enter(id, .init(rank: rank, tokens: tokens, isRead: false))
            return nil
        }
        if let refusal { throw refusal }
        return AdmissionPlace(id, bytes: bytes, kind: kind, in: self)
    }

    /// Whether a request would be let in now.
    func check(_ request: GenerationRequest, at now: ContinuousClock.Instant = .now) throws(GenerationError) {
        let own = rank(request.priority, now)
        let refusal = state.withLock { Self.refusal($0, Self.rank($0, own, request)) }
        if let refusal { throw refusal }
    }

    /// Lets a request in.
    func enter(
        _ id: RequestID, _ request: GenerationRequest, at now: ContinuousClock.Instant = .now
    ) throws(GenerationError) {
        let tokens = request.prompt + request.scored.dropLast()
        let chains = PrefixOutline.chains(of: tokens, in: request.scope, blockSize: blockSize)
        let cached = outline.contains(chains)
        let own = rank(request.priority, now)
        let refusal = state.withLock { state -> GenerationError? in
            let place = request.place
            let held = place.flatMap { state.backlog[$0.id] }
            // With a place that another prompt took it belongs to a request that was let in.
            let isPromised = request.isUnbounded || place != nil && held == nil
            let rank = Self.rank(state, own, request)
            if !isPromised, let refusal = Self.refusal(state, rank) { return refusal }
            let shared = zip(chains, cached).prefix { $0.1 || state.promised[$0.0] != nil }.count * blockSize
            let cost = max(1, tokens.count - shared)
            if let place, held != nil, place.take() {
                if let bytes = place.bytes {
                    state.bodies[place.kind, default: .init()].learn(tokens: cost, bytes: bytes)
                }
                state.backlog.leave(place.id)
            }
            state.backlog.enter(id, .init(rank: rank, tokens: cost))
            for chain in chains { state.promised[chain, default: 0] += 1 }
            state.chains[id] = chains
            return nil
        }
        if let refusal { throw refusal }
    }

    /// It is answered, or given up.
    ///
    /// - Parameter steps: in which it was answered.
    func leave(_ id: RequestID, answeredIn steps: Int? = nil) {
        state.withLock { state in
            state.backlog.leave(id)
            if let steps { state.backlog.note(answeredIn: steps) }
            for chain in state.chains.removeValue(forKey: id) ?? [] {
                let count = state.promised[chain] ?? 1
                state.promised[chain] = count > 1 ? count - 1 : nil
            }
        }
    }

    // MARK: The engine thread

    /// A step is done.
    func note(tokens: Int, took duration: Duration, left: [(id: RequestID, tokens: Int)]) {
        state.withLock { $0.backlog.note(tokens: tokens, seconds: duration / .seconds(1), left: left) }
    }

    // MARK: Parts

    private func rank(_ priority: Int, _ now: ContinuousClock.Instant) -> Double {
        Double(priority) + max(0, (now - start) / ageing)
    }

    /// Its own, or just before that of the place that is held for it: it waits for those who came before, not for itself.
    private static func rank(_ state: State, _ own: Double, _ request: GenerationRequest) -> Double {
        guard let held = request.place.flatMap({ state.backlog[$0.id] }) else { return own }
        return held.rank.nextDown + Double(request.priority)
    }

    private static func refusal(_ state: State, _ rank: Double) -> GenerationError? {
        guard let limit = state.bounds.maxWait.map({ $0 / .seconds(1) }) else { return nil }
        let wait = state.backlog.wait(rank: rank)
        guard wait > limit else { return nil }
        return .wouldWait(
            seconds: Int(min(wait, 86_400).rounded(.up)), limit: Int(limit.rounded(.up)),
            retryAfterSeconds: whole(wait - limit / 2))
    }

    private static func whole(_ seconds: Double) -> Int { Int(max(1, min(60, seconds.rounded(.up)))) }
}
