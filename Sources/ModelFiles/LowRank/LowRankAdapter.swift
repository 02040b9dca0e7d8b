/// A low-rank adapter as its files have it: its shape and both factors of each matrix it changes.
public struct LowRankAdapter: Sendable {
    /// `W x` becomes `W x + scale * B (A x)`.
    public enum Factor: String, Sendable, CaseIterable { case a = "A", b = "B" }

    /// A factor's tensor.
    private struct Place: Hashable, Sendable {
        let factor: Factor, matrix: AdaptedMatrix, layer: Int
    }

    public let shape: AdapterShape
    private var numbers: [Place: [Float]] = [:]

    /// Without numbers yet.
    public init(shape: AdapterShape) { self.shape = shape }

    /// A factor's numbers, row-major: `A` is `[rank, inputs]`, `B` is `[outputs, rank]`; nil: it is not adapted.
    public subscript(factor: Factor, matrix: AdaptedMatrix, layer: Int) -> [Float]? {
        get { numbers[Place(factor: factor, matrix: matrix, layer: layer)] }
        set { numbers[Place(factor: factor, matrix: matrix, layer: layer)] = newValue }
    }
}

/// Why an adapter cannot be used.
public enum LowRankAdapterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It contradicts its format or itself, or holds a number that is none.
    case damaged(path: String, reason: String)
    /// Sound, but of a model of other shapes.
    case foreign(path: String, reason: String)

    public var path: String {
        switch self {
        case .damaged(let path, _), .foreign(let path, _): path
        }
    }

    public var reason: String {
        switch self {
        case .damaged(_, let reason), .foreign(_, let reason): reason
        }
    }

    public var description: String {
        switch self {
        case .damaged(let path, let reason): "\(path): no adapter that can be read: \(reason)"
        case .foreign(let path, let reason): "\(path): no adapter for this model: \(reason)"
        }
    }
}
