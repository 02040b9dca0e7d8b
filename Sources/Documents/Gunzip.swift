import CZlib

/// Unpacks gzip (RFC 1952) by zlib, several members one after the other too.
package enum Gunzip {
    package enum Failure: Error, Hashable { case damaged, tooLarge }

    package static func bytes(_ packed: [UInt8], limit: Int = 1 << 30) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
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
                guard inflateReset(&stream) == Z_OK else { throw .damaged }
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
}
