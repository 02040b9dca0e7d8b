import Foundation
import Kernels
import Logging
import Models
import Tokenization

/// The life of the engine thread: take messages, plan a step, compute it, choose tokens, tell who asked.
///
/// Made and used in the thread's body only; not `Sendable` on purpose.
final class EngineLoop {
    private let decoder: any Decoder
    private let tokenizer: Tokenizer
    private let mailbox: Mailbox
    private let admission: Admission
    private let publish: (EngineStatistics) -> Void
    private var scheduler: Scheduler
    private var chooser: TokenChooser
    private var statistics: EngineStatistics
    private let jumpsForward: Bool
    private var isStopping = false
    /// Nothing has changed since the last look at the blocks.
    private var isChecked = true
    private let owner = ThreadOwner()
    private let logger = Logger(label: "kinglet.engine")

    /// Seconds without work until the blocks are looked at, so that nobody waits for it.
    private static let quiet = 0.05

    init(
        decoder: any Decoder, tokenizer: Tokenizer, configuration: EngineConfiguration, mailbox: Mailbox,
        admission: Admission, publish: @escaping (EngineStatistics) -> Void
    ) {
        (self.decoder, self.tokenizer, self.mailbox, self.publish) = (decoder, tokenizer, mailbox, publish)
        self.admission = admission
        statistics = EngineStatistics(blocks: configuration.kvBlocks)
        jumpsForward = configuration.jumpsForward
        scheduler = Scheduler(configuration: configuration, outline: admission.outline)
        chooser = TokenChooser(decoder: decoder, tokenizer: tokenizer, jumpsForward: configuration.jumpsForward)
    }

    func run() {
        while !isStopping {
            let messages = mailbox.take(waiting: scheduler.isIdle, atMost: isChecked ? nil : Self.quiet)
            if messages.isEmpty, scheduler.isIdle { checkIntegrity() }
            for message in messages { handle(message) }
            step()
            report()
        }
        let late = mailbox.close()
        for sequence in scheduler.waiting + scheduler.running {
            _ = scheduler.remove(sequence.id)
            sequence.deliver(.failed(.draining))
        }
        for message in late {
            switch message {
            case .submit(_, _, _, let deliver): deliver(.failed(.draining))
            case .pin(_, _, _, let done), .restore(_, _, _, let done): done(0)
            case .copy(_, _, let done): done(nil)
            case .cancel, .unpin, .stop: break
            }
        }
        report()
    }

    private func checkIntegrity() {
        isChecked = true
        statistics.integrityChecks += 1
        let problems = scheduler.restoreIntegrity()
        guard !problems.isEmpty else { return }
        statistics.integrityFailures += 1
        logger.error(
            "the KV cache's blocks were damaged; cached prefixes were forgotten. Please report this",
            metadata: ["problems": "\(problems.count)", "first": "\(problems.prefix(5).joined(separator: "; "))"])
    }

    private func handle(_ message: EngineMessage) {
        owner.check("the engine")
        isChecked = false
        switch message {
        case .submit(let id, let request, let arrival, let deliver):
            let sequence = TokenSequence(
                id: id, request: request, arrival: arrival, tokenizer: tokenizer, deliver: deliver)
            scheduler.add(sequence)
            guard jumpsForward else { return }
            // What the answer can only begin with is computed together with the prompt.
            settle(sequence, .tokens(sequence.forcedTokens(within: sequence.tokensLeft)), at: .now)
        case .cancel(let id):
            guard let sequence = scheduler.remove(id) else { return }
            statistics.cancelled += 1
            sequence.deliver(.failed(.cancelled))
        case .pin(let name, let prefix, let salt, let done):
            done(scheduler.pin(name, prefix, salt: salt))
        case .unpin(let name):
            scheduler.unpin(name)
        case .copy(let name, let prefix, let done):
            done(copy(name, prefix))
        case .restore(let name, let saved, let salt, let done):
            done(saved.blockBytes == decoder.blockBytes ? restore(name, saved, salt: salt) : 0)
        case .stop:
            isStopping = true
        }
    }

    private func copy(_ name: String, _ prefix: [TokenID]) -> SavedPrefix? {
        let blocks = scheduler.pinned.blocks(of: name), size = decoder.blockBytes
        guard !blocks.isEmpty, size > 0 else { return nil }
        var bytes = Data(count: blocks.count * size)
        bytes.withUnsafeMutableBytes { memory in
            for (place, block) in blocks.enumerated() {
                decoder.readBlock(
                    block, into: UnsafeMutableRawBufferPointer(rebasing: memory[place * size..<(place + 1) * size]))
            }
        }
        let tokens = prefix.prefix(blocks.count * scheduler.configuration.blockSize)
        return SavedPrefix(tokens: Array(tokens), blockBytes: size, bytes: bytes)
    }

    private func restore(_ name: String, _ saved: SavedPrefix, salt: UInt64) -> Int {
        let size = saved.blockBytes
        guard saved.bytes.count == saved.tokens.count / scheduler.configuration.blockSize * size else { return 0 }
        return saved.bytes.withUnsafeBytes { memory in
            scheduler.restore(name, saved.tokens, salt: salt) { place, block in
                decoder.writeBlock(
                    block, from: UnsafeRawBufferPointer(rebasing: memory[place * size..<(place + 1) * size]))
            }
        }
    }

