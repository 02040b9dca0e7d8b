import Foundation

/// Keeps a state folder to one process: an advisory lock on `kinglet.lock`, which the system lifts when the process
/// ends, however it ends.
struct StateLock: ~Copyable, Sendable {
    private let descriptor: Int32

    /// - Throws: `.locked` if another process has it.
    init(folder: String) throws(StorageError) {
        let path = folder + "/kinglet.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unusable(path: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK, reason = String(cString: strerror(errno))
            let holder = isHeld ? Self.holder(descriptor) : ""
            close(descriptor)
            throw isHeld ? .locked(folder: folder, holder: holder) : .unusable(path: path, reason: reason)
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The process that holds the lock, as the file says.
    private static func holder(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }, as: UTF8.self)
    }
}
