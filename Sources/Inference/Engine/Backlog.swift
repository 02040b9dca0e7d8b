/// What the engine has still to compute for whom, and from it how long another request would wait for its first step.
///
/// A plain value without clock or threads: `Admission` guards the one of an engine, tests simulate with it.
package struct Backlog: Sendable {
    /// How the engine works, as far as waiting depends on it.
    package struct Capacity: Sendable, Hashable {
        package var maxBatchTokens: Int
        package var maxRunning: Int
        /// That the KV cache holds.
        package var cacheTokens: Int

        /// What the engine computes at once and keeps.
        package init(maxBatchTokens: Int, maxRunning: Int, cacheTokens: Int) {
            (self.maxBatchTokens, self.maxRunning, self.cacheTokens) = (maxBatchTokens, maxRunning, cacheTokens)
        }
    }

    /// One request's share of the work.
    package struct Entry: Sendable, Hashable {
        /// Priority and age; lower ones are served before.
        package var rank: Double
        /// Tokens of the prompt that are to be computed.
        package var tokens: Int
        /// False: a place held for a request whose body is still being read, and `tokens` a guess.
        package var isRead: Bool

        /// - Parameters:
        ///   - rank: lower ones come first.
        ///   - tokens: to be computed before its first token.
        ///   - isRead: false while its body is on the way.
        package init(rank: Double, tokens: Int, isRead: Bool = true) {
            (self.rank, self.tokens, self.isRead) = (rank, tokens, isRead)
        }
    }

    /// Places that count for nothing: most are filled within milliseconds, so that guesses matter in a rush only.
    package static let freePlaces = 32

    package let capacity: Capacity
    package private(set) var rate = StepRate()
    private var entries: [RequestID: Entry] = [:]
    /// Of an answer, lately: those it was computed in, forced tokens not counted.
    private var stepsPerAnswer = 32.0
    /// Of a request, lately: those that it took in the cache and shared with no other.
    private var tokensPerRequest = 256.0

    /// Nothing waits.
    package init(capacity: Capacity) { self.capacity = capacity }

    /// Requests in it.
    package var count: Int { entries.count }
    /// The work of a request; nil: it is not waiting.
    package subscript(id: RequestID) -> Entry? { entries[id] }

    /// Adds a request, or replaces what was estimated of it.
    package mutating func enter(_ id: RequestID, _ entry: Entry) {
        if entry.isRead { tokensPerRequest += (Double(entry.tokens) + stepsPerAnswer - tokensPerRequest) / 16 }
        entries[id] = entry
    }

    /// A request is done, or gone.
    package mutating func leave(_ id: RequestID) { entries[id] = nil }

    /// A request was answered in so many steps.
    package mutating func note(answeredIn steps: Int) { stepsPerAnswer += (Double(steps) - stepsPerAnswer) / 16 }

    /// A step is done.
    ///
    /// - Parameter left: tokens of prompts that its requests have still to compute.
    package mutating func note(tokens: Int, seconds: Double, left: [(id: RequestID, tokens: Int)]) {
        rate.note(tokens: tokens, seconds: seconds)
        for (id, tokens) in left { entries[id]?.tokens = tokens }
    }

    /// Seconds until a request of this rank would have its first step, if none came that is served before it.
    ///
    /// The prompts of those before it are computed first, in steps that also carry a token of each answer under way; and
    /// where they are more than can run at once, so many of them must be answered that a place comes free.
    package func wait(rank: Double) -> Double {
        var (ahead, tokens, places, guessed) = (0, 0, 0, 0)
        for entry in entries.values where entry.rank <= rank {
            if entry.isRead {
                (ahead, tokens) = (ahead + 1, tokens + entry.tokens)
            } else {
                (places, guessed) = (places + 1, guessed + entry.tokens)
            }
        }
        let counted = max(0, places - Self.freePlaces)
        if counted > 0 { (ahead, tokens) = (ahead + counted, tokens + guessed * counted / places) }
        return reading(tokens, beside: ahead) + finishing(ahead)
    }

    /// Seconds of so many prompt tokens beside running answers.
    private func reading(_ tokens: Int, beside answers: Int) -> Double {
        let room = Double(capacity.maxBatchTokens)
        return Double(tokens) * rate.secondsPerToken * room / (room - min(Double(answers), room / 2))
    }

    /// Seconds until enough of those ahead have finished.
    private func finishing(_ ahead: Int) -> Double {
        let fitting = Double(capacity.cacheTokens) / max(1, tokensPerRequest)
        let places = max(1, min(Double(capacity.maxRunning), fitting))
        let before = Double(ahead) - places + 1
        guard before > 0 else { return 0 }
        return before / places * stepsPerAnswer * rate.seconds(tokens: Int(places))
    }
}
