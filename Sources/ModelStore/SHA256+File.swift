import Digests
import Foundation

extension SHA256 {
    /// - Parameter progress: gets the number of bytes read so far, about every 8 MiB.
    package static func ofFile(_ path: String, progress: (Int) -> Void = { _ in }) throws(PullError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .disk(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var hash = SHA256(), total = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .disk(path: path, reason: String(cString: strerror(errno))) }
            if count == 0 { return hash.hexadecimal() }
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            total += count
            progress(total)
        }
    }
}
