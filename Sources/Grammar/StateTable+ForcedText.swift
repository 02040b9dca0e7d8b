/// Jump-forward: what must come next, as canonical tokens.
extension StateTable {
    /// Bytes that one step of jump-forward looks ahead.
    private static let longestForced = 2_048
    /// Tokens at the end of a forced text that may have to be held back.
    private static let lookBack = 4

    /// The byte that must follow; nil if there is a choice, or the value may end.
    mutating func forcedByte(of state: Int32) -> UInt8? {
        if states[Int(state)].forcedByte == -2 { setForcedByte(findForcedByte(of: state), of: state) }
        let value = states[Int(state)].forcedByte
        return value >= 0 ? UInt8(value) : nil
    }

    private func findForcedByte(of state: Int32) -> Int16 {
        guard !states[Int(state)].isAccepting else { return -1 }
        var only: Int16 = -1
        for configuration in states[Int(state)].configurations {
            var index = automaton.nodes[Int(configuration.node)].firstEdge
            while index >= 0 {
                let edge = automaton.edges[Int(index)]
                index = edge.next
                guard edge.kind == .byte, automaton.nodes[Int(edge.target)].distance < Automaton.unreachable else {
                    continue
                }
                if edge.low != edge.high || (only >= 0 && only != Int16(edge.low)) { return -1 }
                only = Int16(edge.low)
            }
        }
        return only
    }

    /// Tokens that must come next; empty if there is a choice.
    ///
    /// The forced bytes are tokenised as the tokeniser would tokenise them in running text. At their end a token could
    /// still merge with what is written next. So where the vocabulary has a token that starts with some of their last bytes
    /// and goes on in a way the grammar admits, the tokens that hold those bytes are left to the model (as llguidance
    /// does; it looks back four tokens too).
    package mutating func forcedTokens(of state: Int32, _ vocabulary: GrammarVocabulary) -> [Int32] {
        if let known = states[Int(state)].forced { return known }
        let tokens = findForcedTokens(of: state, vocabulary)
        setForced(tokens, of: state)
        return tokens
    }

    private mutating func findForcedTokens(of state: Int32, _ vocabulary: GrammarVocabulary) -> [Int32] {
        var (bytes, last): ([UInt8], Int32) = ([], state)
        while bytes.count < Self.longestForced, let byte = forcedByte(of: last) {
            let next = step(last, byte)
            guard next != Self.dead else { break }
            bytes.append(byte)
            last = next
        }
        guard !bytes.isEmpty else { return [] }
        let tokens = vocabulary.encode(bytes)
        // At the end of the value nothing can merge.
        if states[Int(last)].isFinal { return tokens }
        let tail = tokens.suffix(Self.lookBack).reduce(0) { $0 + vocabulary.tokenBytes[Int($1)].count }
        for start in (bytes.count - min(tail, vocabulary.trie.longest))..<bytes.count
        where canGoOn(bytes[start...], from: last, vocabulary.trie) {
            var (kept, length) = (tokens.count, bytes.count)
            while length > start {
                kept -= 1
                length -= vocabulary.tokenBytes[Int(tokens[kept])].count
            }
            return Array(tokens[..<kept])
        }
        return tokens
    }

    /// Whether some token starts with `prefix`, is longer, and can be written: `state` is the state after `prefix`.
    private mutating func canGoOn(_ prefix: ArraySlice<UInt8>, from state: Int32, _ trie: TokenTrie) -> Bool {
        var node = 0
        for value in prefix {
            guard let next = trie.child(of: node, value) else { return false }
            node = next
        }
        var stack = [Int32](repeating: Self.dead, count: trie.longest + 1)
        stack[prefix.count] = state
        let end = Int(trie.end[node])
        node += 1
        while node < end {
            let depth = Int(trie.depth[node])
            let next = step(stack[depth - 1], trie.byte[node])
            if next == Self.dead {
                node = Int(trie.end[node])
                continue
            }
            if trie.token[node] >= 0 { return true }
            stack[depth] = next
            node += 1
        }
        return false
    }
}
