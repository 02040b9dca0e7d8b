/// Why a model cannot be made smaller: what, where, and what to do.
public enum CompressionError: Error, Hashable, Sendable, CustomStringConvertible {
    case setting(String)
    case text(path: String, reason: String)
    case cannotWrite(path: String, reason: String)
    /// Something stands where the model is to be.
    case occupied(path: String)
    /// A folder of another run, or of this one with other settings.
    case otherRun(path: String)

    public var description: String {
        switch self {
        case .setting(let reason): reason
        case .text(let path, let reason): "\(path): \(reason)"
        case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
        case .occupied(let path): "\(path) is there already. Give another OUTPUT"
        case .otherRun(let path):
            "\(path) holds a run with other settings or another model. Remove it, or give another OUTPUT"
        }
    }
}
