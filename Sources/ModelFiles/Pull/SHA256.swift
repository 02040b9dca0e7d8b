import COpenSSL
import Foundation

/// SHA-256 of bytes that come in pieces, by OpenSSL's libcrypto (uses the CPU's SHA instructions).
package struct SHA256: ~Copyable {
    private let context: OpaquePointer?

    package init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// 64 lower-case hexadecimal digits.
    package consuming func hexadecimal() -> String {
        digest().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// 32 bytes.
    package consuming func digest() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE)), length: UInt32 = 0
        EVP_DigestFinal_ex(context, &digest, &length)
        return Array(digest.prefix(Int(length)))
    }

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
