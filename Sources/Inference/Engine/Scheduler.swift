import Digests
import Tokenization

/// Which tokens of which sequences the next step computes. Owner: the engine thread.
///
/// Continuous batching with chunked prefill (arXiv 2308.16369): running answers come first, one step each, then prompts
/// fill what is left of the token budget.
package struct Scheduler {
    /// The next `count` tokens of `sequence`.
    struct Work {
        let sequence: TokenSequence
        let count: Int
        /// Guesses at what follows, computed in the same step.
        var draft: [TokenID] = []
        /// The last of them is the newest token: the step yields the logits that choose the next one.
        var yieldsLogits: Bool {
            !isScored && sequence.computed + count == sequence.tokens.count
        }
        /// Its answer is given, and only how likely it is is asked for.
        var isScored: Bool { !sequence.request.scored.isEmpty }
        /// Places of the answer whose log-probabilities the step yields: those behind the tokens that it computes.
        var scoredPlaces: Range<Int> {
            let first = sequence.request.prompt.count - 1
            let (low, high) = (sequence.computed - first, sequence.computed + count - first)
            return max(0, low)..<max(0, min(high, sequence.request.scored.count))
        }
    }

    let configuration: EngineConfiguration
    package var blocks: BlockManager
    /// The most urgent first, like `running`.
    private(set) var waiting: [TokenSequence] = []
    private(set) var running: [TokenSequence] = []
    private(set) var preemptions = 0
    private(set) var pinned = PinnedPrefixes()
    private let outline: PrefixOutline?
    private let start = ContinuousClock.now

    package init(configuration: EngineConfiguration) { self.init(configuration: configuration, outline: nil) }

    /// - Parameter outline: learns which prefixes are in the cache.
    init(configuration: EngineConfiguration, outline: PrefixOutline?) {
        (self.configuration, self.outline) = (configuration, outline)
        blocks = BlockManager(
            blocks: configuration.kvBlocks, blockSize: configuration.blockSize, outline: outline)
    }

    var isIdle: Bool { waiting.isEmpty && running.isEmpty }

    mutating func add(_ sequence: TokenSequence) {
        // All age at the same pace, so who precedes whom never changes: the rank is fixed at arrival.
        let age = max(0, (sequence.arrival - start) / configuration.ageing)
        sequence.rank = Double(sequence.request.priority) + age
        waiting.insert(byRank: sequence)
    }

    /// Takes a sequence out, wherever it is, and gives its blocks back.
    mutating func remove(_ id: RequestID) -> TokenSequence? {
        if let place = running.firstIndex(where: { $0.id == id }) {
            let sequence = running.remove(at: place)
            sequence.isRunning = false
            blocks.release(sequence.table)
            return sequence
        }
        return waiting.firstIndex { $0.id == id }.map { waiting.remove(at: $0) }
    }

    /// Keeps what is cached of `prefix`.
    ///
    /// - Returns: tokens that are kept.
    mutating func pin(_ name: String, _ prefix: [TokenID], salt: UInt64) -> Int {
        pinned.pin(name, prefix, salt: salt, in: &blocks)
    }

    /// Keeps a prefix whose keys and values are known; what of it is cached already stays as it is.
    ///
    /// - Parameter write: puts the prefix's block of this place into a block of the cache.
    /// - Returns: tokens that are kept; 0: there is no room, or somebody computes them just now.
    mutating func restore(
        _ name: String, _ prefix: [TokenID], salt: UInt64, write: (_ place: Int, BlockID) -> Void
    ) -> Int {
        let scope = PrefixScope(salt: salt)
        guard case .admitted(var table, let cached) = blocks.admit(prefix, in: scope, spare: running.count) else {
            return 0
        }
        for place in cached / blocks.blockSize..<prefix.count / blocks.blockSize { write(place, table.blocks[place]) }
        blocks.commit(&table, prefix, computed: prefix.count)
        let kept = pin(name, prefix, salt: salt)
        blocks.release(table)
        return kept
    }

    mutating func unpin(_ name: String) { pinned.unpin(name, in: &blocks) }

    /// Looks whether the blocks are where they should be, while nothing runs. Damaged ones are all forgotten, pinned
    /// prefixes too: what was cached is computed again, and nobody gets an answer from them.
    ///
    /// - Returns: what did not hold.
    package mutating func restoreIntegrity() -> [String] {
        guard running.isEmpty else { return [] }
        let problems = blocks.integrityProblems(tables: pinned.tables)
        guard !problems.isEmpty else { return [] }
        pinned = PinnedPrefixes()
        blocks = BlockManager(blocks: configuration.kvBlocks, blockSize: configuration.blockSize, outline: outline)
        return problems
    }

    /// Sequences whose time is over by `now`.
    func expired(at now: ContinuousClock.Instant) -> [RequestID] {
        var ids: [RequestID] = []
        for line in [waiting, running] {
            for sequence in line {
                if let deadline = sequence.request.deadline, deadline <= now { ids.append(sequence.id) }
            }
        }
        return ids
    }

    /// Admits what fits and picks the tokens of one step. Empty only if nothing can run.
    mutating func plan() -> [Work] {
        admit()
        var work: [Work] = []
        var budget = configuration.maxBatchTokens, background = configuration.backgroundTokens
        // Batch work that waited long enough is more urgent than what came since, and goes on.
        let urgent = running.first { !$0.isBackground }?.rank ?? .infinity
        for isPrefilling in [false, true] {
            for sequence in running where sequence.isPrefilling == isPrefilling && budget > 0 {
                let isBackground = sequence.isBackground
                guard !isBackground || urgent > sequence.rank && background > 0 else { continue }
                guard reserve(for: sequence) else { continue }
                let count = min(sequence.pending, budget, isBackground ? background : budget)
                work.append(Work(sequence: sequence, count: count))
                budget -= count
                if isBackground { background -= count }
            }
        }
        // A preemption may have taken a sequence that was already picked.
        work.removeAll { !$0.sequence.isRunning }
        return drafted(work)
    }

    /// The step that began at `start` is done: what it computed can be shared from now on.
    mutating func commit(_ work: [Work], start: ContinuousClock.Instant) {
        for item in work {
            let sequence = item.sequence
            sequence.firstStep = sequence.firstStep ?? start
            sequence.computed += item.count
            blocks.commit(&sequence.table, sequence.tokens, computed: sequence.computed)
        }
    }

    /// The same for drafted tokens that were chosen; the others' room is used again.
    ///
    /// - Returns: how many were right.
    mutating func accept(_ item: Work) -> Int {
        let sequence = item.sequence
        let right = sequence.accept(item.draft)
        // A finished sequence has given its blocks back.
        if right > 0, sequence.isRunning {
            blocks.commit(&sequence.table, sequence.tokens, computed: sequence.computed)
        }
        return right
    }
}

