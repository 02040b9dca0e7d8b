import Digests
import Foundation

/// Vectors of texts on disk, so that a restart encodes only what is new. One file for each encoder.
///
/// The file is only appended to: after a head that names the encoder come records of digest, vector and checksum. A
/// record that a crash cut off or spoiled ends what is read; the next store writes over it. What is lost is encoded again.
public actor VectorCache {
    private let path: String
    private let dimensions: Int
    private let head: [UInt8]
    private var rows: [TextDigest: Int] = [:]
    private var vectors: [Float] = []
    /// Bytes of the file that are whole.
    private var end = 0

    /// Bytes of a record: digest, vector, check sum.
    private var recordBytes: Int { TextDigest.byteCount + dimensions * 4 + 4 }

    /// Opens or begins the file of an encoder.
    ///
    /// - Parameter folder: made if it is missing.
    /// - Throws: what the file system says if the folder cannot be made.
    public init(folder: String, encoder: any TextEncoder) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name = TextDigest(encoder.identity).bytes.prefix(6).map { String(format: "%02x", $0) }.joined()
        path = "\(folder)/vectors-\(name).bin"
        dimensions = encoder.dimensions
        head = Array("kinglet vectors 1\n\(encoder.identity)\n\(encoder.dimensions)\n".utf8)
        guard let data = FileManager.default.contents(atPath: path), data.starts(with: head) else { return }
        (rows, vectors, end) = Self.read(data, after: head.count, dimensions: dimensions)
    }

    /// Vectors that are known.
    public var count: Int { rows.count }

    /// The vector of a text; nil: it was not encoded yet.
    func vector(of digest: TextDigest) -> [Float]? {
        rows[digest].map { Array(vectors[$0 * dimensions..<($0 + 1) * dimensions]) }
    }

    /// - Parameter vectors: `[digests.count, dimensions]`.
    func store(_ digests: [TextDigest], _ vectors: [Float]) throws {
        var bytes: [UInt8] = end == 0 ? head : []
        for (index, digest) in digests.enumerated() where rows[digest] == nil {
            let row = vectors[index * dimensions..<(index + 1) * dimensions]
            rows[digest] = rows.count
            self.vectors.append(contentsOf: row)
            var record = digest.bytes
            for value in row { withUnsafeBytes(of: value.bitPattern.littleEndian) { record.append(contentsOf: $0) } }
            bytes += record
            withUnsafeBytes(of: Self.checksum(record[...]).littleEndian) { bytes.append(contentsOf: $0) }
        }
        guard !bytes.isEmpty else { return }
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.truncate(atOffset: UInt64(end))
        try file.seek(toOffset: UInt64(end))
        try file.write(contentsOf: bytes)
        end += bytes.count
    }

    /// Reads all whole records of a file; a damaged end is cut off.
    private static func read(
        _ data: Data, after head: Int, dimensions: Int
    ) -> (rows: [TextDigest: Int], vectors: [Float], end: Int) {
        let size = TextDigest.byteCount + dimensions * 4
        var rows: [TextDigest: Int] = [:], vectors: [Float] = [], position = head
        let bytes = [UInt8](data)
        while position + size + 4 <= bytes.count {
            let record = bytes[position..<position + size]
            guard word(bytes, position + size) == checksum(record) else { break }
            let digest = TextDigest(stored: record.prefix(TextDigest.byteCount))
            rows[digest] = rows.count
            for index in 0..<dimensions {
                vectors.append(Float(bitPattern: word(bytes, position + TextDigest.byteCount + index * 4)))
            }
            position += size + 4
        }
        return (rows, vectors, position)
    }

    /// Four bytes, little-endian.
    private static func word(_ bytes: [UInt8], _ position: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << (8 * UInt32($1)) }
    }

    /// FNV-1a, 32 bits.
    private static func checksum(_ record: ArraySlice<UInt8>) -> UInt32 {
        record.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
