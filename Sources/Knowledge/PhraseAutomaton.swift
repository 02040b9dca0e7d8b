/// Finds any number of phrases in one pass over a text (Aho and Corasick 1975, CACM 18(6)).
///
/// A state stands for the longest end of what was read that begins a phrase.
package struct PhraseAutomaton: Sendable {
    /// Where a phrase stands: scalars of the text, and the number of the phrase.
    package struct Occurrence: Sendable, Hashable {
        package let range: Range<Int>
        package let phrase: Int

        /// A phrase found: where, and which.
        package init(range: Range<Int>, phrase: Int) { (self.range, self.phrase) = (range, phrase) }
    }

    /// A node of the tree of phrases.
    private struct State: Sendable {
        /// The state of the longest proper end of this one that is a state too.
        var fallback: Int32 = 0
        /// The phrase that ends here; -1: none.
        var phrase: Int32 = -1
        /// The next state on the way of fallbacks at which a phrase ends; 0: none.
        var nextEnd: Int32 = 0
        /// Scalars from the start.
        var depth: Int32 = 0
    }

    /// A step from a state by a scalar.
    private struct Edge: Hashable, Sendable {
        let state: Int32
        let scalar: UInt32
    }

    private var states = [State()]
    private var edges: [Edge: Int32] = [:]

    /// - Precondition: phrases differ and are not empty.
    package init(_ phrases: [[Unicode.Scalar]]) {
        var order: [(state: Int32, edge: Edge)] = []
        for (number, phrase) in phrases.enumerated() where !phrase.isEmpty {
            var state: Int32 = 0
            for scalar in phrase {
                let edge = Edge(state: state, scalar: scalar.value)
                if let next = edges[edge] {
                    state = next
                } else {
                    let next = Int32(states.count)
                    states.append(State(depth: states[Int(state)].depth + 1))
                    edges[edge] = next
                    order.append((next, edge))
                    state = next
                }
            }
            states[Int(state)].phrase = Int32(number)
        }
        // A fallback is nearer to the start than its state: the nearest first.
        order.sort { states[Int($0.state)].depth < states[Int($1.state)].depth }
        for (state, edge) in order where states[Int(state)].depth > 1 {
            let fallback = step(from: states[Int(edge.state)].fallback, edge.scalar)
            states[Int(state)].fallback = fallback
            states[Int(state)].nextEnd = states[Int(fallback)].phrase >= 0 ? fallback : states[Int(fallback)].nextEnd
        }
    }

    /// The state after a scalar, by the failure links.
    private func step(from start: Int32, _ scalar: UInt32) -> Int32 {
        var state = start
        while true {
            if let next = edges[Edge(state: state, scalar: scalar)] { return next }
            if state == 0 { return 0 }
            state = states[Int(state)].fallback
        }
    }

    /// Non-overlapping occurrences in the order of the text that begin and end at word boundaries. Where two overlap,
    /// the longer counts, then the earlier.
    ///
    /// - Parameter counts: whether a phrase is looked for this time.
    package func find(in text: FoldedText, where counts: (Int) -> Bool = { _ in true }) -> [Occurrence] {
        var found: [Occurrence] = [], state: Int32 = 0
        for (position, scalar) in text.scalars.enumerated() {
            state = step(from: state, scalar.value)
            guard text.isBoundary(position + 1) else { continue }
            var end = states[Int(state)].phrase >= 0 ? state : states[Int(state)].nextEnd
            while end != 0 {
                let here = states[Int(end)], start = position + 1 - Int(here.depth)
                if text.isBoundary(start), counts(Int(here.phrase)) {
                    found.append(Occurrence(range: start..<position + 1, phrase: Int(here.phrase)))
                }
                end = here.nextEnd
            }
        }
        return Self.longest(found, in: text.scalars.count)
    }

    /// Of occurrences that overlap the longest.
    private static func longest(_ found: [Occurrence], in count: Int) -> [Occurrence] {
        var isTaken = [Bool](repeating: false, count: count), chosen: [Occurrence] = []
        let ordered = found.sorted {
            $0.range.count != $1.range.count
                ? $0.range.count > $1.range.count : $0.range.lowerBound < $1.range.lowerBound
        }
        for occurrence in ordered where !occurrence.range.contains(where: { isTaken[$0] }) {
            for position in occurrence.range { isTaken[position] = true }
            chosen.append(occurrence)
        }
        return chosen.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}
