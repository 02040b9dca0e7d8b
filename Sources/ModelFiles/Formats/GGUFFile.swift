/// Header, metadata and tensor table of a GGUF file, versions 2 and 3, little-endian.
///
/// Layout (GGUF specification, ggml/docs/gguf.md): magic, version, counts, metadata pairs, tensor table, padding to
/// `general.alignment`, tensor data. Every span is checked against the file before it is used.
package struct GGUFFile {
    let metadata: GGUFMetadata
    /// In the order of the table.
    package let tensors: [Tensor]

    static let mostDimensions: UInt32 = 4
    static let longestName = 256
    static let largestAlignment = 1 << 16

    /// Reads header, metadata and tensor table; the tensors' data are not touched.
    package init(file: MappedFile) throws(ModelFileError) {
        var cursor = GGUFCursor(file.bytes, path: file.path)
        guard Array(file.bytes.prefix(4)) == Array("GGUF".utf8) else {
            throw .notAModel(path: file.path, reason: "does not start with 'GGUF'")
        }
        try cursor.skip(4, "the magic")
        let version = try cursor.integer(UInt32.self, "the version")
        guard version == 2 || version == 3 else {
            let reason = version.byteSwapped <= 3 ? "a big-endian GGUF" : "GGUF version \(version)"
            throw .unsupported(path: file.path, what: reason)
        }
        let tensorCount = try cursor.integer(UInt64.self, "the number of tensors")
        let pairCount = try cursor.integer(UInt64.self, "the number of metadata pairs")
        var metadata = GGUFMetadata(file: file)
        try metadata.read(pairCount, from: &cursor)
        self.metadata = metadata
        let entries = try Self.entries(tensorCount, from: &cursor)
        let alignment = try Self.alignment(metadata)
        let padding = (alignment - cursor.offset % alignment) % alignment
        // Without tensors nothing need follow the table, not even the padding.
        tensors = try Self.place(entries, from: cursor.offset + padding, alignment: alignment, in: file)
    }

    /// A line of the tensor table; `offset` counts from the start of the data.
    private struct Entry {
        let name: String, type: TensorType, shape: [Int], offset: UInt64
    }

    /// Bytes to which tensors are aligned: `general.alignment`, else 32.
    private static func alignment(_ metadata: GGUFMetadata) throws(ModelFileError) -> Int {
        let alignment = try metadata.optionalInt("general.alignment") ?? 32
        guard (8...largestAlignment).contains(alignment), alignment & (alignment - 1) == 0 else {
            throw .damaged(
                path: metadata.file.path,
                .value(key: "general.alignment", reason: "\(alignment) is no power of two in 8...\(largestAlignment)"))
        }
        return alignment
    }

    /// The tensor table, each name once.
    private static func entries(
        _ count: UInt64, from cursor: inout GGUFCursor
    ) throws(ModelFileError) -> [Entry] {
        let limit = cursor.left / 33  // length, a byte of name, number of dimensions, one of them, type, offset
        guard count <= UInt64(limit) else {
            throw .damaged(path: cursor.path, .count(what: "tensors", value: count, limit: limit))
        }
        var entries: [Entry] = []
        entries.reserveCapacity(Int(count))
        for index in 0..<Int(count) {
            let name = try cursor.text("the name of tensor \(index)")
            guard !name.isEmpty, name.utf8.count <= longestName else {
                throw .damaged(path: cursor.path, .key(String(name.prefix(64))))
            }
            entries.append(try entry(name, from: &cursor))
        }
        return entries
    }

    /// One row of the table: name, shape, type, offset.
    private static func entry(_ name: String, from cursor: inout GGUFCursor) throws(ModelFileError) -> Entry {
        let count = try cursor.integer(UInt32.self, name)
        guard (1...mostDimensions).contains(count) else {
            throw .damaged(
                path: cursor.path,
                .count(what: "dimensions of \(name)", value: UInt64(count), limit: Int(mostDimensions)))
        }
        var dimensions: [UInt64] = []
        for _ in 0..<count { dimensions.append(try cursor.integer(UInt64.self, name)) }
        let code = try cursor.integer(UInt32.self, name)
        guard let type = TensorType(gguf: code) else {
            throw .damaged(path: cursor.path, .tensorType(tensor: name, code: String(code)))
        }
        // The file's first dimension is the one whose numbers lie side by side.
        let shape = dimensions.reversed().compactMap(Int.init(exactly:))
        guard shape.count == dimensions.count, type.bytes(of: shape) != nil else {
            throw .damaged(path: cursor.path, .shape(tensor: name, dimensions: dimensions))
        }
        return Entry(name: name, type: type, shape: shape, offset: try cursor.integer(UInt64.self, name))
    }

    /// Tensors as views of the file, each within it.
    private static func place(
        _ entries: [Entry], from start: Int, alignment: Int, in file: MappedFile
    ) throws(ModelFileError) -> [Tensor] {
        var tensors: [Tensor] = []
        tensors.reserveCapacity(entries.count)
        for entry in entries {
            guard entry.offset % UInt64(alignment) == 0 else {
                throw .damaged(
                    path: file.path,
                    .misaligned(tensor: entry.name, offset: entry.offset, alignment: alignment))
            }
            let offset = Int(clamping: entry.offset).addingReportingOverflow(start)
            guard !offset.overflow,
                let tensor = Tensor(
                    name: entry.name, type: entry.type, shape: entry.shape, file: file, offset: offset.partialValue)
            else {
                throw .damaged(
                    path: file.path,
                    .truncated(
                        what: "tensor \(entry.name)", end: end(entry, from: start), size: file.bytes.count))
            }
            tensors.append(tensor)
        }
        try refuseOverlaps(tensors, path: file.path)
        return tensors
    }

    /// Where a tensor's data end.
    private static func end(_ entry: Entry, from start: Int) -> Int {
        let size = UInt64(entry.type.bytes(of: entry.shape) ?? 0)
        let sum = entry.offset.addingReportingOverflow(size + UInt64(start))
        return sum.overflow ? Int.max : Int(clamping: sum.partialValue)
    }
}

/// - Throws: `.overlap` if two tensors of one file share a byte.
func refuseOverlaps(_ tensors: [Tensor], path: String) throws(ModelFileError) {
    let sorted = tensors.sorted { $0.offset < $1.offset }
    for (first, second) in zip(sorted, sorted.dropFirst()) where first.offset + first.sizeInBytes > second.offset {
        throw .damaged(path: path, .overlap(first.name, second.name))
    }
}
