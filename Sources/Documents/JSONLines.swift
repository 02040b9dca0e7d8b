/// Files of JSON values, one a line, plain or packed by gzip (`.gz`). Blank lines are skipped.
package enum JSONLines {
    /// Bytes a file may have, unpacked.
    package static let maximumBytes = 1 << 30

    /// The bytes of a file, unpacked where its name ends in `.gz`.
    package static func bytes(_ path: String) throws(DocumentError) -> [UInt8] {
        let bytes = try InputFile.bytes(path, limit: maximumBytes)
        guard path.lowercased().hasSuffix(".gz") else { return bytes }
        do throws(Zlib.Failure) {
            return try Zlib.unpack(bytes, limit: maximumBytes)
        } catch {
            switch error {
            case .damaged: throw DocumentError(path: path, reason: "is no whole gzip file")
            case .tooLarge: throw DocumentError(path: path, reason: "has more than \(maximumBytes) bytes, unpacked")
            }
        }
    }

    /// - Parameters:
    ///   - limit: stop after so many rows.
    ///   - read: makes a row of a line's value.
    /// - Throws: with the line at fault.
    package static func rows<Row>(
        _ path: String, limit: Int? = nil, _ read: (JSONValue) throws(FieldError) -> Row
    ) throws(DocumentError) -> [Row] {
        var rows: [Row] = []
        let lines = try bytes(path).split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
            if let limit, rows.count >= limit { break }
            do {
                rows.append(try read(try JSONValue(parsing: line)))
            } catch {
                throw DocumentError(path: path, line: index + 1, reason: "\(error)")
            }
        }
        return rows
    }
}
