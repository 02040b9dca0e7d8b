import Foundation
import Documents

/// Reads queries: a text file with one a line, or JSONL whose objects have `query`; `-` is standard input. Blank lines and
/// lines that start with `#` are skipped.
public enum QueryFile {
    /// - Throws: `.queries` with file, line and reason.
    public static func read(_ path: String) throws(LoadError) -> [String] {
        let text: String
        do throws(DocumentError) {
            text = try InputFile.text(path)
        } catch {
            throw .queries(path: error.path, line: error.line, reason: error.reason)
        }
        return try parse(text, path: path)
    }

    /// Queries of a text; the error names the line.
    package static func parse(_ text: String, path: String) throws(LoadError) -> [String] {
        var queries: [String] = []
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard line.hasPrefix("{") else {
                queries.append(line)
                continue
            }
            let value: JSONValue
            do throws(JSONParseError) {
                value = try JSONValue(parsing: line)
            } catch {
                throw .queries(path: path, line: index + 1, reason: error.description)
            }
            guard let query = value["query"]?.stringValue, !query.isEmpty else {
                throw .queries(path: path, line: index + 1, reason: "the object has no text in \"query\"")
            }
            queries.append(query)
        }
        guard !queries.isEmpty else { throw .queries(path: path, line: nil, reason: "there is no query") }
        return queries
    }
}
