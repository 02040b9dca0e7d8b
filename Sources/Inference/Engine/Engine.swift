import Documents
import Foundation
import Grammar
import Synchronization
import Tokenization

/// The engine of one model: a thread of its own that batches whatever is asked at the same time.
public final class Engine: Generator {
    public let modelName: String
    public let tokenizer: Tokenizer
    public let contextLength: Int
    public let configuration: EngineConfiguration
    public let grammars: GrammarCache
    /// What requests can be answered with beside the model itself.
    public let adapters = AdapterRegistry()
    private let mailbox = Mailbox()
    private let nextID = Atomic<UInt64>(1)
    private let inFlight = Atomic<Int>(0)
    private let isDraining = Atomic<Bool>(false)
    private let latest: Mutex<EngineStatistics>
    private let admission: Admission
    private let exited = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameter makeDecoder: called once, on the engine's thread; the decoder never leaves it.
    public init(
        modelName: String, tokenizer: Tokenizer, vocabulary: GrammarVocabulary, contextLength: Int,
        configuration: EngineConfiguration, makeDecoder: @escaping @Sendable () -> any Decoder
    ) throws(EngineConfiguration.Problem) {
        try configuration.validate()
        (self.modelName, self.tokenizer, self.configuration) = (modelName, tokenizer, configuration)
        self.contextLength = min(contextLength, configuration.kvBlocks * configuration.blockSize)
        grammars = GrammarCache(vocabulary: vocabulary)
        latest = Mutex(EngineStatistics(blocks: configuration.kvBlocks))
        let admission = Admission(configuration)
        self.admission = admission
        let (mailbox, exited) = (mailbox, exited)
        let thread = Thread { [weak self] in
            let loop = EngineLoop(
                decoder: makeDecoder(), tokenizer: tokenizer, configuration: configuration, mailbox: mailbox,
                admission: admission, publish: { statistics in self?.latest.withLock { $0 = statistics } })
            loop.run()
            exited.signal()
        }
        thread.name = "engine"
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { mailbox.put(.stop) }

    public var statistics: EngineStatistics { latest.withLock { $0 } }
    /// Requests that are waiting or running.
    public var requestsInFlight: Int { inFlight.load(ordering: .relaxed) }

    /// Of requests from now on; none at first.
    public var bounds: AdmissionBounds {
        get { admission.bounds }
        set { admission.bounds = newValue }
    }

    public var promptLimit: Int? { bounds.promptTokens }

    public var identity: String { [modelName, configuration.formats].filter { !$0.isEmpty }.joined(separator: " ") }

    public func adapter(named name: String) -> ServedAdapter? { adapters[name] }

    /// A place for a request whose body is still to be read, so that a full engine refuses before anything is done.
    ///
    /// - Parameters:
    ///   - bytes: of the body; nil: not known.
    ///   - kind: of request; bodies of one kind cost alike.
    /// - Throws: `.overloaded`, `.wouldWait`.
    public func hold(bytes: Int?, kind: String) throws(GenerationError) -> AdmissionPlace {
        try refuseMany()
        return try admission.hold(nextID.add(1, ordering: .relaxed).oldValue, bytes: bytes, kind: kind)
    }

    private func refuseMany() throws(GenerationError) {
        let waiting = requestsInFlight - configuration.maxRunning
        guard waiting < configuration.maxWaiting else { throw refusal }
    }

    private var refusal: GenerationError {
        .overloaded(waiting: configuration.maxWaiting, retryAfterSeconds: admission.retryAfterSeconds)
    }

    public func generate(_ request: GenerationRequest) async throws -> Generation {
        let outcome = Outcome()
        let id = try submit(request) { update in
            switch update {
            case .started, .token: break
            case .finished(let generation): outcome.resolve(.success(generation))
            case .failed(let error): outcome.resolve(.failure(error))
            }
        }
        return try await withTaskCancellationHandler {
            try await outcome.value()
        } onCancel: {
            mailbox.put(.cancel(id))
        }
    }

    public func check(_ request: GenerationRequest) throws(GenerationError) {
        _ = try checked(request)
        guard !isDraining.load(ordering: .acquiring) else { throw .draining }
        try refuseMany()
        try admission.check(request)
    }

    public func stream(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: GenerationEvent.self)
        do {
            let id = try submit(request) { update in
                switch update {
                case .started(let cached): continuation.yield(.started(cachedTokens: cached))
                case .token(let token): continuation.yield(.token(token))
                case .finished(let generation):
                    continuation.yield(.finished(generation))
                    continuation.finish()
                case .failed(let error): continuation.finish(throwing: error)
                }
            }
            let mailbox = mailbox
            continuation.onTermination = { reason in
                if case .cancelled = reason { mailbox.put(.cancel(id)) }
            }
        } catch {
            continuation.finish(throwing: error)
        }
        return stream
    }

