import Digests
import Functions
import Grammar
import Inference
import Synchronization

/// What depends on the candidates alone: the first turn of the prompt, the answer's form and its grammar.
struct PreparedCandidates: Sendable {
    let format: AnswerFormat
    let instructions: String
    let calendar: CalendarNeeds
    let grammar: CompiledGrammar
}

/// The last sets of candidates that were asked for; least recently used goes first.
final class CandidateCache: Sendable {
    struct Key: Hashable, Sendable {
        /// By content, so that a change of other functions of the pool leaves the entry good.
        let functions: [Fingerprint]
        /// What the prompt shows beside them; empty where it shows the candidates alone.
        let shown: [Fingerprint]
        let layout: PromptLayout
        let style: PromptStyle
        let maxCalls: Int
        /// The two other outcomes are not offered.
        let mustCall: Bool
    }

    private struct Entry {
        let value: PreparedCandidates
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var uses: UInt64 = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = max(1, capacity) }

    func value(for key: Key) -> PreparedCandidates? {
        state.withLock { state in
            guard let index = state.entries.index(forKey: key) else { return nil }
            state.uses += 1
            state.entries.values[index].lastUse = state.uses
            return state.entries.values[index].value
        }
    }

    func store(_ value: PreparedCandidates, for key: Key) {
        state.withLock { state in
            if state.entries.count >= capacity, state.entries[key] == nil,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
            {
                state.entries[oldest] = nil
            }
            state.uses += 1
            state.entries[key] = Entry(value: value, lastUse: state.uses)
        }
    }
}
