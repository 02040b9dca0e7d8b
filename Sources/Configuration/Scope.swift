/// A right that a key can have. No scope contains another.
public enum Scope: String, Sendable, Hashable, CaseIterable {
    /// Ask the model: function calls, completions, embeddings; read pools and knowledge.
    case call
    /// Judge.
    case judge
    /// Change pools and knowledge; run evaluations.
    case admin
    /// Read `/metrics` and `/v1/stats`.
    case metrics
}
