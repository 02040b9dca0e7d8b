import Synchronization

/// Makes the automaton of a pattern: a non-deterministic one by Thompson's construction, then its subsets.
///
/// As JSON Schema has it, a pattern may match anywhere in the string unless it is anchored.
package struct PatternAutomaton {
    private enum Edge {
        case epsilon(Int)
        case characters([ClosedRange<UInt32>], Int)
        /// Only before the first character, or only after the last.
        case start(Int), end(Int)
    }
    private var edges: [[Edge]] = []
    private let limit: Int
    /// A pattern that takes longer is refused like one of too many states.
    private static let longestTime = Duration.seconds(1)

    private struct Overflow: Error {}

    /// - Throws: for a pattern that cannot be read; nil if it needs more than `limit` states.
    package static func make(_ text: String, limit: Int) throws(PatternError) -> ScalarAutomaton? {
        let pattern = try PatternParser.parse(text)
        var automaton = PatternAutomaton(limit: limit)
        do {
            let any: [ClosedRange<UInt32>] = [0...0x10FFFF]
            let first = try automaton.node(), last = try automaton.node()
            automaton.edges[first].append(.characters(any, first))
            automaton.edges[last].append(.characters(any, last))
            let end = try automaton.add(pattern, from: first)
            automaton.edges[end].append(.epsilon(last))
            return automaton.determinised(start: first, accept: last)
        } catch {
            return nil
        }
    }

    private init(limit: Int) { self.limit = limit }

    private mutating func node() throws(Overflow) -> Int {
        guard edges.count < limit * 4 else { throw Overflow() }
        edges.append([])
        return edges.count - 1
    }

    private mutating func add(_ pattern: Pattern, from source: Int) throws(Overflow) -> Int {
        switch pattern {
        case .empty: return source
        case .characters(let ranges):
            let target = try node()
            edges[source].append(.characters(ranges, target))
            return target
        case .start, .end:
            let target = try node()
            edges[source].append(pattern == .start ? .start(target) : .end(target))
            return target
        case .sequence(let parts):
            var last = source
            for part in parts { last = try add(part, from: last) }
            return last
        case .choice(let branches):
            let target = try node()
            for branch in branches {
                let start = try node()
                edges[source].append(.epsilon(start))
                let last = try add(branch, from: start)
                edges[last].append(.epsilon(target))
            }
            return target
        case .repeated(let part, let minimum, let maximum):
            var last = source
            for _ in 0..<minimum { last = try add(part, from: last) }
            if let maximum {
                let exit = try node()
                edges[last].append(.epsilon(exit))
                for _ in minimum..<maximum {
                    let start = try node()
                    edges[last].append(.epsilon(start))
                    last = try add(part, from: start)
                    edges[last].append(.epsilon(exit))
                }
                return exit
            }
            let (head, start) = (try node(), try node())
            edges[last].append(.epsilon(head))
            edges[head].append(.epsilon(start))
            let end = try add(part, from: start)
            edges[end].append(.epsilon(head))
            return head
        }
    }

    private struct Subset: Hashable {
        /// Sorted nodes; a node below zero, `-1 - n`, is n after a `$`: no character may follow.
        var nodes: [Int]
    }

    private func determinised(start: Int, accept: Int) -> ScalarAutomaton? {
        let first = Subset(nodes: closure([start], atStart: true))
        return ScalarAutomaton.explored(limit: limit, deadline: .now + Self.longestTime, start: first) { subset in
            steps(subset)
        } accepts: {
            $0.nodes.contains { $0 == accept || $0 == -1 - accept }
        }
    }

    private func closure(_ nodes: [Int], atStart: Bool) -> [Int] {
        var (seen, open) = (Set<Int>(), nodes)
        while let node = open.popLast() {
            guard seen.insert(node).inserted else { continue }
            let isEnding = node < 0
            for edge in edges[isEnding ? -1 - node : node] {
                switch edge {
                case .epsilon(let target): open.append(isEnding ? -1 - target : target)
                case .start(let target) where atStart: open.append(isEnding ? -1 - target : target)
                case .end(let target): open.append(-1 - target)
                default: break
                }
            }
        }
        return seen.sorted()
    }

    private func steps(_ subset: Subset) -> [(ClosedRange<UInt32>, Subset)] {
        var pieces: [(range: ClosedRange<UInt32>, target: Int)] = []
        for node in subset.nodes where node >= 0 {
            for case .characters(let ranges, let target) in edges[node] {
                for range in ranges { pieces.append((range, target)) }
            }
        }
        pieces.sort { $0.range.lowerBound < $1.range.lowerBound }
        let cuts = Set(pieces.flatMap { [$0.range.lowerBound, $0.range.upperBound + 1] }).sorted()
        var cache: [[Int]: Subset] = [:]
        var result: [(ClosedRange<UInt32>, Subset)] = []
        var (active, next) = (ArraySlice<(range: ClosedRange<UInt32>, target: Int)>(), 0)
        for (low, end) in zip(cuts, cuts.dropFirst()) {
            active.removeAll { $0.range.upperBound < low }
            while next < pieces.count, pieces[next].range.lowerBound == low {
                active.append(pieces[next])
                next += 1
            }
            guard !active.isEmpty else { continue }
            let targets = Set(active.map(\.target)).sorted()
            let subset = cache[targets] ?? Subset(nodes: closure(targets, atStart: false))
            cache[targets] = subset
            result.append((low...end - 1, subset))
        }
        return result
    }
}

/// Automata of patterns met before: a pool repeats its few patterns in many places.
struct PatternCache {
    private var automata: [String: ScalarAutomaton] = [:]
    /// Those of `StringFormat`, for the life of the process.
    private static let formats = Mutex<[String: ScalarAutomaton]>([:])
    private static let formatTexts = Set(StringFormat.all.map(\.pattern))

    mutating func automaton(_ text: String, at pointer: String, limit: Int) throws(GrammarError) -> ScalarAutomaton {
        if let known = automata[text] ?? Self.formats.withLock({ $0[text] }) { return known }
        let made: ScalarAutomaton?
        do {
            made = try PatternAutomaton.make(text, limit: limit)
        } catch {
            throw GrammarError(pointer: pointer, message: "the pattern cannot be enforced: \(error.message)")
        }
        guard let made else {
            throw GrammarError(
                pointer: pointer, message: "the pattern needs more than \(limit) states; shorten its repetitions")
        }
        guard !made.isEmpty else { throw GrammarError(pointer: pointer, message: "no string matches the pattern") }
        automata[text] = made
        if Self.formatTexts.contains(text) { Self.formats.withLock { $0[text] = made } }
        return made
    }
}
