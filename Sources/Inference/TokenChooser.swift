import Tokenization

/// Turns the logits of a step into the next tokens of its sequences. Owner: the engine thread.
struct TokenChooser {
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
    private let jumpsForward: Bool

    init(decoder: any Decoder, tokenizer: Tokenizer, jumpsForward: Bool) {
        (self.decoder, self.tokenizer, self.jumpsForward) = (decoder, tokenizer, jumpsForward)
        row = FloatBuffer(count: decoder.vocabularySize * Self.rowsAtOnce)
    }

    /// The next tokens of each sequence; its place is its place among the step's outputs.
    mutating func choose(for sequences: [TokenSequence]) -> [Result] {
        var results = Array(repeating: Result.tokens([]), count: sequences.count)
        var whole: [(output: Int, mask: TokenMask?)] = []
        for (output, sequence) in sequences.enumerated() {
            guard let matcher = sequence.matcher else {
                whole.append((output, nil))
                continue
            }
            let mask = matcher.mask(within: sequence.tokensLeft)
            let count = mask.count
            if count == 0 {
                results[output] = .failed(.failed("the grammar leaves no token; this is a defect of the grammar"))
            } else if count <= Self.fewTokens {
                results[output] = few(goingOn(mask.tokens, sequence), output: output, sequence)
            } else {
                whole.append((output, mask))
            }
        }
        for start in stride(from: 0, to: whole.count, by: Self.rowsAtOnce) {
            let part = whole[start..<min(start + Self.rowsAtOnce, whole.count)]
            decoder.logits(outputs: part.map(\.output), into: row.base)
            for (place, item) in part.enumerated() {
                let logits = UnsafeMutableBufferPointer(
                    start: row.base + place * decoder.vocabularySize, count: decoder.vocabularySize)
                results[item.output] = all(logits, mask: item.mask, sequences[item.output])
            }
        }
        return results
    }

    /// Without end tokens while the answer is shorter than asked for, if others are allowed.
    private func goingOn(_ ids: [TokenID], _ sequence: TokenSequence) -> [TokenID] {
        guard sequence.answer.count < sequence.request.minTokens else { return ids }
        let others = ids.filter { !tokenizer.endTokens.contains($0) }
        return others.isEmpty ? ids : others
    }

    private func few(_ ids: [TokenID], output: Int, _ sequence: TokenSequence) -> Result {
        if ids.count == 1 {
            return settle(Sampler.Choice(id: ids[0]), sequence, isForced: true)
        }
        decoder.logits(output: output, tokens: ids, into: row.base)
        let logits = UnsafeMutableBufferPointer(start: row.base, count: ids.count)
        return settle(
            sequence.sampler.choose(logits, ids: ids, topLogprobs: sequence.request.topLogprobs ?? 0), sequence)
    }

    private func all(
        _ logits: UnsafeMutableBufferPointer<Float>, mask: TokenMask?, _ sequence: TokenSequence
    ) -> Result {
        mask?.forbid(in: logits)
        if sequence.answer.count < sequence.request.minTokens {
            for id in tokenizer.endTokens where Int(id) < logits.count { logits[Int(id)] = -.infinity }
        }
        if sequence.answer.isEmpty, mask == nil {
            for id in sequence.request.notFirst where logits.indices.contains(Int(id)) { logits[Int(id)] = -.infinity }
        }
        let topLogprobs = sequence.needsLogprobs ? sequence.request.topLogprobs ?? 0 : nil
        return settle(sequence.sampler.choose(logits, ids: nil, topLogprobs: topLogprobs), sequence)
    }

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