    /// Computes a prefix that many prompts will begin with, and keeps it in the cache under a name, instead of what had
    /// the name before. Whole blocks are kept, a quarter of the cache at most; the oldest give way, and all of them
    /// before a request would find no room.
    ///
    /// - Returns: tokens that are kept.
    @discardableResult
    public func pin(_ prefix: [TokenID], as name: String, cacheSalt: UInt64 = 0) async throws -> Int {
        var request = GenerationRequest(prompt: prefix, maxTokens: 1)
        request.cacheSalt = cacheSalt
        request.priority = 9
        request.isUnbounded = true
        _ = try await generate(request)
        return await withCheckedContinuation { continuation in
            let isTaken = mailbox.put(
                .pin(name, prefix, salt: cacheSalt) { continuation.resume(returning: $0) })
            if !isTaken { continuation.resume(returning: 0) }
        }
    }

    /// A copy of what is pinned under a name; nil: nothing is, or the decoder gives none.
    public func copy(ofPinned name: String, _ prefix: [TokenID]) async -> SavedPrefix? {
        await withCheckedContinuation { continuation in
            let isTaken = mailbox.put(.copy(name, prefix) { continuation.resume(returning: $0) })
            if !isTaken { continuation.resume(returning: nil) }
        }
    }

    /// Pins a prefix whose keys and values an engine of the same model and formats computed before.
    ///
    /// - Returns: tokens that are kept; 0: it does not fit this engine's cache, or there is no room. `pin` then computes it.
    public func restore(_ saved: SavedPrefix, as name: String, cacheSalt: UInt64 = 0) async -> Int {
        await withCheckedContinuation { continuation in
            let isTaken = mailbox.put(
                .restore(name, saved, salt: cacheSalt) { continuation.resume(returning: $0) })
            if !isTaken { continuation.resume(returning: 0) }
        }
    }

    /// Lets a pinned prefix go; it stays cached until its room is needed.
    public func unpin(_ name: String) { mailbox.put(.unpin(name)) }

    public func compile(_ schema: JSONValue) async throws -> CompiledGrammar {
        try await grammars.grammar(for: schema)
    }

    /// Refuses new requests from now on; those accepted are answered.
    public func drain() { isDraining.store(true, ordering: .releasing) }

    /// Ends the thread after its current step. What is still in flight fails.
    public func stop() {
        drain()
        mailbox.put(.stop)
        exited.wait()
        exited.signal()
    }
}

extension Engine {
    private func submit(
        _ request: GenerationRequest, deliver: @escaping @Sendable (GenerationUpdate) -> Void
    ) throws(GenerationError) -> RequestID {
        let request = try checked(request)
        guard !isDraining.load(ordering: .acquiring) else { throw .draining }
        let waiting = inFlight.add(1, ordering: .relaxed).newValue - configuration.maxRunning
        guard waiting <= configuration.maxWaiting else {
            inFlight.subtract(1, ordering: .relaxed)
            throw refusal
        }
        let id = nextID.add(1, ordering: .relaxed).oldValue
        do {
            try admission.enter(id, request)
        } catch {
            inFlight.subtract(1, ordering: .relaxed)
            throw error
        }
        let delivery = Delivery(deadline: request.deadline, to: deliver)
        let meter = UsageMeter(request)
        let isTaken = mailbox.put(
            .submit(id, request, arrival: .now) { [weak self] update in
                self?.settle(id, update)
                meter?.note(update)
                delivery.tell(update)
            })
        guard isTaken else {  // Stopped between the check above and here.
            settle(id, .failed(.draining))
            delivery.cancel()
            throw .draining
        }
        return id
    }

    private func settle(_ id: RequestID, _ update: GenerationUpdate) {
        switch update {
        case .started, .token: return
        case .finished(let generation):
            admission.leave(id, answeredIn: generation.usage.completionTokens - generation.usage.forcedTokens)
        case .failed: admission.leave(id)
        }
        inFlight.subtract(1, ordering: .relaxed)
    }

    private func checked(_ request: GenerationRequest) throws(GenerationError) -> GenerationRequest {
        guard !request.prompt.isEmpty else { throw .emptyPrompt }
        if let deadline = request.deadline, deadline <= .now { throw .deadlineExceeded }
        let vocabulary = tokenizer.count
        if let id = request.prompt.first(where: { $0 < 0 || Int($0) >= vocabulary }) {
            throw .unknownToken(id, vocabulary: vocabulary)
        }
        if let id = request.scored.first(where: { $0 < 0 || Int($0) >= vocabulary }) {
            throw .unknownToken(id, vocabulary: vocabulary)
        }
        if let limit = bounds.promptTokens, request.prompt.count > limit, !request.isUnbounded {
            throw .promptOverLimit(tokens: request.prompt.count, limit: limit)
        }
        guard request.prompt.count + max(0, request.scored.count - 1) < contextLength else {
            throw .promptTooLong(tokens: request.prompt.count + request.scored.count, limit: contextLength)
        }
        var request = request
        if let account = request.account { request.cacheSalt = account.cacheSalt }
        request.maxTokens = max(1, min(request.maxTokens, contextLength - request.prompt.count))
        if let grammar = request.grammar {
            let needed = Matcher(grammar).tokensToClose
            guard needed <= request.maxTokens else { throw .limitTooSmall(limit: request.maxTokens, needed: needed) }
        }
        return request
    }
}
