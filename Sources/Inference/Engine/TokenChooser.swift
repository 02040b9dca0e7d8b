import Grammar
import Tokenization

/// Turns the logits of a step into the next tokens of its sequences. Owner: the engine thread.
struct TokenChooser {
    /// What one sequence gets of a step.
    enum Result {
        /// The chosen token, and behind it those that can only follow.
        case tokens([GeneratedToken])
        case failed(GenerationError)
    }

    /// With at most this many allowed tokens only their columns of the output matrix are multiplied.
    private static let fewTokens = 4096
    /// Whole rows of logits at the same time: the room they take is `rowsAtOnce * vocabulary * 4` bytes.
    static let rowsAtOnce = 16

    let decoder: any Decoder
    let tokenizer: Tokenizer
    let row: FloatBuffer
    private let fewLogits = FloatBuffer(count: Self.fewTokens)
    private let jumpsForward: Bool

    /// - Parameter jumpsForward: tokens that the grammar forces are appended without a step of their own.
    init(decoder: any Decoder, tokenizer: Tokenizer, jumpsForward: Bool) {
        (self.decoder, self.tokenizer, self.jumpsForward) = (decoder, tokenizer, jumpsForward)
        row = FloatBuffer(count: decoder.vocabularySize * Self.rowsAtOnce)
    }

    /// Hands each sequence its next tokens. The outputs of a sequence follow one another: that of its newest token, then
    /// those of its draft, which count as long as what was chosen is what was drafted.
    mutating func choose(for work: [Scheduler.Work], take: (TokenSequence, Result) -> Void) {
        var whole: [Pending] = []
        var output = 0
        for item in work {
            let sequence = item.sequence
            let mask = sequence.matcher?.mask(within: sequence.tokensLeft)
            let pending = Pending(sequence: sequence, draft: item.draft, firstOutput: output, mask: mask)
            output = pending.outputs.upperBound
            if let mask, mask.count <= Self.fewTokens {
                choose(pending, rows: nil, take: take)
            } else {
                whole.append(pending)
            }
        }
        while !whole.isEmpty {
            var count = 0
            let part = whole.prefix { pending in
                count += pending.outputs.count
                return count <= Self.rowsAtOnce
            }
            whole.removeFirst(part.count)
            decoder.logits(outputs: part.flatMap(\.outputs), into: row.base)
            var rows = row.base
            for pending in part {
                choose(pending, rows: rows, take: take)
                rows += pending.outputs.count * decoder.vocabularySize
            }
        }
    }

    /// A sequence whose tokens are to be chosen.
    private struct Pending {
        let sequence: TokenSequence
        let draft: [TokenID]
        let firstOutput: Int
        /// What the grammar allows next.
        let mask: TokenMask?
        var outputs: Range<Int> { firstOutput..<firstOutput + 1 + draft.count }
    }

    /// - Parameter rows: the logits of all its outputs; nil: computed when they are needed.
    private func choose(
        _ pending: Pending, rows: UnsafeMutablePointer<Float>?, take: (TokenSequence, Result) -> Void
    ) {
        let (sequence, draft) = (pending.sequence, pending.draft)
        let start = sequence.computed
        take(sequence, next(sequence, mask: pending.mask, output: pending.firstOutput, logits: rows))
        while sequence.isRunning {
            let text = sequence.tokens[start...]
            guard text.count <= draft.count, text.elementsEqual(draft.prefix(text.count)) else { return }
            take(
                sequence,
                next(
                    sequence, mask: sequence.matcher?.mask(within: sequence.tokensLeft),
                    output: pending.firstOutput + text.count,
                    logits: rows.map { $0 + text.count * decoder.vocabularySize }))
        }
    }

    /// The next token of a sequence, from its row of logits.
    private func next(
        _ sequence: TokenSequence, mask: TokenMask?, output: Int, logits: UnsafeMutablePointer<Float>?
    ) -> Result {
        if let mask, mask.count <= Self.fewTokens {
            guard mask.count > 0 else {
                return .failed(.failed("the grammar leaves no token; this is a defect of the grammar"))
            }
            return few(goingOn(mask.tokens, sequence), output: output, sequence)
        }
        if logits == nil { decoder.logits(outputs: [output], into: row.base) }
        return all(
            UnsafeMutableBufferPointer(start: logits ?? row.base, count: decoder.vocabularySize), mask: mask, sequence)
    }

