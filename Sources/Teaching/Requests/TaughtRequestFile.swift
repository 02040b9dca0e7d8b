import Digests
import Documents

extension TaughtRequest {
    /// Reads a `.jsonl` or `.jsonl.gz`, a sample a line.
    ///
    /// - Parameters:
    ///   - limit: this many, drawn by `seed` and their ids (or lines) alone; nil: all.
    /// - Throws: `DocumentError` with file, line and reason.
    public static func load(path: String, limit: Int?, seed: UInt64) throws(DocumentError) -> [TaughtRequest] {
        let rows = try JSONLines.rows(path) { value throws(FieldError) in
            (id: value["id"]?.stringValue ?? value.text(), taught: try TaughtRequest(json: value))
        }
        guard let limit, limit < rows.count else { return rows.map(\.taught) }
        return rows.map { (SampleOrder.key($0.id, seed: seed), $0.taught) }.sorted { $0.0 < $1.0 }
            .prefix(limit).map(\.1)
    }
}
