import Kernels

/// Sizes and limits of an engine. `validated` says what cannot work.
public struct EngineConfiguration: Sendable, Hashable {
    /// Tokens a step computes at most: decode steps first, then parts of prompts.
    public var maxBatchTokens = 512
    /// Sequences that run at the same time.
    public var maxRunning = 256
    /// Requests that wait at most; one more is refused.
    public var maxWaiting = 1024
    /// Blocks of the KV cache.
    public var kvBlocks: Int
    /// Tokens a block holds.
    public var blockSize = 32
    /// Waiting this long counts as one level of priority, so that nothing starves.
    public var ageing: Duration = .seconds(5)
    /// Tokens of prompts of batch work that a step computes at most: who comes while it runs waits no longer than for these.
    public var backgroundTokens = 128
    /// Tokens that can only follow are appended without asking the model. The answers are the same without, only later.
    public var jumpsForward = true

    /// Guessed tokens that a step checks at most, for all sequences together; 0: none. Steps with parts of prompts, and
    /// those of more sequences than this, check none: there the machine computes at its limit anyway.
    public var draftTokens = 8

    /// What weights, keys and values are stored as, for who keeps answers; empty: nothing is known of it.
    public var formats = ""

    /// Defaults, with a cache of so many blocks.
    public init(kvBlocks: Int) { self.kvBlocks = kvBlocks }

    /// A size that cannot work.
    public enum Problem: Error, Hashable, CustomStringConvertible {
        case notPositive(String)
        case negative(String)
        case tooFewBlocks(Int, needed: Int)

        public var description: String {
            switch self {
            case .notPositive(let name): "engine.\(name) must be at least 1"
            case .negative(let name): "engine.\(name) must not be negative"
            case .tooFewBlocks(let blocks, let needed):
                "the KV cache has \(blocks) blocks; one step may need \(needed). Raise engine.kv_cache_mib"
            }
        }
    }

    /// Refuses sizes that cannot work together.
    public func validate() throws(Problem) {
        for (name, value) in [
            ("max_batch_tokens", maxBatchTokens), ("max_running", maxRunning), ("kv_blocks", kvBlocks),
            ("block_size", blockSize), ("background_tokens", backgroundTokens),
        ] where value < 1 {
            throw .notPositive(name)
        }
        guard ageing > .zero else { throw .notPositive("ageing") }
        guard maxWaiting >= 0 else { throw .negative("max_waiting") }
        guard draftTokens >= 0 else { throw .negative("draft_tokens") }
        let needed = maxBatchTokens / blockSize + 2
        guard kvBlocks >= needed else { throw .tooFewBlocks(kvBlocks, needed: needed) }
    }
}