extension Scheduler {
    private mutating func admit() {
        guard !waiting.isEmpty, running.count < configuration.maxRunning else { return }
        var kept: [TokenSequence] = []
        var isFull = false
        for sequence in waiting {
            guard !isFull, running.count < configuration.maxRunning else {
                kept.append(sequence)
                continue
            }
            let (scope, sharable) = (sequence.request.scope, sequence.sharableTokens)
            var admission = blocks.admit(sequence.tokens, in: scope, spare: running.count, sharing: sharable)
            while admission == .outOfBlocks, running.isEmpty, pinned.letGo(in: &blocks) {
                admission = blocks.admit(sequence.tokens, in: scope, sharing: sharable)
            }
            switch admission {
            case .admitted(let table, let cached):
                sequence.table = table
                sequence.computed = cached
                // Forced tokens behind the prompt may have been found too; after a preemption it finds its own blocks.
                if sequence.firstStep == nil {
                    sequence.usage.cachedTokens = min(cached, sequence.request.prompt.count)
                }
                sequence.isRunning = true
                running.insert(byRank: sequence)
            case .waitsForPrefix(let block):
                hurry(block, for: sequence)
                kept.append(sequence)
            case .outOfBlocks:
                // Nobody overtakes: the first in line is the first to get the blocks that come free.
                isFull = true
                kept.append(sequence)
            }
        }
        waiting = kept
    }

    /// Who computes what a more urgent sequence waits for is as urgent as that one.
    private mutating func hurry(_ block: BlockID, for sequence: TokenSequence) {
        guard let place = running.firstIndex(where: { $0.rank > sequence.rank && $0.table.blocks.contains(block) })
        else { return }
        let owner = running.remove(at: place)
        owner.rank = sequence.rank
        if !sequence.isBackground { owner.isBackground = false }
        running.insert(byRank: owner)
    }

    /// Blocks for all tokens of `sequence`, if need be from the least urgent of the others. False: it was itself the least
    /// urgent and waits again.
    private mutating func reserve(for sequence: TokenSequence) -> Bool {
        guard sequence.isRunning else { return false }
        while !blocks.grow(&sequence.table, to: sequence.tokens.count) {
            if running.count == 1, pinned.letGo(in: &blocks) { continue }
            guard let victim = running.popLast() else { return false }
            preempt(victim)
            if victim === sequence { return false }
        }
        return true
    }

    /// Adds drafts where the machine would wait for its memory: to few sequences that all choose a token.
    private mutating func drafted(_ work: [Work]) -> [Work] {
        let rows = work.reduce(0) { $0 + $1.count }
        let most = min(configuration.draftTokens, configuration.maxBatchTokens - rows)
        guard work.count <= most, rows <= work.count + most, work.allSatisfy(\.yieldsLogits) else { return work }
        return work.map { item in
            var item = item
            let draft = item.sequence.draft(limit: most / work.count)
            if blocks.grow(&item.sequence.table, to: item.sequence.tokens.count + draft.count) { item.draft = draft }
            return item
        }
    }

    /// Takes the blocks of `sequence`; its tokens stay and are computed again, mostly from the prefix cache.
    private mutating func preempt(_ sequence: TokenSequence) {
        sequence.isRunning = false
        blocks.release(sequence.table)
        sequence.table = BlockTable(scope: sequence.request.scope)
        sequence.computed = 0
        waiting.insert(byRank: sequence)
        preemptions += 1
    }
}

extension [Scheduler.Work] {
    /// Those of one adapter beside one another, so that their rows are multiplied together; else in their order.
    var groupedByAdapter: [Scheduler.Work] {
        guard contains(where: { $0.sequence.request.adapter != nil }) else { return self }
        var places: [Fingerprint?: Int] = [:]
        for item in self where places[item.adapter] == nil { places[item.adapter] = places.count }
        return enumerated().sorted { left, right in
            (places[left.element.adapter] ?? 0, left.offset) < (places[right.element.adapter] ?? 0, right.offset)
        }.map(\.element)
    }
}

extension Scheduler.Work {
    fileprivate var adapter: Fingerprint? { sequence.request.adapter?.adapter.fingerprint }
}

extension [TokenSequence] {
    /// Keeps the most urgent first; who came first, among equals.
    fileprivate mutating func insert(byRank sequence: TokenSequence) {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if (self[middle].rank, self[middle].id) < (sequence.rank, sequence.id) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        insert(sequence, at: low)
    }
}
