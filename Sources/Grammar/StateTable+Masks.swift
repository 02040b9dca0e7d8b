/// Walks the token tree against the automaton.
extension StateTable {
    /// Tokens that may come in `state`; end tokens if the value may end there.
    package mutating func mask(of state: Int32, _ vocabulary: GrammarVocabulary) -> TokenMask {
        if let mask = states[Int(state)].mask { return mask }
        let mask: TokenMask
        var worst = Int32(0)
        if let first = forcedTokens(of: state, vocabulary).first {
            mask = TokenMask(vocabularySize: vocabulary.size, shared: nil, listed: [first])
            let next = self.state(after: first, from: state, vocabulary)
            worst = states[Int(next)].distance
        } else {
            (mask, worst) = freeMask(of: state, vocabulary)
        }
        setMask(mask, worst: worst, of: state)
        return mask
    }

    /// The mask without regard to forced tokens, and the most bytes that any of its tokens leaves to be written.
    private mutating func freeMask(of state: Int32, _ vocabulary: GrammarVocabulary) -> (TokenMask, worst: Int32) {
        var tokens: [Int32] = []
        var shared: TokenBits?
        var worst = Int32(0)
        if let room = interiorRoom(of: state) {
            shared = vocabulary.interior[min(room, GrammarVocabulary.longestInterior)]
            worst = states[Int(state)].distance  // ordinary characters never lead further away
            walk(vocabulary.edgeTrie, from: state) { token, next, table in
                tokens.append(token)
                worst = max(worst, table.states[Int(next)].distance)
            }
        } else {
            walk(vocabulary.trie, from: state) { token, next, table in
                tokens.append(token)
                worst = max(worst, table.states[Int(next)].distance)
            }
        }
        return (assemble(tokens, shared, of: state, vocabulary), worst)
    }

    /// Tokens that may come in `state` and after which the value can be closed with `budget - 1` tokens more.
    package mutating func mask(of state: Int32, within budget: Int, _ vocabulary: GrammarVocabulary) -> TokenMask {
        let plain = mask(of: state, vocabulary)
        if Int(states[Int(state)].worst) < budget { return plain }
        if let only = plain.only, canClose(after: only, from: state, within: budget, vocabulary) { return plain }
        var tokens: [Int32] = []
        var shared: TokenBits?
        if interiorRoom(of: state) != nil, Int(states[Int(state)].distance) < budget {
            shared = plain.shared
            walk(vocabulary.edgeTrie, from: state) { token, next, table in
                if table.canClose(next, within: budget - 1, vocabulary) { tokens.append(token) }
            }
        } else {
            walk(vocabulary.trie, from: state) { token, next, table in
                if table.canClose(next, within: budget - 1, vocabulary) { tokens.append(token) }
            }
        }
        return assemble(tokens, shared, of: state, vocabulary)
    }

    package mutating func canClose(
        after token: Int32, from state: Int32, within budget: Int, _ vocabulary: GrammarVocabulary
    ) -> Bool {
        if states[Int(state)].isAccepting, vocabulary.endTokens.contains(token) { return true }
        return canClose(self.state(after: token, from: state, vocabulary), within: budget - 1, vocabulary)
    }

    private mutating func canClose(_ state: Int32, within budget: Int, _ vocabulary: GrammarVocabulary) -> Bool {
        if Int(states[Int(state)].distance) <= budget { return state != Self.dead }
        guard let closing = closingTokens(of: state, vocabulary) else { return false }
        return closing.count <= budget
    }

    package mutating func state(after token: Int32, from state: Int32, _ vocabulary: GrammarVocabulary) -> Int32 {
        var next = state
        for byte in vocabulary.tokenBytes[Int(token)] { next = step(next, byte) }
        return next
    }

    private mutating func assemble(
        _ tokens: [Int32], _ shared: TokenBits?, of state: Int32, _ vocabulary: GrammarVocabulary
    ) -> TokenMask {
        var (tokens, shared) = (tokens, shared)
        let isInterior = shared != nil
        if states[Int(state)].isAccepting { tokens += vocabulary.endTokens }
        tokens.sort()
        if shared == nil, tokens.count > vocabulary.size / 32 {
            var words = [UInt64](repeating: 0, count: (vocabulary.size + 63) / 64)
            for token in tokens { words[Int(token) >> 6] |= 1 << UInt64(token & 63) }
            shared = TokenBits(words: words)
            tokens = []
        }
        return TokenMask(vocabularySize: vocabulary.size, shared: shared, isInterior: isInterior, listed: tokens)
    }

    /// Calls `body` with each token of `trie` that the automaton accepts from `state` (twins included), the state after it,
    /// and this table.
    @inline(__always)
    private mutating func walk(
        _ trie: TokenTrie, from state: Int32, _ body: (Int32, Int32, inout StateTable) -> Void
    ) {
        var stack = [Int32](repeating: Self.dead, count: trie.longest + 1)
        stack[0] = state
        var node = 1
        let count = trie.count
        while node < count {
            let depth = Int(trie.depth[node])
            let next = step(stack[depth - 1], trie.byte[node])
            if next == Self.dead {
                node = Int(trie.end[node])
                continue
            }
            stack[depth] = next
            let token = trie.token[node]
            if token >= 0 {
                body(token, next, &self)
                if !trie.twins.isEmpty, let twins = trie.twins[token] {
                    for twin in twins { body(twin, next, &self) }
                }
            }
            node += 1
        }
    }

    /// If `state` stands inside a free string: how many ordinary characters may follow before anything else decides.
    /// Nil where other configurations could take ordinary characters too, so that the shared sets would not be exact.
    private func interiorRoom(of state: Int32) -> Int? {
        var room = -1
        var others: [Configuration] = []
        for configuration in states[Int(state)].configurations {
            let node = automaton.nodes[Int(configuration.node)]
            guard node.isFreeCharacter else {
                others.append(configuration)
                continue
            }
            guard node.roundOf >= 0, let maximum = automaton.loops[Int(node.roundOf)].maximum else {
                return GrammarVocabulary.longestInterior
            }
            room = max(room, Int(maximum - configuration.counter))
        }
        guard room >= 0 else { return nil }
        // Beside the string only its closing quote.
        for configuration in others {
            var index = automaton.nodes[Int(configuration.node)].firstEdge
            while index >= 0 {
                let edge = automaton.edges[Int(index)]
                index = edge.next
                if edge.kind == .byte, edge.low != 0x22 || edge.high != 0x22 { return nil }
            }
        }
        return room
    }
}