    /// Without end tokens while the answer is shorter than asked for, if others are allowed.
    private func goingOn(_ ids: [TokenID], _ sequence: TokenSequence) -> [TokenID] {
        guard sequence.answer.count < sequence.request.minTokens else { return ids }
        let others = ids.filter { !tokenizer.endTokens.contains($0) && !sequence.request.stopTokens.contains($0) }
        return others.isEmpty ? ids : others
    }

    /// Chooses among few tokens: the logits of the others are not computed.
    private func few(_ ids: [TokenID], output: Int, _ sequence: TokenSequence) -> Result {
        if ids.count == 1 {
            return settle(Sampler.Choice(id: ids[0]), sequence, isForced: true)
        }
        decoder.logits(output: output, tokens: ids, into: fewLogits.base)
        let logits = UnsafeMutableBufferPointer(start: fewLogits.base, count: ids.count)
        return settle(
            sequence.sampler.choose(logits, ids: ids, topLogprobs: sequence.request.topLogprobs ?? 0), sequence)
    }

    /// Chooses among all tokens that the mask leaves.
    private func all(
        _ logits: UnsafeMutableBufferPointer<Float>, mask: TokenMask?, _ sequence: TokenSequence
    ) -> Result {
        mask?.forbid(in: logits)
        if sequence.answer.count < sequence.request.minTokens {
            for id in tokenizer.endTokens where Int(id) < logits.count { logits[Int(id)] = -.infinity }
            for id in sequence.request.stopTokens where logits.indices.contains(Int(id)) {
                logits[Int(id)] = -.infinity
            }
        }
        if sequence.answer.isEmpty, mask == nil {
            for id in sequence.request.notFirst where logits.indices.contains(Int(id)) { logits[Int(id)] = -.infinity }
        }
        let topLogprobs = sequence.needsLogprobs ? sequence.request.topLogprobs ?? 0 : nil
        return settle(sequence.sampler.choose(logits, ids: nil, topLogprobs: topLogprobs), sequence)
    }

    /// Appends what was chosen and says whether the answer ends.
    private func settle(_ choice: Sampler.Choice?, _ sequence: TokenSequence, isForced: Bool = false) -> Result {
        guard let choice else { return .failed(.failed("the model has no logits; its file is damaged")) }
        var tokens = [
            GeneratedToken(
                id: choice.id, bytes: tokenizer.bytes(of: choice.id), logprob: choice.logprob, isForced: isForced,
                alternatives: choice.alternatives)
        ]
        if sequence.matcher != nil {
            guard sequence.matcher?.accept(choice.id) == true else {
                return .failed(.failed("the grammar refused a token it had allowed; this is a defect of the grammar"))
            }
            if jumpsForward { tokens += sequence.forcedTokens(within: sequence.tokensLeft - 1) }
        }
        return .tokens(tokens)
    }
}

extension TokenSequence {
    /// Tokens that can only follow now, already accepted by the matcher.
    func forcedTokens(within left: Int) -> [GeneratedToken] {
        guard let forced = matcher?.forcedTokens(within: left) else { return [] }
        var tokens: [GeneratedToken] = []
        for id in forced {
            guard matcher?.accept(id) == true else { break }
            tokens.append(GeneratedToken(id: id, bytes: tokenizer.bytes(of: id), isForced: true))
        }
        return tokens
    }
}

/// Room for floats that stays where it is. Owner: whoever made it.
final class FloatBuffer {
    let base: UnsafeMutablePointer<Float>

    /// Room for so many numbers.
    init(count: Int) { base = .allocate(capacity: count) }
    deinit { base.deallocate() }
}

extension TokenMask {
    /// Makes every token outside the mask impossible.
    func forbid(in logits: UnsafeMutableBufferPointer<Float>) {
        for (index, word) in words.enumerated() where word != .max {
            let first = index * 64
            for id in first..<max(first, min(first + 64, logits.count)) where word >> UInt64(id - first) & 1 == 0 {
                logits[id] = -.infinity
            }
        }
        // Rows of the output matrix that no token has.
        for id in min(vocabularySize, logits.count)..<logits.count { logits[id] = -.infinity }
    }
}
