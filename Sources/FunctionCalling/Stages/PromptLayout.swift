/// Which functions of a pool a prompt shows. Answers can only call the candidates in either.
public enum PromptLayout: String, Sendable, CaseIterable {
    /// The candidates: the shortest prompt, and another one for every set of candidates.
    case joint
    /// All functions of the pool, whatever was found: one beginning for all requests, which the prefix cache computes
    /// once. A request then costs its own words.
    case pool
}
