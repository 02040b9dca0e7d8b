import Tokenization

/// Guesses how an answer goes on from what stands in its prompt and in itself: after tokens that occurred before comes
/// what came then (prompt lookup, Saxena 2023; speculative decoding, arXiv 2211.17192).
///
/// A step that computes the guesses together with the newest token reads the weights once for all of them. Only tokens
/// that the sampler then chooses from their logits are kept, so that a guess changes when a token comes, never which.
package struct PromptLookup {
    /// Tokens of the next guess: doubled while all are right.
    private var length = 2
    /// Steps without a guess, after wrong ones.
    private var pause = 0
    private var nextPause = 1

    /// Tokens from the end that are searched: beyond, a search would cost more than it saves.
    private static let reach = 8192
    /// All outputs of a sequence have their logits at the same time.
    private static let longest = TokenChooser.rowsAtOnce - 1

    package init() {}

    /// At most `limit` tokens that may follow `tokens`; none if the last ones did not help or nothing like the end of
    /// `tokens` occurred before.
    package mutating func guess(behind tokens: [TokenID], limit: Int) -> [TokenID] {
        guard limit > 0 else { return [] }
        guard pause == 0 else {
            pause -= 1
            return []
        }
        guard let start = tokens.continuation(within: Self.reach) else { return [] }
        return Array(tokens[start..<min(tokens.count, start + min(limit, length))])
    }

    /// Learns how many of the guessed tokens were right.
    package mutating func note(guessed: Int, right: Int) {
        guard guessed > 0 else { return }
        if right == guessed {
            length = min(2 * length, Self.longest)
        } else {
            length = max(1, right)
        }
        if right == 0 {
            (pause, nextPause) = (nextPause, min(2 * nextPause, 32))
        } else {
            nextPause = 1
        }
    }
}

extension [TokenID] {
    /// Where the text goes on behind the latest earlier place that ends as the whole does: in the same three tokens, or
    /// in two if no three are found.
    fileprivate func continuation(within reach: Int) -> Int? {
        guard count > 3 else { return nil }
        let (third, second, last) = (self[count - 3], self[count - 2], self[count - 1])
        return withUnsafeBufferPointer { tokens in
            var pair: Int?
            for place in stride(from: tokens.count - 2, through: Swift.max(1, tokens.count - reach), by: -1)
            where tokens[place] == last && tokens[place - 1] == second {
                if place > 1, tokens[place - 2] == third { return place + 1 }
                pair = pair ?? place + 1
            }
            return pair
        }
    }
}
