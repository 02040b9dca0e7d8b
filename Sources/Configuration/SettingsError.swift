/// Why settings are not taken.
public enum SettingsError: Error, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case invalid(source: String, reason: String)
    /// A flag or a variable that is no setting, and the one that may be meant.
    case unknown(name: String, nearest: String?)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .invalid(let source, let reason): "\(source): \(reason). Config/kinglet.yaml lists every setting"
        case .unknown(let name, let nearest):
            "\(name) is no setting. \(nearest.map { "Is \($0) meant? " } ?? "")Config/kinglet.yaml lists every setting"
        }
    }
}
