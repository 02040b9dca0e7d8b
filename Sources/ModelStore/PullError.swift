/// Why a model could not be fetched. Each is one line.
public enum PullError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A source did not deliver; the next one is tried.
    case source(String, reason: String)
    /// Nothing answers there; further files are not asked of it.
    case unreachable(host: String, reason: String)
    case noSource(file: String, tried: [String])
    case wrongHash(file: String, found: String, expected: String)
    case wrongSize(file: String, found: Int, expected: Int)
    case disk(path: String, reason: String)
    case busy(folder: String)

    public var description: String {
        switch self {
        case .source(let source, let reason): "\(source): \(reason)"
        case .unreachable(let host, let reason): "\(host): \(reason)"
        case .noSource(let file, let tried):
            "\(file) could not be fetched: \(tried.joined(separator: "; ")). What has arrived is kept: run kinglet pull again"
        case .wrongHash(let file, let found, let expected):
            "\(file) has sha256 \(found), the manifest says \(expected): not the published file"
        case .wrongSize(let file, let found, let expected):
            "\(file) has \(found) bytes, the manifest says \(expected): not the published file"
        case .disk(let path, let reason): "\(path): \(reason)"
        case .busy(let folder): "another kinglet pull is at work in \(folder); wait for it"
        }
    }
}
