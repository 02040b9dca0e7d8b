/// What an adapter that was trained for a pool says of how the pool is asked.
public struct TunedPool: Sendable, Hashable {
    /// The adapter, by the name that the engine has it under.
    public var adapter: String
    /// The prompts that it was trained on.
    public var layout: PromptLayout

    public init(adapter: String, layout: PromptLayout) {
        (self.adapter, self.layout) = (adapter, layout)
    }
}
