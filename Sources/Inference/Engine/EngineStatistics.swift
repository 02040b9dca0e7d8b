/// What the engine did so far and how it stands. A snapshot after each step.
public struct EngineStatistics: Sendable, Hashable {
    public var running = 0
    public var waiting = 0
    public var steps = 0
    public var promptTokens = 0
    public var cachedPromptTokens = 0
    public var generatedTokens = 0
    public var forcedTokens = 0
    /// Guessed by looking up the text before, and those of them that were right.
    public var draftedTokens = 0
    public var acceptedTokens = 0
    public var preemptions = 0
    public var prefixQueries = 0
    public var prefixHits = 0
    public var finished = 0
    public var cancelled = 0
    public var blocks: Int
    /// Held by running sequences or pinned prefixes.
    public var blocksInUse = 0
    public var pinnedBlocks = 0
    public var cachedBlocks = 0
    /// Looks at the block manager while nothing ran, and those that found it damaged.
    public var integrityChecks = 0
    public var integrityFailures = 0
    /// Time in which the engine computed.
    public var busy = Duration.zero

    public init(blocks: Int) { self.blocks = blocks }

    /// Share of the KV cache that running sequences and pinned prefixes hold.
    public var cacheUsage: Double { blocks == 0 ? 0 : Double(blocksInUse) / Double(blocks) }
}
