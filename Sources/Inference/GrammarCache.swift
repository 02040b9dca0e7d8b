import OrderedJSON
import Synchronization
import Tokenization

/// Compiled grammars by their schema, bounded: the least recently used one goes. Compiling happens in the caller's task,
/// never on the engine thread, and once for callers that ask at the same time.
public final class GrammarCache: Sendable {
    private struct Entry {
        var task: Task<CompiledGrammar, any Error>
        var lastUse: UInt64
    }
    private struct State {
        var entries: [JSONValue: Entry] = [:]
        var clock: UInt64 = 0
    }

    public let vocabulary: GrammarVocabulary
    private let capacity: Int
    private let state = Mutex(State())

    public init(vocabulary: GrammarVocabulary, capacity: Int = 256) {
        (self.vocabulary, self.capacity) = (vocabulary, capacity)
    }

    /// - Throws: `GrammarError`.
    public func grammar(for schema: JSONValue) async throws -> CompiledGrammar {
        let task = state.withLock { state -> Task<CompiledGrammar, any Error> in
            state.clock += 1
            if let entry = state.entries[schema] {
                state.entries[schema]?.lastUse = state.clock
                return entry.task
            }
            let vocabulary = vocabulary
            let task = Task.detached {
                try CompiledGrammar.compile(schema: schema, vocabulary: vocabulary) as CompiledGrammar
            }
            state.entries[schema] = Entry(task: task, lastUse: state.clock)
            evict(&state)
            return task
        }
        do {
            return try await task.value
        } catch {
            // A refusal is cheap to find again and its schema may be large: it is not kept.
            state.withLock { $0.entries[schema] = nil }
            throw error
        }
    }

    /// Drops the older half when there are too many: one pass a hundred requests instead of a search each.
    private func evict(_ state: inout State) {
        guard state.entries.count > capacity else { return }
        let uses = state.entries.values.map(\.lastUse).sorted()
        let middle = uses[uses.count / 2]
        state.entries = state.entries.filter { $0.value.lastUse >= middle }
    }
}

extension GrammarVocabulary {
    /// The tokens of a tokeniser.
    public convenience init(_ tokenizer: Tokenizer) {
        self.init(
            bytes: (0..<tokenizer.count).map { tokenizer.bytes(of: TokenID($0)) }, endTokens: tokenizer.endTokens,
            isSpecial: { tokenizer.isSpecial($0) },
            encode: { tokenizer.encode(String(decoding: $0, as: UTF8.self)) })
    }
}
