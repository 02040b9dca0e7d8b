import ModelFiles

/// A decoder's lowest layers alone, with the final norm behind the last of them: what vectors are made with.
public struct LowerLayers<Source: WeightSource>: WeightSource {
    private let source: Source
    public let description: ModelDescription

    /// - Parameter count: at most as many as there are.
    public init(_ source: Source, count: Int) {
        var description = source.description
        description.layers = min(max(1, count), description.layers)
        (self.source, self.description) = (source, description)
    }

    public func weight(_ name: TensorName) throws -> WeightRows { try source.weight(name) }
}
