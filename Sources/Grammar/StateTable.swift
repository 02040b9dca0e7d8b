/// The automaton made deterministic, as far as the texts seen so far went (lazy subset construction).
///
/// A state is a set of configurations: node, counter and stack of rule calls. State 0 is the dead end. Owner: the mutex
/// of `StateTableBox`.
package struct StateTable {
    package struct Configuration: Hashable, Comparable {
        var node: Int32, counter: Int32, stack: Int32

        package static func < (left: Self, right: Self) -> Bool {
            (left.node, left.counter, left.stack) < (right.node, right.counter, right.stack)
        }
    }

    /// A rule's caller. Frame 0 is the bottom: the end of the whole value.
    struct Frame: Hashable {
        var node: Int32, counter: Int32, parent: Int32
        /// Containers open where the rule starts.
        var depth: Int32
        /// Bytes of the shortest way from the return to the end of the whole value.
        var distance: Int32
    }

    package struct State {
        var configurations: [Configuration]
        var isAccepting: Bool
        /// Just behind the bracket of an array with `uniqueItems`.
        var opensUniqueArray = false
        /// No byte can follow.
        var isFinal: Bool
        /// Bytes of the shortest way to the end of the whole value.
        var distance: Int32
        /// The byte that must come next; -1 if there is a choice or the value may end, -2 while unknown.
        var forcedByte: Int16 = -2
        /// First byte of the shortest way out; -2 while unknown.
        var closingByte: Int16 = -2
        package var mask: TokenMask?
        /// The most bytes that a token of the mask leaves to be written.
        var worst: Int32 = 0
        package var forced: [Int32]?
        var closing: [Int32]?
    }

    package static let dead: Int32 = 0
    package static let start: Int32 = 1
    private static let unknown: Int32 = -1

    let automaton: Automaton
    private let classOf: [UInt8]
    private let classCount: Int
    private let depthLimit: Int32
    private var transitions: [Int32] = []
    private(set) var states: [State] = []
    private var stateIDs: [[Configuration]: Int32] = [:]
    private(set) var frames: [Frame] = [Frame(node: -1, counter: 0, parent: -1, depth: 0, distance: 0)]
    private var frameIDs: [Frame: Int32] = [:]
    package private(set) var bytes = 0

    // Scratch of `close`.
    private var open: [Configuration] = []
    private var seen: Set<Configuration> = []
    private var kept: [Configuration] = []

    init(_ grammar: GrammarProgram) {
        automaton = grammar.automaton
        (classOf, classCount, depthLimit) = (grammar.classOf, grammar.classCount, grammar.depthLimit)
        _ = intern([], accepting: false)
        let root = automaton.rules[0].start
        _ = close([Configuration(node: root, counter: 0, stack: 0)])
    }

    /// The state after `byte`.
    @inline(__always)
    package mutating func step(_ state: Int32, _ byte: UInt8) -> Int32 {
        let slot = Int(state) * classCount + Int(classOf[Int(byte)])
        let next = transitions[slot]
        return next == Self.unknown ? makeStep(state, byte, slot) : next
    }

    private mutating func makeStep(_ state: Int32, _ byte: UInt8, _ slot: Int) -> Int32 {
        var targets: [Configuration] = []
        for configuration in states[Int(state)].configurations {
            var index = automaton.nodes[Int(configuration.node)].firstEdge
            while index >= 0 {
                let edge = automaton.edges[Int(index)]
                index = edge.next
                if edge.kind == .byte, edge.low <= byte, byte <= edge.high {
                    targets.append(
                        Configuration(
                            node: edge.target, counter: configuration.counter, stack: configuration.stack))
                }
            }
        }
        let next = targets.isEmpty ? Self.dead : close(targets)
        transitions[slot] = next
        return next
    }

    /// The state of all configurations that `targets` reach without a byte.
    private mutating func close(_ targets: [Configuration]) -> Int32 {
        open = targets
        seen.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
        var accepting = false
        var opensUniqueArray = false
        while let configuration = open.popLast() {
            let node = automaton.nodes[Int(configuration.node)]
            guard node.distance < Automaton.unreachable,
                frames[Int(configuration.stack)].depth + node.need <= depthLimit,
                seen.insert(configuration).inserted
            else { continue }
            if node.isEnd {
                let frame = frames[Int(configuration.stack)]
                if frame.parent < 0 {
                    accepting = true
                } else {
                    open.append(Configuration(node: frame.node, counter: frame.counter, stack: frame.parent))
                }
            }
            if node.opensUniqueArray { opensUniqueArray = true }
            var consumes = false
            var index = node.firstEdge
            while index >= 0 {
                let edge = automaton.edges[Int(index)]
                index = edge.next
                if edge.kind == .byte {
                    consumes = consumes || automaton.nodes[Int(edge.target)].distance < Automaton.unreachable
                } else {
                    follow(edge, from: configuration)
                }
            }
            if consumes { kept.append(configuration) }
        }
        kept.sort()
        let state = intern(kept, accepting: accepting)
        if opensUniqueArray { states[Int(state)].opensUniqueArray = true }
        return state
    }

    private mutating func follow(_ edge: Automaton.Edge, from configuration: Configuration) {
        var next = Configuration(node: edge.target, counter: configuration.counter, stack: configuration.stack)
        switch edge.kind {
        case .byte: return
        case .epsilon: break
        case .call:
            let rule = automaton.rules[Int(edge.argument)]
            next = Configuration(
                node: rule.start, counter: 0,
                stack: push(edge.target, configuration.counter, on: configuration.stack))
        case .start: next.counter = Int32(edge.low)
        case .again:
            if let maximum = automaton.loops[Int(edge.argument)].maximum, next.counter >= maximum { return }
        case .leave:
            guard next.counter >= automaton.loops[Int(edge.argument)].minimum else { return }
            next.counter = 0
        case .advance:
            let loop = automaton.loops[Int(edge.argument)]
            next.counter = loop.maximum == nil ? min(next.counter + 1, loop.minimum) : next.counter + 1
        }
        open.append(next)
    }

    private mutating func push(_ node: Int32, _ counter: Int32, on parent: Int32) -> Int32 {
        let below = frames[Int(parent)]
        let frame = Frame(
            node: node, counter: counter, parent: parent, depth: below.depth + automaton.nodes[Int(node)].level,
            distance: Automaton.sum(
                automaton.distance(of: node, counter: counter), below.distance, times: 1))
        if let id = frameIDs[frame] { return id }
        let id = Int32(frames.count)
        frames.append(frame)
        frameIDs[frame] = id
        bytes += 96
        return id
    }

    private mutating func intern(_ configurations: [Configuration], accepting: Bool) -> Int32 {
        if states.isEmpty || !configurations.isEmpty || accepting {
            // An accepting state is told apart by a configuration that no other state has.
            let key = accepting ? configurations + [Configuration(node: -1, counter: 0, stack: 0)] : configurations
            if let id = stateIDs[key] { return id }
            let id = Int32(states.count)
            stateIDs[key] = id
            var distance = accepting ? 0 : Automaton.unreachable
            for configuration in configurations { distance = min(distance, self.distance(of: configuration)) }
            states.append(
                State(
                    configurations: configurations, isAccepting: accepting, isFinal: configurations.isEmpty,
                    distance: distance))
            transitions.append(contentsOf: repeatElement(id == Self.dead ? Self.dead : Self.unknown, count: classCount))
            bytes += classCount * 4 + configurations.count * 24 + 200
            return id
        }
        return Self.dead
    }

    /// Bytes of the shortest way from a configuration to the end of the whole value.
    func distance(of configuration: Configuration) -> Int32 {
        Automaton.sum(
            automaton.distance(of: configuration.node, counter: configuration.counter),
            frames[Int(configuration.stack)].distance, times: 1)
    }

    mutating func setMask(_ mask: TokenMask, worst: Int32, of state: Int32) {
        states[Int(state)].mask = mask
        states[Int(state)].worst = worst
        bytes += mask.listed.count * 4 + 64
        // Sets of ordinary characters belong to the vocabulary; any other is this state's own.
        if let shared = mask.shared, !mask.isInterior { bytes += shared.bytes }
    }

    mutating func setForced(_ tokens: [Int32], of state: Int32) {
        states[Int(state)].forced = tokens
        bytes += tokens.count * 4 + 32
    }

    mutating func setClosing(_ tokens: [Int32], of state: Int32) {
        states[Int(state)].closing = tokens
        bytes += tokens.count * 4 + 32
    }

    mutating func setForcedByte(_ byte: Int16, of state: Int32) { states[Int(state)].forcedByte = byte }

    mutating func setClosingByte(_ byte: Int16, of state: Int32) { states[Int(state)].closingByte = byte }

    // MARK: From one table to the next

    /// A state in a form that another table of the same grammar understands.
    struct Exported: Sendable {
        struct Path: Sendable {
            var node: Int32, counter: Int32
            /// Return nodes and their counters, the innermost last.
            var frames: [(node: Int32, counter: Int32)]
        }
        var paths: [Path]
        var isAccepting: Bool
    }

    func export(_ state: Int32) -> Exported {
        let paths = states[Int(state)].configurations.map { configuration in
            var path: [(node: Int32, counter: Int32)] = []
            var stack = configuration.stack
            while frames[Int(stack)].parent >= 0 {
                path.append((frames[Int(stack)].node, frames[Int(stack)].counter))
                stack = frames[Int(stack)].parent
            }
            return Exported.Path(node: configuration.node, counter: configuration.counter, frames: path.reversed())
        }
        return Exported(paths: paths, isAccepting: states[Int(state)].isAccepting)
    }

    mutating func adopt(_ exported: Exported) -> Int32 {
        var configurations = exported.paths.map { path in
            let stack = path.frames.reduce(Int32(0)) { push($1.node, $1.counter, on: $0) }
            return Configuration(node: path.node, counter: path.counter, stack: stack)
        }
        configurations.sort()
        return intern(configurations, accepting: exported.isAccepting)
    }
}