    private func step() {
        owner.check("the engine")
        let start = ContinuousClock.now
        for id in scheduler.expired(at: start) {
            scheduler.remove(id)?.deliver(.failed(.deadlineExceeded))
        }
        var work = scheduler.plan()
        guard !work.isEmpty else { return }
        // Who is to choose stands first, so that the outputs of the others follow in one piece.
        work = work.filter { !$0.isScored }.groupedByAdapter + work.filter(\.isScored).groupedByAdapter
        var batch = RaggedBatch()
        for item in work { append(item, to: &batch) }
        guard decoder.forward(batch, while: { isWanted(work) }) else {
            statistics.busy += .now - start
            return
        }
        let choosing = work.filter(\.yieldsLogits)
        score(work, firstOutput: choosing.reduce(0) { $0 + 1 + $1.draft.count })
        let begun = work.filter { $0.sequence.firstStep == nil }
        scheduler.commit(work, start: start)
        for item in begun { item.sequence.deliver(.started(cachedTokens: item.sequence.usage.cachedTokens)) }
        let now = ContinuousClock.now
        chooser.choose(for: choosing) { sequence, result in settle(sequence, result, at: now) }
        for item in choosing where !item.draft.isEmpty {
            statistics.draftedTokens += item.draft.count
            statistics.acceptedTokens += scheduler.accept(item)
        }
        for item in work where item.isScored && item.sequence.pending == 0 {
            item.sequence.answerWithScores(at: now)
            finish(item.sequence, .length)
        }
        statistics.steps += 1
        let end = ContinuousClock.now
        statistics.busy += end - start
        admission.note(
            tokens: batch.tokens.count, took: end - start,
            left: work.map { ($0.sequence.id, $0.sequence.isPrefilling ? $0.sequence.pending : 0) })
    }

    /// Whether somebody still waits for what the step computes.
    private func isWanted(_ work: [Scheduler.Work]) -> Bool {
        let now = ContinuousClock.now
        return work.contains { item in
            let isOver = item.sequence.request.deadline.map { $0 <= now } ?? false
            return !isOver && !mailbox.cancels(item.sequence.id)
        }
    }

    /// Notes the log-probabilities that the step yields for answers given beforehand.
    private func score(_ work: [Scheduler.Work], firstOutput: Int) {
        var output = firstOutput
        for item in work where item.isScored {
            let places = item.scoredPlaces
            item.sequence.note(
                chooser.score(item.sequence.request, places, firstOutput: output), from: places.lowerBound)
            output += places.count
        }
    }

    private func append(_ item: Scheduler.Work, to batch: inout RaggedBatch) {
        let sequence = item.sequence
        adapt(item, in: &batch)
        batch.segments.append(
            AttentionSegment(
                firstRow: batch.tokens.count, rows: item.count + item.draft.count, position: sequence.computed,
                blockTable: sequence.table.blocks))
        // The token before place p of the answer yields its probabilities.
        let firstRow = batch.tokens.count - sequence.computed + sequence.request.prompt.count - 1
        if item.isScored { batch.outputRows.append(contentsOf: item.scoredPlaces.map { firstRow + $0 }) }
        batch.tokens.append(contentsOf: sequence.tokens[sequence.computed..<sequence.computed + item.count])
        guard item.yieldsLogits else { return }
        batch.outputRows.append(contentsOf: batch.tokens.count - 1..<batch.tokens.count + item.draft.count)
        batch.tokens.append(contentsOf: item.draft)
    }

    /// Notes which of its rows, the next of the batch, its adapter acts on.
    private func adapt(_ item: Scheduler.Work, in batch: inout RaggedBatch) {
        guard let use = item.sequence.request.adapter else { return }
        let rows = item.count + item.draft.count, first = batch.tokens.count
        let untouched = min(rows, max(0, use.position - item.sequence.computed))
        guard untouched < rows else { return }
        let weights = use.adapter.weights
        if let last = batch.adapted.last, last.rows.upperBound == first + untouched, last.weights === weights {
            batch.adapted[batch.adapted.count - 1].rows = last.rows.lowerBound..<first + rows
        } else {
            batch.adapted.append(AdaptedRows(first + untouched..<first + rows, weights))
        }
    }

    private func settle(
        _ sequence: TokenSequence, _ result: TokenChooser.Result, at now: ContinuousClock.Instant
    ) {
        switch result {
        case .failed(let error):
            _ = scheduler.remove(sequence.id)
            sequence.deliver(.failed(error))
        case .tokens(let tokens):
            for token in tokens {
                let isEnd = tokenizer.endTokens.contains(token.id)
                let reason = sequence.append(token, at: now, isEnd: isEnd)
                statistics.generatedTokens += 1
                if token.isForced { statistics.forcedTokens += 1 }
                sequence.deliver(.token(token))
                if let reason {
                    // A stop text may end the answer before what the matcher has read.
                    let isWhole = sequence.canEnd && (isEnd || reason == .length)
                    finish(sequence, isWhole ? .grammar : reason)
                    return
                }
            }
            if sequence.isComplete { finish(sequence, .grammar) }
        }
    }

    private func finish(_ sequence: TokenSequence, _ reason: FinishReason) {
        _ = scheduler.remove(sequence.id)
        statistics.finished += 1
        statistics.promptTokens += sequence.usage.promptTokens
        statistics.cachedPromptTokens += sequence.usage.cachedTokens
        statistics.prefixQueries += 1
        if sequence.usage.cachedTokens > 0 { statistics.prefixHits += 1 }
        sequence.deliver(.finished(sequence.finished(reason)))
    }

    private func report() {
        statistics.running = scheduler.running.count
        statistics.waiting = scheduler.waiting.count
        statistics.preemptions = scheduler.preemptions
        statistics.blocksInUse = scheduler.blocks.capacity - scheduler.blocks.available
        statistics.pinnedBlocks = scheduler.pinned.blockCount
        statistics.cachedBlocks = scheduler.blocks.cachedBlocks
        publish(statistics)
    }
}
