/// Where one text stands in a grammar. A value: a copy goes its own way, and costs next to nothing.
///
/// How an engine uses it, with `left` the number of tokens that may still be written (end tokens not counted):
/// 1. At the start, `tokensToClose` must not exceed `left`; else no valid answer fits and the request is refused.
/// 2. `forcedTokens(within: left)` are appended without asking the model (each through `accept`).
/// 3. Else a token of `mask(within: left)` is sampled and accepted. The mask is plain `mask()` as long as `left` is ample.
/// 4. It stops when `isComplete`, when an end token is sampled, or when `left` is 0: the value is then complete (`canEnd`).
///
/// With or without step 2 the tokens are the same, since the mask holds just the first forced token.
public struct Matcher: Sendable {
    public let grammar: CompiledGrammar
    package var table: SharedTable
    package var state = StateTable.start
    /// Nil where the grammar has no words that must differ.
    package var words: DistinctWords?
    /// What remains of a run of forced tokens that was begun.
    private var pending: ArraySlice<Int32> = []
    private var hasEnded = false

    public init(_ grammar: CompiledGrammar) {
        self.grammar = grammar
        table = grammar.table
        words = grammar.program.automaton.needsDistinctWords ? DistinctWords() : nil
    }

    // MARK: Going on

    /// Takes `token`; false (and nothing changes) if it may not come next.
    public mutating func accept(_ token: Int32) -> Bool {
        let vocabulary = grammar.vocabulary
        guard token >= 0, Int(token) < vocabulary.size, !hasEnded else { return false }
        renewTable()
        if vocabulary.endTokens.contains(token) {
            guard canEnd else { return false }
            hasEnded = true
            return true
        }
        let bytes = vocabulary.tokenBytes[Int(token)]
        guard !vocabulary.isSpecial[Int(token)], !bytes.isEmpty else { return false }
        let start = state
        if let words {
            guard let after = table.withLock({ words.reading(bytes, from: start, &$0) }) else { return false }
            self.words = after.words
        }
        let (next, forced): (Int32, [Int32]) = table.withLock { table in
            var next = start
            for byte in bytes {
                next = table.step(next, byte)
                if next == StateTable.dead { return (next, []) }
            }
            return (next, pending.isEmpty ? table.forcedTokens(of: start, vocabulary) : [])
        }
        guard next != StateTable.dead else { return false }
        if pending.isEmpty, !forced.isEmpty { pending = forced[...] }
        pending = pending.first == token ? pending.dropFirst() : []
        state = next
        return true
    }

    /// Tokens that may come next; end tokens if the value is complete. If tokens are forced, only the first of them.
    public func mask() -> TokenMask {
        let vocabulary = grammar.vocabulary
        if hasEnded { return TokenMask(vocabularySize: vocabulary.size, shared: nil, listed: []) }
        if let first = pending.first { return TokenMask(vocabularySize: vocabulary.size, shared: nil, listed: [first]) }
        let (mask, grew): (TokenMask, Bool) = table.withLock { table in
            let before = table.bytes
            return (table.mask(of: state, vocabulary), table.bytes > before)
        }
        if grew { grammar.tableGrew(table) }
        return words == nil ? mask : distinct(mask)
    }

    /// `mask()`, less the tokens after which the value could not be closed with the tokens that are left.
    ///
    /// - Parameter budget: tokens that may still be written, the next one included.
    /// - Returns: an empty mask only if `budget` is less than `tokensToClose` (or nothing is left to write).
    public func mask(within budget: Int) -> TokenMask {
        let vocabulary = grammar.vocabulary
        if hasEnded { return mask() }
        if words != nil { return distinctMask(within: budget) }
        if let first = pending.first {
            let fits = table.withLock { $0.canClose(after: first, from: state, within: budget, vocabulary) }
            if fits { return mask() }
        }
        let (mask, grew): (TokenMask, Bool) = table.withLock { table in
            let before = table.bytes
            return (table.mask(of: state, within: budget, vocabulary), table.bytes > before)
        }
        if grew { grammar.tableGrew(table) }
        return mask
    }

    /// The canonical tokens that must come next, empty if there is a choice. Accepting them one by one is what the engine
    /// does; `mask()` allows just the first.
    public func forcedTokens() -> [Int32] {
        if hasEnded { return [] }
        if !pending.isEmpty { return Array(pending) }
        return table.withLock { $0.forcedTokens(of: state, grammar.vocabulary) }
    }

    /// `forcedTokens()` as far as each of them is allowed by `mask(within:)`.
    public func forcedTokens(within budget: Int) -> [Int32] {
        let tokens = forcedTokens()
        if words != nil { return distinctForcedTokens(tokens, within: budget) }
        let start = state
        let count = table.withLock { table in
            var (last, count) = (start, 0)
            for token in tokens {
                guard table.canClose(after: token, from: last, within: budget - count, grammar.vocabulary) else {
                    break
                }
                last = table.state(after: token, from: last, grammar.vocabulary)
                count += 1
            }
            return count
        }
        return Array(tokens.prefix(count))
    }

    // MARK: The end

    /// The value may end here. It may also go on, unless `isComplete`.
    public var canEnd: Bool { hasEnded || table.withLock { $0.states[Int(state)].isAccepting } }

    /// The value has ended: no byte can follow. The engine may stop without asking the model for an end token.
    public var isComplete: Bool {
        hasEnded || table.withLock { $0.states[Int(state)].isAccepting && $0.states[Int(state)].isFinal }
    }

    /// A shortest text, in bytes, that ends the value from here; empty where it may end.
    public var closingBytes: [UInt8] {
        table.withLock { [state] table in
            words.map { $0.closingBytes(from: state, &table) } ?? table.closingBytes(of: state)
        }
    }

    /// The tokens of `closingBytes`, longest tokens first.
    public func closingTokens() -> [Int32] { closing ?? [] }

    /// Number of `closingTokens()`; `Int.max` if the vocabulary lacks bytes that are needed.
    public var tokensToClose: Int { closing?.count ?? Int.max }

    private var closing: [Int32]? {
        let vocabulary = grammar.vocabulary
        guard words == nil else { return vocabulary.greedyTokens(closingBytes) }
        return table.withLock { $0.closingTokens(of: state, vocabulary) }
    }

    // MARK: Tables

    /// Moves to the grammar's current table if it has a new one.
    private mutating func renewTable() {
        let current = grammar.table
        guard current !== table else { return }
        let path = table.withLock { [state] in $0.export(state) }
        state = current.withLock { $0.adopt(path) }
        table = current
    }
}
