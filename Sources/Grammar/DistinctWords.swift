/// The words that must not be written twice: names in an object, and elements of an array with `uniqueItems`.
///
/// The automaton does not know them, the text does: this reads the JSON as it is written and keeps, for every open object
/// and array, the words so far. Words are compared as texts. That is comparing values, because the grammar writes a
/// string one way (a `\u` escape is not admitted inside such a word) and a number of a unique array one way.
package struct DistinctWords: Sendable {
    private struct Container: Sendable {
        var isObject: Bool
        /// Words are kept: all objects, arrays with `uniqueItems`.
        var isKept: Bool
        var isAtName: Bool
        var used: [[UInt8]] = []
    }

    private var containers: [Container] = []
    private var isInString = false
    private var isEscaped = false
    /// The word being written; nil outside of any.
    private var current: [UInt8]?

    package init() {}

    /// Reads one byte. `opensUnique` says whether a bracket opens an array with `uniqueItems`.
    /// False if the byte ends a word that was written before.
    package mutating func read(_ byte: UInt8, opensUnique: Bool) -> Bool {
        if isInString { return readInString(byte) }
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            if isKeepingNext { current = [byte] }
        case UInt8(ascii: "{"):
            containers.append(Container(isObject: true, isKept: true, isAtName: true))
        case UInt8(ascii: "["):
            containers.append(Container(isObject: false, isKept: opensUnique, isAtName: false))
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            guard endWord() else { return false }
            _ = containers.popLast()
        case UInt8(ascii: ","):
            guard endWord() else { return false }
            if let last = containers.indices.last, containers[last].isObject { containers[last].isAtName = true }
        case UInt8(ascii: ":"), UInt8(ascii: " "): break
        default:
            if let last = containers.last, !last.isObject, last.isKept { current = (current ?? []) + [byte] }
        }
        return true
    }

    private mutating func readInString(_ byte: UInt8) -> Bool {
        current?.append(byte)
        if isEscaped {
            isEscaped = false
            return current == nil || byte != UInt8(ascii: "u")
        }
        if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            if current != nil { return endWord() }
        }
        return true
    }

    /// The next character stands for itself inside a string.
    package var isInsideString: Bool { isInString && !isEscaped }

    private var isKeepingNext: Bool {
        guard let last = containers.last else { return false }
        return last.isObject ? last.isAtName : last.isKept
    }

    /// Enters the current word among those of its container; false if it is there already.
    private mutating func endWord() -> Bool {
        guard let word = current, let last = containers.indices.last else { return true }
        current = nil
        guard !containers[last].used.contains(word) else { return false }
        containers[last].used.append(word)
        if containers[last].isObject { containers[last].isAtName = false }
        return true
    }

    /// The words used before that start with what is written of the current one (or that the next one could be).
    private var rivals: [[UInt8]] {
        guard let last = containers.last, last.isKept, !last.used.isEmpty else { return [] }
        guard let current else { return isInString || (last.isObject && !last.isAtName) ? [] : last.used }
        return last.used.filter { $0.starts(with: current) }
    }

    /// Rests of the words that the current one must not become, as far as it has come; empty if it is free of them.
    package var forbiddenRests: [ArraySlice<UInt8>] { rivals.map { $0.dropFirst(current?.count ?? 0) } }

    /// Length of the longest word of the open containers.
    package var longestWord: Int {
        containers.reduce(0) { max($0, $1.used.reduce(0) { max($0, $1.count) }) }
    }

    /// Whether the current word can still become a new one.
    package func canGoOn(from state: Int32, _ table: inout StateTable) -> Bool {
        // Nothing but a value just ended, or no word to be confused with: the automaton alone decides.
        if rivals.isEmpty { return true }
        for byte in UInt8.min...UInt8.max {
            let next = table.step(state, byte)
            guard next != StateTable.dead else { continue }
            var words = self
            guard words.read(byte, opensUnique: table.states[Int(next)].opensUniqueArray) else { continue }
            if words.containers.count != containers.count || words.rivals.isEmpty { return true }
            if words.current == nil, current != nil { return true }  // a new word has just been ended
            if words.canGoOn(from: next, &table) { return true }
        }
        return table.states[Int(state)].isAccepting
    }
}
