/// Masks and closing where words must differ: the automaton's answer, less what would write a word twice.
extension DistinctWords {
    /// The words and the state after `bytes`; nil if a byte is refused, or no new word could come of it.
    func reading(
        _ bytes: [UInt8], from state: Int32, _ table: inout StateTable
    ) -> (words: DistinctWords, state: Int32)? {
        var (words, state) = (self, state)
        for byte in bytes {
            state = table.step(state, byte)
            guard state != StateTable.dead,
                words.read(byte, opensUnique: table.states[Int(state)].opensUniqueArray)
            else { return nil }
        }
        return words.canGoOn(from: state, &table) ? (words, state) : nil
    }

    /// A short text that ends the value: the automaton's shortest way where that is free, else the nearest detour.
    func closingBytes(from start: Int32, _ table: inout StateTable) -> [UInt8] {
        var (words, state, bytes): (DistinctWords, Int32, [UInt8]) = (self, start, [])
        while !table.states[Int(state)].isAccepting, bytes.count < 100_000 {
            var next: (byte: UInt8, words: DistinctWords, state: Int32)?
            if let byte = table.closingByte(of: state), let after = words.reading([byte], from: state, &table) {
                next = (byte, after.words, after.state)
            } else {
                let order = (UInt8.min...UInt8.max).map { (byte: $0, state: table.step(state, $0)) }
                    .filter { $0.state != StateTable.dead }
                    .sorted { table.states[Int($0.state)].distance < table.states[Int($1.state)].distance }
                for candidate in order {
                    guard let after = words.reading([candidate.byte], from: state, &table) else { continue }
                    next = (candidate.byte, after.words, after.state)
                    break
                }
            }
            guard let next else { break }
            bytes.append(next.byte)
            (words, state) = (next.words, next.state)
        }
        return bytes
    }

    /// Bytes that closing may take beyond the automaton's shortest way, at most: a longer word for each one missing.
    func detour(_ leastUnique: Int) -> Int { (longestWord + leastUnique + 4) * (leastUnique + 1) }
}

extension Matcher {
    /// `mask` less the tokens that would end a word written before.
    func distinct(_ mask: TokenMask) -> TokenMask {
        guard let words else { return mask }
        let vocabulary = grammar.vocabulary
        return table.withLock { [state] table in
            let mask = words.split(mask, vocabulary)
            let listed = mask.listed.filter { token in
                vocabulary.endTokens.contains(token)
                    || words.reading(vocabulary.tokenBytes[Int(token)], from: state, &table) != nil
            }
            return mask.replacing(
                listed: listed, removing: words.blockedInside(mask, from: state, &table, vocabulary))
        }
    }

    /// The same, and less the tokens that leave too much to be written. Where the budget is nearly used up, ordinary
    /// characters are no longer offered: fewer tokens than might do, never one too many.
    func distinctMask(within budget: Int) -> TokenMask {
        let mask = mask()
        guard let words else { return mask }
        let vocabulary = grammar.vocabulary
        let detour = words.detour(grammar.program.automaton.leastUnique)
        return table.withLock { [state] table in
            if Int(table.states[Int(state)].worst) + detour < budget { return mask }
            let mask = words.split(mask, vocabulary)
            var listed = mask.listed.filter { token in
                if vocabulary.endTokens.contains(token) { return true }
                guard let after = words.reading(vocabulary.tokenBytes[Int(token)], from: state, &table) else {
                    return false
                }
                if Int(table.states[Int(after.state)].distance) + detour < budget { return true }
                guard let closing = vocabulary.greedyTokens(after.words.closingBytes(from: after.state, &table)) else {
                    return false
                }
                return closing.count < budget
            }
            if Int(table.states[Int(state)].distance) + detour < budget {
                return mask.replacing(listed: listed, removing: [])
            }
            if let first = vocabulary.greedyTokens(words.closingBytes(from: state, &table))?.first,
                !listed.contains(first)
            {
                listed.append(first)
                listed.sort()
            }
            return TokenMask(vocabularySize: vocabulary.size, shared: nil, listed: listed)
        }
    }

    func distinctForcedTokens(_ tokens: [Int32], within budget: Int) -> [Int32] {
        var (matcher, result): (Matcher, [Int32]) = (self, [])
        for token in tokens {
            guard matcher.accept(token), matcher.canEnd || matcher.tokensToClose < budget - result.count else { break }
            result.append(token)
        }
        return result
    }
}

extension DistinctWords {
    /// The same mask, with every token listed that could end a word. Inside a string those are none of the ordinary
    /// characters; elsewhere any token may be one.
    fileprivate func split(_ mask: TokenMask, _ vocabulary: GrammarVocabulary) -> TokenMask {
        guard let shared = mask.shared, !mask.isInterior else { return mask }
        let interior = vocabulary.interior[GrammarVocabulary.longestInterior]
        guard isInsideString else {
            return TokenMask(vocabularySize: mask.vocabularySize, shared: nil, listed: mask.tokens)
        }
        let ordinary = TokenBits(words: zip(shared.words, interior.words).map { $0 & $1 })
        return TokenMask(
            vocabularySize: mask.vocabularySize, shared: ordinary,
            listed: mask.tokens.filter { !ordinary.contains($0) })
    }

    /// Tokens of the mask's shared set that lead to a word from where only words written before could be made.
    fileprivate func blockedInside(
        _ mask: TokenMask, from state: Int32, _ table: inout StateTable, _ vocabulary: GrammarVocabulary
    ) -> [Int32] {
        guard let shared = mask.shared else { return [] }
        var blocked: Set<Int32> = []
        for rest in forbiddenRests {
            var node = 0
            for byte in rest {
                guard let next = vocabulary.trie.child(of: node, byte) else { break }
                node = next
                let token = vocabulary.trie.token[node]
                guard token >= 0, shared.contains(token) else { continue }
                if reading(vocabulary.tokenBytes[Int(token)], from: state, &table) == nil { blocked.insert(token) }
            }
        }
        return Array(blocked)
    }
}
