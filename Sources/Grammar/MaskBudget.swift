import Synchronization

/// Keeps the states and masks of all grammars of one vocabulary within a number of bytes: who grew least recently
/// starts afresh first. Grammars are held weakly.
package final class MaskBudget: Sendable {
    private struct Entry {
        weak var grammar: CompiledGrammar?
        var bytes: Int
        var lastUse: UInt64
    }
    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var total = 0
        var clock: UInt64 = 0
    }

    package let limit: Int
    private let state = Mutex(State())

    package init(limit: Int) { self.limit = limit }

    /// Bytes that all grammars keep now.
    package var bytesInUse: Int { state.withLock { $0.total } }

    /// `grammar` now keeps `bytes`. Called without any grammar's lock.
    package func report(_ grammar: CompiledGrammar, bytes: Int) {
        let victims: [CompiledGrammar] = state.withLock { state in
            state.clock += 1
            let key = ObjectIdentifier(grammar)
            state.total += bytes - (state.entries[key]?.bytes ?? 0)
            state.entries[key] = Entry(grammar: grammar, bytes: bytes, lastUse: state.clock)
            guard state.total > limit else { return [] }
            var victims: [CompiledGrammar] = []
            for (key, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
                guard state.total > limit / 4 * 3 else { break }
                state.total -= entry.bytes
                state.entries[key] = nil
                if let victim = entry.grammar { victims.append(victim) }
            }
            return victims
        }
        for victim in victims { victim.forgetStates() }
    }

    /// Called when a grammar goes away.
    package func remove(_ identity: ObjectIdentifier) {
        state.withLock { state in
            if let entry = state.entries.removeValue(forKey: identity) { state.total -= entry.bytes }
        }
    }
}
