import CZlib
import HTTPServer

/// gzip (RFC 1952) of whole answers.
enum Compression {
    /// Low levels give most of the gain on JSON at a fifth of the time.
    private static let level: Int32 = 4

    /// Whether an `accept-encoding` field wants gzip at least as much as no coding (RFC 9110, 12.5.3).
    static func isPreferred(_ field: String?) -> Bool {
        let list = WeightedList(field)
        guard let gzip = list.weight(of: "gzip", "x-gzip"), gzip > 0 else { return false }
        return gzip >= list.elements.first { $0.name == "identity" }?.weight ?? 0
    }

    /// - Returns: nil if zlib cannot get memory.
    static func gzip(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let gzipWindow = MAX_WBITS + 16
        let status = deflateInit2_(
            &stream, level, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let room = Int(deflateBound(&stream, UInt(bytes.count)))
        return bytes.withUnsafeBufferPointer { source in
            let result = [UInt8](unsafeUninitializedCapacity: room) { target, count in
                // zlib does not write through `next_in`, whose type lacks the `const`.
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(clamping: source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(clamping: room)
                count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? room - Int(stream.avail_out) : 0
            }
            return result.isEmpty ? nil : result
        }
    }
}
