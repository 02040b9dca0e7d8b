import CZlib

/// Packs and unpacks by zlib.
package enum Zlib {
    package enum Failure: Error, Hashable { case damaged, tooLarge }

    /// What stands around the packed bytes.
    package enum Form: Sendable, Hashable {
        /// RFC 1952; members may follow each other.
        case gzip
        /// RFC 1950.
        case zlib
        /// RFC 1951, nothing.
        case bare

        fileprivate var window: Int32 {
            switch self {
            case .gzip: MAX_WBITS + 16
            case .zlib: MAX_WBITS
            case .bare: -MAX_WBITS
            }
        }
    }

    /// Stops as soon as there is more than `limit`: a small text cannot become a large one.
    package static func unpack(
        _ packed: [UInt8], form: Form = .gzip, limit: Int = 1 << 30
    ) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, form.window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .damaged
        }
        defer { inflateEnd(&stream) }
        var result: [UInt8] = [], part = [UInt8](repeating: 0, count: 1 << 16), position = 0
        while position < packed.count {
            let given = min(packed.count - position, 1 << 20)
            let (status, taken, made) = step(&stream, packed[position..<position + given], &part)
            position += taken
            guard result.count + made <= limit else { throw .tooLarge }
            result += part[..<made]
            switch status {
            case Z_STREAM_END:
                guard position < packed.count else { return result }
                guard form == .gzip, inflateReset(&stream) == Z_OK else { throw .damaged }
            case Z_OK where taken > 0 || made > 0: break
            default: throw .damaged
            }
        }
        // What is left in zlib's window, or a text that was cut.
        while true {
            let (status, _, made) = step(&stream, [], &part)
            guard result.count + made <= limit else { throw .tooLarge }
            result += part[..<made]
            if status == Z_STREAM_END { return result }
            guard status == Z_OK, made > 0 else { throw .damaged }
        }
    }

    private static func step(
        _ stream: inout z_stream, _ input: ArraySlice<UInt8>, _ output: inout [UInt8]
    ) -> (status: Int32, taken: Int, made: Int) {
        input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                // zlib does not write through `next_in`, whose type lacks the `const`.
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                (stream.avail_in, stream.avail_out) = (UInt32(clamping: source.count), UInt32(clamping: target.count))
                stream.next_out = target.baseAddress
                let status = inflate(&stream, Z_NO_FLUSH)
                return (status, source.count - Int(stream.avail_in), target.count - Int(stream.avail_out))
            }
        }
    }

    /// Low levels give most of the gain on JSON at a fifth of the time.
    private static let level: Int32 = 4

    /// One member of gzip.
    ///
    /// - Returns: nil if zlib cannot get memory.
    package static func pack(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let status = deflateInit2_(
            &stream, level, Z_DEFLATED, Form.gzip.window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let room = Int(deflateBound(&stream, UInt(bytes.count)))
        return bytes.withUnsafeBufferPointer { source in
            let result = [UInt8](unsafeUninitializedCapacity: room) { target, count in
                // As above.
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
