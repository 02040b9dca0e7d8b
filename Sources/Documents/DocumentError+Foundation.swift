import Foundation

extension DocumentError {
    /// What Foundation throws of a file or folder, as a sentence; nil for an error of another kind.
    package init?(foundation error: any Error) {
        let error = error as NSError
        guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(error.domain) else { return nil }
        let path =
            error.userInfo[NSFilePathErrorKey] as? String ?? (error.userInfo[NSURLErrorKey] as? URL)?.path
        let cause = (error.userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError } ?? error
        let reason =
            cause.domain == NSPOSIXErrorDomain
            ? Self.reason(Int32(truncatingIfNeeded: cause.code))
            : "cannot be read or written: \(error.localizedDescription)"
        self.init(path: path ?? "a file", reason: reason)
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "there is no such file or folder, and none can be made here; check the path"
        case ENOTDIR: "a part of the path is no folder; check the path"
        case EISDIR: "is a folder, not a file"
        case EEXIST: "something of this name is there already"
        case EACCES, EPERM: "this user may not use it; check its permissions"
        case EROFS: "lies on a disk that cannot be written"
        case ENOSPC, EDQUOT: "the disk is full"
        default: "cannot be read or written: \(String(cString: strerror(code)))"
        }
    }
}
