import Documents
import Foundation
import OrderedCollections

/// The reports of one run, as files of a folder.
public struct ReportFiles: Sendable {
    /// Name and text of each.
    public let files: [(name: String, text: String)]

    /// - Parameters:
    ///   - title: of the page.
    ///   - about: what the answers depend on.
    public init(title: String, about: JSONObject, records: [CallsRecord]) {
        let report = CallsReport(records)
        files = [
            ("report.json", report.json.text(.spaced) + "\n"), ("report.md", report.markdown),
            ("report.html", CallsPage(title: title, about: about, records: records).html),
            ("samples.csv", CallsTable(records).csv), ("junit.xml", CallsJUnit(records).xml),
        ]
    }

    /// Of a judge that was measured.
    public init(title: String, about: JSONObject, judge records: [JudgeRecord]) {
        let report = JudgeReport(records)
        files = [
            ("report.json", report.json.text(.spaced) + "\n"), ("report.md", report.markdown),
            ("report.html", JudgePage(title: title, about: about, records: records).html),
        ]
    }

    /// Replaces each file whole, so that none is ever half written.
    /// - Throws: `DocumentError` that names the file.
    public func write(to folder: String) throws(DocumentError) {
        for (name, text) in files { try Self.write(text, to: "\(folder)/\(name)") }
    }

    /// Replaces a file whole.
    /// - Throws: `DocumentError` that names it.
    public static func write(_ text: String, to path: String) throws(DocumentError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw DocumentError(path: path, reason: "cannot be written: \(error.localizedDescription)")
        }
    }
}
