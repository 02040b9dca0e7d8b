/// A grammar over bytes: nodes, edges, and rules that call each other with a stack.
///
/// Immutable once analysed. Nothing here is deterministic; `StateTable` makes it so as far as a text goes.
package struct Automaton: Sendable {
    package enum EdgeKind: UInt8, Sendable {
        /// Consumes a byte of `low...high`.
        case byte
        case epsilon
        /// Calls rule `argument`; the rule's end comes back to `target`. The counter is saved in the frame.
        case call
        /// Sets the counter of loop `argument` to `low`.
        case start
        /// Passes while the counter is below the maximum of loop `argument`.
        case again
        /// Passes once the counter has reached the minimum of loop `argument`; clears it.
        case leave
        /// Adds one to the counter, within loop `argument`.
        case advance
    }

    package struct Edge: Sendable {
        package var kind: EdgeKind
        package var low: UInt8
        package var high: UInt8
        package var target: Int32
        package var argument: Int32
        /// Next edge of the same node, -1 at the end.
        package var next: Int32
    }

    /// A counted repetition: characters of a string or elements of an array.
    package struct Loop: Sendable {
        package var minimum: Int32
        package var maximum: Int32?
        /// Node where the counter is looked at, and node where a round starts.
        package var head: Int32, round: Int32
    }

    package struct Rule: Sendable {
        package var start: Int32, end: Int32
        /// JSON Pointer of the schema, for messages.
        package var pointer: String
    }

    package struct Node: Sendable {
        /// First edge, -1 for none.
        package var firstEdge: Int32 = -1
        /// Loop whose round the node belongs to (the counter is advanced before the round ends), or -1.
        package var roundOf: Int32 = -1
        /// Containers of the same rule that are open here.
        package var level: Int32 = 0
        /// Bytes of the shortest way to the rule's end, `unreachable` if there is none; filled by `analyse()`.
        package var distance: Int32 = Automaton.unreachable
        /// Containers that this way has open at most, counted from the rule's start.
        package var need: Int32 = 0
        /// The rule ends here.
        package var isEnd = false
        /// A character of a free string starts here: any ordinary character leads to the next one.
        package var isFreeCharacter = false
        /// An array with `uniqueItems` has just been opened.
        package var opensUniqueArray = false
    }

    package var nodes: [Node] = []
    package var edges: [Edge] = []
    package var loops: [Loop] = []
    package var rules: [Rule] = []
    /// Some array wants unique elements or some object takes any names: `DistinctWords` has to look.
    package var needsDistinctWords = false

    /// The largest `minItems` of an array with `uniqueItems`.
    package var leastUnique = 0

    package static let unreachable = Int32.max / 4

    package mutating func addNode(level: Int32, round: Int32 = -1) -> Int32 {
        nodes.append(Node(roundOf: round, level: level))
        return Int32(nodes.count - 1)
    }

    package mutating func addEdge(
        _ source: Int32, _ kind: EdgeKind, low: UInt8 = 0, high: UInt8 = 0, to target: Int32, argument: Int32 = 0
    ) {
        edges.append(
            Edge(
                kind: kind, low: low, high: high, target: target, argument: argument,
                next: nodes[Int(source)].firstEdge))
        nodes[Int(source)].firstEdge = Int32(edges.count - 1)
    }
}
