/// Why a training cannot start or go on, or an adapter cannot be used: what, where, and what to do.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    case setting(String)
    /// `place`: `FILE:LINE`, or the number of a sample.
    case sample(place: String, reason: String)
    case adapter(path: String, reason: String)
    case checkpoint(path: String, reason: String)
    /// Of a teacher's log-probabilities.
    case store(path: String, reason: String)
    case cannotWrite(path: String, reason: String)
    case notFinite(step: Int)

    public var description: String {
        switch self {
        case .setting(let reason): reason
        case .sample(let place, let reason): "\(place): \(reason)"
        case .adapter(let path, let reason): "\(path): no adapter for this model: \(reason)"
        case .checkpoint(let path, let reason):
            "\(path): \(reason). Give another --output, or remove the file to start anew"
        case .store(let path, let reason): "\(path): \(reason)"
        case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
        case .notFinite(let step):
            "step \(step): the loss or a gradient is no number. Lower --lr, or start from the last checkpoint with another seed"
        }
    }
}
