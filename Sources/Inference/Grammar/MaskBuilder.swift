/// Walks the token tree against the automaton.
extension StateTable {
    /// Tokens that may come in `state`; end tokens if the value may end there.
    package mutating func mask(of state: Int32, _ vocabulary: GrammarVocabulary) -> TokenMask {
        if let mask = states[Int(state)].mask { return mask }
        let forced = forcedTokens(of: state, vocabulary)
        let mask: TokenMask
        if let first = forced.first {
            mask = TokenMask(vocabularySize: vocabulary.size, shared: nil, listed: [first])
        } else {
            mask = freeMask(of: state, vocabulary)
        }
        setMask(mask, of: state)
        return mask
    }

    /// The mask without regard to forced tokens.
    package mutating func freeMask(of state: Int32, _ vocabulary: GrammarVocabulary) -> TokenMask {
        var tokens: [Int32] = []
        var shared: TokenBits?
        if let room = interiorRoom(of: state) {
            shared = vocabulary.interior[min(room, GrammarVocabulary.longestInterior)]
            walk(vocabulary.edgeTrie, from: state) { tokens.append($0) }
        } else {
            walk(vocabulary.trie, from: state) { tokens.append($0) }
        }
        if states[Int(state)].isAccepting { tokens += vocabulary.endTokens }
        tokens.sort()
        if shared == nil, tokens.count > vocabulary.size / 32 {
            var words = [UInt64](repeating: 0, count: (vocabulary.size + 63) / 64)
            for token in tokens { words[Int(token) >> 6] |= 1 << UInt64(token & 63) }
            shared = TokenBits(words: words)
            tokens = []
            addBytes(words.count * 8)
        }
        return TokenMask(vocabularySize: vocabulary.size, shared: shared, listed: tokens)
    }

    /// Calls `body` with each token of `trie` whose bytes the automaton accepts from `state`, twins included.
    @inline(__always)
    private mutating func walk(_ trie: TokenTrie, from state: Int32, _ body: (Int32) -> Void) {
        walk(trie, from: state) { token, _ in body(token) }
    }

    /// The same with the state after the token.
    @inline(__always)
    package mutating func walk(_ trie: TokenTrie, from state: Int32, _ body: (Int32, Int32) -> Void) {
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
                body(token, next)
                if !trie.twins.isEmpty, let twins = trie.twins[token] { for twin in twins { body(twin, next) } }
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
