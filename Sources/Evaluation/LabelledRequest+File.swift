import FunctionCalling
import Documents

extension LabelledRequest {
    /// Reads a `.jsonl` or `.jsonl.gz`, a request a line.
    ///
    /// - Parameter split: of all lines those of a split by the hash of their ids; a line without an id is of each.
    /// - Throws: `DocumentError` with file, line and reason.
    public static func load(
        path: String, split: RetrievalEvaluation.Task.Split = .all
    ) throws(DocumentError) -> [LabelledRequest] {
        try JSONLines.rows(path) { value throws(FieldError) -> LabelledRequest? in
            guard value["id"]?.stringValue.map(split.takes) ?? true else { return nil }
            return try LabelledRequest(json: value)
        }.compactMap { $0 }
    }
}
