/// A regular expression of JSON Schema's `pattern`, matched in time linear in the text (Thompson 1968): patterns come
/// with requests, so a backtracking matcher could be made to run for ever.
///
/// Reads what `PatternParser` reads, so that what decoding enforces can also be checked.
struct SchemaPattern: Sendable {
    /// A pattern that is not understood; `reason` says where it ends being so.
    struct Refusal: Error, Hashable { let reason: String }

    /// Most states after repetitions are written out: more than the pattern of any automaton of `GrammarLimits` has, so that
    /// what is enforced can be checked.
    static let maximumStates = 16_384

    private enum State: Sendable {
        case one([ClosedRange<UInt32>], next: Int)
        case split(Int, Int)
        case start(next: Int), end(next: Int)
        case match
    }

    private var states: [State] = [.match]
    private var first = 0

    init(_ pattern: String) throws(Refusal) {
        let parsed: Pattern
        do throws(PatternError) {
            parsed = try PatternParser.parse(pattern)
        } catch {
            throw Refusal(reason: error.message)
        }
        first = try add(parsed, before: 0)
    }

    /// How many states the pattern has.
    var size: Int { states.count }

    /// Whether the pattern occurs anywhere in the text, as JSON Schema wants it.
    /// - Parameter budget: states that may be visited; less by those that were. Once it is below 0, the answer means
    ///   nothing.
    func occurs(in text: String, budget: inout Int) -> Bool {
        let scalars = text.unicodeScalars.map(\.value)
        var current = Set<Int>()
        var ended = false
        for position in 0...scalars.count {
            follow(first, &current, position, scalars.count, &ended)
            if ended { return true }
            budget -= current.count
            guard position < scalars.count, budget >= 0 else { return false }
            var next = Set<Int>()
            for state in current {
                if case .one(let ranges, let target) = states[state],
                    ranges.contains(where: { $0.contains(scalars[position]) })
                {
                    follow(target, &next, position + 1, scalars.count, &ended)
                }
            }
            if ended { return true }
            current = next
        }
        return false
    }

    private func follow(_ start: Int, _ set: inout Set<Int>, _ position: Int, _ count: Int, _ ended: inout Bool) {
        var open = [start]
        while let state = open.popLast() {
            guard set.insert(state).inserted else { continue }
            switch states[state] {
            case .one: break
            case .split(let one, let other): open += [one, other]
            case .start(let next): if position == 0 { open.append(next) }
            case .end(let next): if position == count { open.append(next) }
            case .match: ended = true
            }
        }
    }

    private mutating func append(_ state: State) throws(Refusal) -> Int {
        guard states.count < Self.maximumStates else {
            throw Refusal(reason: "its repetitions make more than \(Self.maximumStates) states")
        }
        states.append(state)
        return states.count - 1
    }

    /// Adds the states of a node that go on to `next`; gives the first.
    private mutating func add(_ node: Pattern, before next: Int) throws(Refusal) -> Int {
        switch node {
        case .empty: return next
        case .characters(let ranges): return try append(.one(ranges, next: next))
        case .start: return try append(.start(next: next))
        case .end: return try append(.end(next: next))
        case .sequence(let nodes):
            var next = next
            for node in nodes.reversed() { next = try add(node, before: next) }
            return next
        case .choice(let nodes):
            var result: Int?
            for node in nodes.reversed() {
                let branch = try add(node, before: next)
                if let other = result { result = try append(.split(branch, other)) } else { result = branch }
            }
            return result ?? next
        case .repeated(let node, let least, let most):
            var next = next
            if let most {
                let end = next
                for _ in 0..<max(0, most - least) { next = try append(.split(add(node, before: next), end)) }
            } else {
                let loop = try append(.split(next, next))
                states[loop] = .split(try add(node, before: loop), next)
                next = loop
            }
            for _ in 0..<least { next = try add(node, before: next) }
            return next
        }
    }
}
