/// The shortest way to end the value from where it stands.
extension StateTable {
    /// Bytes of a shortest text that ends the value; empty where it may end.
    package mutating func closingBytes(of state: Int32) -> [UInt8] {
        var (bytes, last): ([UInt8], Int32) = ([], state)
        while !states[Int(last)].isAccepting, let byte = closingByte(of: last) {
            bytes.append(byte)
            last = step(last, byte)
        }
        return bytes
    }

    /// The same as tokens: the longest token each time, so that the way from each state on it is the rest of it.
    /// Nil if the vocabulary cannot write it.
    package mutating func closingTokens(of state: Int32, _ vocabulary: GrammarVocabulary) -> [Int32]? {
        if let known = states[Int(state)].closing { return known.first == -1 ? nil : known }
        let tokens = vocabulary.greedyTokens(closingBytes(of: state))
        setClosing(tokens ?? [-1], of: state)
        return tokens
    }

    /// First byte of the shortest way; ordinary letters and digits where any will do.
    mutating func closingByte(of state: Int32) -> UInt8? {
        if states[Int(state)].closingByte == -2 { setClosingByte(findClosingByte(of: state), of: state) }
        let value = states[Int(state)].closingByte
        return value >= 0 ? UInt8(value) : nil
    }

    private mutating func findClosingByte(of state: Int32) -> Int16 {
        let distance = states[Int(state)].distance
        var candidates: [UInt8] = []
        for configuration in states[Int(state)].configurations where self.distance(of: configuration) == distance {
            var index = automaton.nodes[Int(configuration.node)].firstEdge
            while index >= 0 {
                let edge = automaton.edges[Int(index)]
                index = edge.next
                guard edge.kind == .byte else { continue }
                let liked = [UInt8(ascii: "a"), UInt8(ascii: "0"), edge.low].first { edge.low <= $0 && $0 <= edge.high }
                candidates.append(liked ?? edge.low)
            }
        }
        candidates.sort()
        for byte in candidates {
            let next = step(state, byte)
            if states[Int(next)].distance < distance { return Int16(byte) }
        }
        return -1
    }
}
