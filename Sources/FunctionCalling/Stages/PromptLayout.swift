/// Which functions of a pool a prompt shows, and what of them. Answers can only call the candidates in any.
public enum PromptLayout: String, Sendable, CaseIterable {
    /// The candidates: the shortest prompt that says all, and another one for every set of candidates.
    case joint
    /// All functions of the pool, whatever was found: one beginning for all requests, which the prefix cache computes
    /// once. A request then costs its own words.
    case pool
    /// The same with nothing but their names, for a model that was taught what they do: a tenth of the tokens.
    case names

    /// The same functions in every prompt.
    package var showsPool: Bool { self != .joint }
}
