/// The chunked transfer coding (RFC 9112, 7.1), without I/O. Extensions and trailers are bounded, checked and dropped.
struct ChunkedDecoder: Sendable {
    enum Piece: Sendable {
        case data([UInt8])
        case end
    }

    private enum State {
        case size, data(remaining: Int), dataEnd, trailers
    }

    private let limits: Limits
    private var state = State.size
    private var lines = LineReader()
    private var received = 0
    private var extensionBytes = 0
    private var trailerBytes = 0

    init(limits: Limits) { self.limits = limits }

    mutating func next(_ input: inout ByteQueue, bodyLimit: Int) throws(RequestError) -> Piece? {
        while true {
            switch state {
            case .size:
                // 16 digits at most, then extensions within what is left of their allowance.
                let limit = 16 + limits.chunkExtensionBytes - extensionBytes
                guard let end = try lines.lineEnd(in: input, limit: limit, or: .chunkExtensionsTooLarge) else {
                    return nil
                }
                let size = try input.withSpan { (span) throws(RequestError) -> Int in
                    try takeSize(span.extracting(0..<end))
                }
                input.consume(end + 2)
                guard size <= bodyLimit - received else { throw .bodyTooLarge }
                received += size
                state = size == 0 ? .trailers : .data(remaining: size)
            case .data(let remaining):
                guard !input.isEmpty else { return nil }
                let bytes = input.take(remaining)
                state = bytes.count == remaining ? .dataEnd : .data(remaining: remaining - bytes.count)
                return .data(bytes)
            case .dataEnd:
                if !input.isEmpty, input[0] != 0x0D { throw .badChunkEnd }
                guard input.count >= 2 else { return nil }
                guard input[1] == 0x0A else { throw .badChunkEnd }
                input.consume(2)
                state = .size
            case .trailers:
                let limit = limits.trailerBytes - trailerBytes
                guard let end = try lines.lineEnd(in: input, limit: limit, or: .trailersTooLarge) else { return nil }
                try input.withSpan { (span) throws(RequestError) in
                    try checkTrailer(span.extracting(0..<end))
                }
                trailerBytes += end + 2
                input.consume(end + 2)
                if end == 0 { return .end }
            }
        }
    }

    /// `chunk-size [";" chunk-ext]`: hexadecimal digits without sign, prefix or space.
    private mutating func takeSize(_ line: Span<UInt8>) throws(RequestError) -> Int {
        var (size, index) = (0, 0)
        while index < line.count, let digit = PercentEncoding.hexadecimal(line[index]) {
            guard index < 15 else { throw .badChunkSize }
            size = size << 4 | Int(digit)
            index += 1
        }
        guard index > 0 else { throw .badChunkSize }
        guard index < line.count else { return size }
        guard line[index] == UInt8(ascii: ";") else { throw .badChunkSize }
        let extensions = line.extracting(index..<line.count)
        guard FieldSyntax.isValue(extensions) else { throw .badChunkSize }
        extensionBytes += extensions.count
        guard extensionBytes <= limits.chunkExtensionBytes else { throw .chunkExtensionsTooLarge }
        return size
    }

    /// A trailer must be a field line and must not speak of framing or routing (RFC 9110, 6.5.1).
    private func checkTrailer(_ line: Span<UInt8>) throws(RequestError) {
        guard !line.isEmpty else { return }
        var colon = 0
        while colon < line.count, line[colon] != UInt8(ascii: ":") { colon += 1 }
        let name = line.extracting(0..<colon)
        guard colon < line.count, FieldSyntax.isToken(name),
            FieldSyntax.isValue(line.extracting(colon + 1..<line.count)),
            !FieldSyntax.equals(name, "content-length"), !FieldSyntax.equals(name, "transfer-encoding"),
            !FieldSyntax.equals(name, "host")
        else { throw .badTrailer }
    }
}
