/// A deterministic automaton over Unicode scalars: the contents that a string may have.
///
/// State 0 is the start. Every state can still reach an accepting one, unless the automaton is empty.
package struct ScalarAutomaton: Sendable {
    package struct Edge: Sendable, Hashable {
        package var range: ClosedRange<UInt32>
        package var target: Int
    }
    /// Ascending, apart.
    package var edges: [[Edge]]
    package var isAccepting: [Bool]

    package var isEmpty: Bool { !isAccepting.contains(true) }

    package func target(of state: Int, _ scalar: UInt32) -> Int? {
        edges[state].first { $0.range.contains(scalar) }?.target
    }

    package func matches(_ text: String) -> Bool {
        guard !edges.isEmpty else { return false }
        var state = 0
        for scalar in text.unicodeScalars {
            guard let next = target(of: state, scalar.value) else { return false }
            state = next
        }
        return isAccepting[state]
    }

    /// Strings that both accept; nil if that takes more than `limit` states.
    package func intersection(_ other: ScalarAutomaton, limit: Int) -> ScalarAutomaton? {
        explore(limit: limit, start: [0, 0]) { pair in
            var result: [(ClosedRange<UInt32>, [Int])] = []
            for mine in edges[pair[0]] {
                for theirs in other.edges[pair[1]] where mine.range.overlaps(theirs.range) {
                    result.append((mine.range.clamped(to: theirs.range), [mine.target, theirs.target]))
                }
            }
            return result
        } accepts: {
            isAccepting[$0[0]] && other.isAccepting[$0[1]]
        }
    }

    /// Strings of `minimum` to `maximum` scalars; nil if that takes more than `limit` states.
    package func limited(minimum: Int, maximum: Int?, limit: Int) -> ScalarAutomaton? {
        explore(limit: limit, start: [0, 0]) { pair in
            if let maximum, pair[1] >= maximum { return [] }
            let length = maximum == nil ? min(pair[1] + 1, minimum) : pair[1] + 1
            return edges[pair[0]].map { ($0.range, [$0.target, length]) }
        } accepts: {
            isAccepting[$0[0]] && $0[1] >= minimum
        }
    }

    /// All strings but `words`.
    package static func excluding(_ words: [String]) -> ScalarAutomaton {
        // A tree of the words; off the tree everything goes (state 1).
        var children: [[UInt32: Int]] = [[:], [:]]
        var isWord = [false, false]
        for word in words {
            var state = 0
            for scalar in word.unicodeScalars {
                if let next = children[state][scalar.value] {
                    state = next
                } else {
                    children.append([:])
                    isWord.append(false)
                    children[state][scalar.value] = children.count - 1
                    state = children.count - 1
                }
            }
            isWord[state] = true
        }
        let edges = children.map { children in
            var (edges, next): ([Edge], UInt32) = ([], 0)
            for (scalar, target) in children.sorted(by: { $0.key < $1.key }) {
                if next < scalar { edges.append(Edge(range: next...scalar - 1, target: 1)) }
                edges.append(Edge(range: scalar...scalar, target: target))
                next = scalar + 1
            }
            if next <= 0x10FFFF { edges.append(Edge(range: next...0x10FFFF, target: 1)) }
            return edges
        }
        return ScalarAutomaton(edges: edges, isAccepting: isWord.map { !$0 })
    }

    /// Makes the states that `start` reaches, and drops those that reach no accepting one.
    package func explore(
        limit: Int, start: [Int], steps: ([Int]) -> [(ClosedRange<UInt32>, [Int])], accepts: ([Int]) -> Bool
    ) -> ScalarAutomaton? {
        Self.explored(limit: limit, start: start, steps: steps, accepts: accepts)
    }

    package static func explored<Key: Hashable>(
        limit: Int, deadline: ContinuousClock.Instant? = nil, start: Key, steps: (Key) -> [(ClosedRange<UInt32>, Key)],
        accepts: (Key) -> Bool
    ) -> ScalarAutomaton? {
        var (ids, keys): ([Key: Int], [Key]) = ([start: 0], [start])
        var result = ScalarAutomaton(edges: [], isAccepting: [])
        while result.edges.count < keys.count {
            if let deadline, ContinuousClock.now > deadline { return nil }
            let key = keys[result.edges.count]
            var edges: [Edge] = []
            for (range, next) in steps(key) {
                let id: Int
                if let known = ids[next] {
                    id = known
                } else {
                    guard keys.count < limit else { return nil }
                    id = keys.count
                    ids[next] = id
                    keys.append(next)
                }
                edges.append(Edge(range: range, target: id))
            }
            result.edges.append(edges)
            result.isAccepting.append(accepts(key))
        }
        return result.pruned()
    }

    private func pruned() -> ScalarAutomaton {
        var sources = [[Int]](repeating: [], count: edges.count)
        for (state, edges) in edges.enumerated() { for edge in edges { sources[edge.target].append(state) } }
        var alive = isAccepting
        var open = alive.indices.filter { alive[$0] }
        while let state = open.popLast() {
            for source in sources[state] where !alive[source] {
                alive[source] = true
                open.append(source)
            }
        }
        // Ascending and joined where neighbours lead to the same state.
        var result = self
        for state in edges.indices {
            var joined: [Edge] = []
            for edge in edges[state].filter({ alive[$0.target] }).sorted(by: {
                $0.range.lowerBound < $1.range.lowerBound
            }) {
                if let last = joined.last, last.target == edge.target,
                    last.range.upperBound + 1 == edge.range.lowerBound
                {
                    joined[joined.count - 1].range = last.range.lowerBound...edge.range.upperBound
                } else {
                    joined.append(edge)
                }
            }
            result.edges[state] = joined
        }
        return result
    }
}

extension AutomatonBuilder {
    /// The content of a string, without quotes.
    ///
    /// - Parameter isEscaped: as JSON has it; else each character as it is.
    package mutating func content(_ automaton: ScalarAutomaton, isEscaped: Bool = true, from source: Int32) -> Int32 {
        let states = automaton.edges.indices.map { _ in node() }
        let end = node()
        if let first = states.first { epsilon(source, to: first) }
        for (state, edges) in automaton.edges.enumerated() {
            if automaton.isAccepting[state] { epsilon(states[state], to: end) }
            let targets = Dictionary(grouping: edges, by: \.target)
            for target in targets.keys.sorted() {
                let ranges = (targets[target] ?? []).map(\.range)
                guard isEscaped else {
                    plainCharacters(ranges, from: states[state], to: states[target])
                    continue
                }
                characters(ranges, from: states[state], to: states[target])
                if target == state, ranges == [0...0x10FFFF] || ranges == Self.allScalars {
                    self.automaton.nodes[Int(states[state])].isFreeCharacter = true
                }
            }
        }
        return end
    }
}
