import Tokenization

/// Which tokens of which sequences the next step computes. Owner: the engine thread.
///
/// Continuous batching with chunked prefill (arXiv 2308.16369): running answers come first, one step each, then prompts
/// fill what is left of the token budget.
struct Scheduler {
    /// The next `count` tokens of `sequence`.
    struct Work {
        let sequence: TokenSequence
        let count: Int
        /// The last of them is the newest token: the step yields the logits that choose the next one.
        var yieldsLogits: Bool { sequence.computed + count == sequence.tokens.count }
    }

    let configuration: EngineConfiguration
    private(set) var blocks: BlockManager
    private(set) var waiting: [TokenSequence] = []
    private(set) var running: [TokenSequence] = []
    private(set) var preemptions = 0

    init(configuration: EngineConfiguration) {
        self.configuration = configuration
        blocks = BlockManager(blocks: configuration.kvBlocks, blockSize: configuration.blockSize)
    }

    var isIdle: Bool { waiting.isEmpty && running.isEmpty }

    mutating func add(_ sequence: TokenSequence) { waiting.append(sequence) }

    /// Takes a sequence out, wherever it is, and gives its blocks back.
    mutating func remove(_ id: RequestID) -> TokenSequence? {
        if let place = waiting.firstIndex(where: { $0.id == id }) { return waiting.remove(at: place) }
        guard let place = running.firstIndex(where: { $0.id == id }) else { return nil }
        let sequence = running.remove(at: place)
        blocks.release(sequence.table)
        return sequence
    }

    /// Sequences whose time is over by `now`.
    func expired(at now: ContinuousClock.Instant) -> [RequestID] {
        (waiting + running).filter { $0.request.deadline.map { $0 <= now } ?? false }.map(\.id)
    }

    /// Admits what fits and picks the tokens of one step. Empty only if nothing can run.
    mutating func plan(now: ContinuousClock.Instant) -> [Work] {
        admit(now: now)
        var work: [Work] = []
        var budget = configuration.maxBatchTokens
        for sequence in running where !sequence.isPrefilling && budget > 0 {
            guard reserve(for: sequence, now: now) else { continue }
            let count = min(sequence.pending, budget)
            work.append(Work(sequence: sequence, count: count))
            budget -= count
        }
        // A preemption may have taken a sequence that was already picked.
        work.removeAll { item in !running.contains { $0 === item.sequence } }
        for sequence in running where sequence.isPrefilling && budget > 0 {
            guard reserve(for: sequence, now: now) else { continue }
            let count = min(sequence.pending, budget)
            work.append(Work(sequence: sequence, count: count))
            budget -= count
        }
        work.removeAll { item in !running.contains { $0 === item.sequence } }
        return work
    }

    /// The step is done: what it computed can be shared from now on.
    mutating func commit(_ work: [Work]) {
        for item in work {
            let sequence = item.sequence
            sequence.computed += item.count
            blocks.commit(&sequence.table, sequence.tokens, computed: sequence.computed)
        }
    }
}

extension Scheduler {
    private func urgency(_ sequence: TokenSequence, at now: ContinuousClock.Instant) -> Double {
        Double(sequence.request.priority) - (now - sequence.arrival) / configuration.ageing
    }

    private mutating func admit(now: ContinuousClock.Instant) {
        guard !waiting.isEmpty, running.count < configuration.maxRunning else { return }
        let line = waiting.sorted {
            let (first, second) = (urgency($0, at: now), urgency($1, at: now))
            return first == second ? $0.id < $1.id : first < second
        }
        var kept: [TokenSequence] = []
        var isFull = false
        for sequence in line {
            guard !isFull, running.count < configuration.maxRunning else {
                kept.append(sequence)
                continue
            }
            switch blocks.admit(sequence.tokens, salt: sequence.request.cacheSalt, spare: running.count) {
            case .admitted(let table, let cached):
                sequence.table = table
                sequence.computed = cached
                if sequence.firstStep == nil { sequence.usage.cachedTokens = cached }
                sequence.firstStep = sequence.firstStep ?? now
                running.append(sequence)
            case .waitsForPrefix:
                kept.append(sequence)
            case .outOfBlocks:
                // Nobody overtakes: the first in line is the first to get the blocks that come free.
                isFull = true
                kept.append(sequence)
            }
        }
        waiting = kept
    }

    /// Blocks for all tokens of `sequence`, if need be from the least urgent of the others. False: it was itself the least
    /// urgent and waits again.
    private mutating func reserve(for sequence: TokenSequence, now: ContinuousClock.Instant) -> Bool {
        guard running.contains(where: { $0 === sequence }) else { return false }
        while !blocks.grow(&sequence.table, to: sequence.tokens.count) {
            guard let victim = running.max(by: { urgency($0, at: now) < urgency($1, at: now) }) else { return false }
            preempt(victim)
            if victim === sequence { return false }
        }
        return true
    }

    /// Takes the blocks of `sequence`; its tokens stay and are computed again, mostly from the prefix cache.
    private mutating func preempt(_ sequence: TokenSequence) {
        running.removeAll { $0 === sequence }
        blocks.release(sequence.table)
        sequence.table = BlockTable(salt: sequence.request.cacheSalt)
        sequence.computed = 0
        waiting.append(sequence)
        preemptions += 1
    }
}
