/// What is wrong with an adapter's file.
public struct AdapterError: Error, Hashable, CustomStringConvertible {
    /// The file; empty where there is none.
    public var source: String
    /// The field, e.g. `functions.climate_set_mode.parameters.mode`.
    public let path: String
    public let message: String

    /// - Parameters:
    ///   - source: the file.
    ///   - path: the field.
    public init(source: String = "", path: String = "", _ message: String) {
        (self.source, self.path, self.message) = (source, path, message)
    }

    public var description: String {
        [source, path, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
