/// Why the state cannot be opened, read or written.
public enum StorageError: Error, Hashable, CustomStringConvertible {
    /// Another process holds the folder.
    case locked(folder: String, holder: String)
    case damaged(path: String, reason: String)
    /// Written by a later version.
    case tooNew(path: String)
    /// The folder or file cannot be made or opened.
    case unusable(path: String, reason: String)
    /// A read or write failed; what it was to change is unchanged.
    case failed(path: String, reason: String)

    public var description: String {
        switch self {
        case .locked(let folder, let holder):
            "\(folder): in use by another kinglet\(holder.isEmpty ? "" : " (process \(holder))"). Stop it, or give this one "
                + "another folder with --state"
        case .damaged(let path, let reason):
            "\(path): the database is damaged (\(reason)). Put a backup in its place, or move it and its -wal file away "
                + "to start with the files of Config alone"
        case .tooNew(let path):
            "\(path): written by a later version of kinglet. Use that version, or another folder with --state"
        case .unusable(let path, let reason): "\(path): \(reason). Give a folder that can be written with --state"
        case .failed(let path, let reason):
            "\(path): \(reason). Nothing was changed; look at the disk's free space and health"
        }
    }
}
