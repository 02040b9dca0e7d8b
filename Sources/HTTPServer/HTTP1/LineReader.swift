import Glibc

/// Finds line ends, looking at no byte twice however the input is cut.
struct LineReader: Sendable {
    /// Bytes at the front that hold no LF.
    private var scanned = 0

    /// Length of the first line without its CR LF; nil if it is not complete.
    ///
    /// - Throws: `tooLong` as soon as it is certain that the line is above the limit, whatever it holds;
    ///   `.bareLineFeed` for a line that ends with LF alone.
    mutating func lineEnd(
        in input: ByteQueue, limit: Int, or tooLong: RequestError
    ) throws(RequestError) -> Int? {
        guard let found = lineFeed(in: input) else {
            scanned = input.count
            // A CR at the end may belong to the line end.
            if scanned > limit + 1 { throw tooLong }
            return nil
        }
        scanned = 0
        guard found <= limit + 1 else { throw tooLong }
        guard found > 0, input[found - 1] == 0x0D else { throw .bareLineFeed }
        return found - 1
    }

    private func lineFeed(in input: ByteQueue) -> Int? {
        input.withUnsafeBytes { bytes in
            guard scanned < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + scanned, 0x0A, bytes.count - scanned)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
