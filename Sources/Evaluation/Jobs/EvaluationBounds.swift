/// What a server lets evaluations do.
public struct EvaluationBounds: Sendable, Hashable {
    /// Where data sets lie that are asked for by name; nil: nowhere.
    public var folder: String?
    /// Samples that a request may bring.
    public var samples = 10_000
    /// Samples that are answered at the same time.
    public var concurrency = 8
    /// Jobs that wait for their turn.
    public var waiting = 16
    /// Jobs that are kept with their results; the oldest that are finished go first.
    public var kept = 100

    /// The defaults, and no folder.
    public init() {}
}
