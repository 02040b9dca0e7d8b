import Documents
import Synchronization

/// The unchanging half of a grammar: the automaton, and which bytes it never tells apart.
package struct GrammarProgram: Sendable {
    package let automaton: Automaton
    package let classOf: [UInt8]
    package let classCount: Int
    package let depthLimit: Int32
    /// Bytes of the longest of the shortest ways out of any node, or more.
    package let longestDistance: Int32

    init(automaton: Automaton, depthLimit: Int) {
        self.automaton = automaton
        self.depthLimit = Int32(depthLimit)
        var starts = [Bool](repeating: false, count: 257)
        for edge in automaton.edges where edge.kind == .byte {
            starts[Int(edge.low)] = true
            starts[Int(edge.high) + 1] = true
        }
        var (classes, current): ([UInt8], UInt8) = ([], 0)
        for value in 0..<256 {
            if value > 0, starts[value] { current += 1 }
            classes.append(current)
        }
        (classOf, classCount) = (classes, Int(current) + 1)
        longestDistance = automaton.nodes.reduce(0) { $1.distance < Automaton.unreachable ? max($0, $1.distance) : $0 }
    }
}

/// A JSON Schema in the form that decoding needs: immutable and shared by all requests that use it.
///
/// What it learns about the texts it has seen (deterministic states and their token masks) is kept in a table that any
/// number of matchers share, within the bytes of `GrammarLimits.tableBytes` and of the vocabulary's `MaskBudget`.
public final class CompiledGrammar: Sendable {
    package let program: GrammarProgram
    public let vocabulary: GrammarVocabulary
    private let limits: GrammarLimits
    private let current: Mutex<SharedTable>

    /// - Throws: for a keyword that cannot be honoured, a schema that nothing satisfies, or one beyond `limits`.
    public static func compile(
        schema: JSONValue, vocabulary: GrammarVocabulary, limits: GrammarLimits = GrammarLimits()
    ) throws(GrammarError) -> CompiledGrammar {
        let automaton = try SchemaCompiler.compile(schema, limits: limits)
        return CompiledGrammar(
            GrammarProgram(automaton: automaton, depthLimit: limits.valueDepth), vocabulary: vocabulary, limits: limits)
    }

    private init(_ program: GrammarProgram, vocabulary: GrammarVocabulary, limits: GrammarLimits) {
        (self.program, self.vocabulary, self.limits) = (program, vocabulary, limits)
        current = Mutex(SharedTable(program))
    }

    deinit { vocabulary.masks.remove(ObjectIdentifier(self)) }

    /// Bytes of the automaton, without the table.
    public var automatonBytes: Int {
        program.automaton.nodes.count * MemoryLayout<Automaton.Node>.stride
            + program.automaton.edges.count * MemoryLayout<Automaton.Edge>.stride
    }

    /// Bytes of the states and masks kept now.
    public var tableBytes: Int { current.withLock { $0 }.bytes }

    package var table: SharedTable { current.withLock { $0 } }

    /// Starts with an empty table. Matchers keep the old one alive until their next step.
    package func forgetStates() { current.withLock { $0 = SharedTable(program) } }

    /// Called after a table has grown.
    package func tableGrew(_ table: SharedTable) {
        let bytes = table.bytes
        if bytes > limits.tableBytes {
            current.withLock { if $0 === table { $0 = SharedTable(program) } }
        } else {
            vocabulary.masks.report(self, bytes: bytes)
        }
    }
}

/// A state table and its lock.
package final class SharedTable: Sendable {
    private let table: Mutex<StateTable>

    init(_ program: GrammarProgram) { table = Mutex(StateTable(program)) }

    package func withLock<Result: Sendable>(_ body: (inout StateTable) -> Result) -> Result {
        table.withLock { body(&$0) }
    }

    package var bytes: Int { withLock { $0.bytes } }
}
