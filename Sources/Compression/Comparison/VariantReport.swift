import Documents
import Foundation
import ModelFiles
import OrderedCollections

/// Variants of a model side by side: the paper's Tables 2, 4, 8 and 10 and its Figures 3 and 5 in form, as Markdown, JSON and
/// one page.
public struct VariantReport: Sendable {
    /// The first is what the others are compared with.
    let variants: [VariantFigures]
    /// What was measured on what: command, text, data, load, machine.
    let facts: JSONObject

    public init(_ variants: [VariantFigures], facts: JSONObject) { (self.variants, self.facts) = (variants, facts) }

    /// Numbers of clients that some variant was measured with, ascending.
    var clients: [Int] { Set(variants.flatMap(\.points).map(\.clients)).sorted() }

    /// Whether a step was measured of any variant.
    func has(_ step: VariantFigures.Step) -> Bool { variants.contains { $0[step] != nil } }

    package var json: JSONValue {
        var members: JSONObject = ["format": "kinglet-compression-1"]
        for (name, fact) in facts { members[name] = fact }
        members["variants"] = .array(
            variants.enumerated().map { index, variant in variant.json(beside: index == 0 ? nil : variants.first) })
        return .object(members)
    }

    package var markdown: String {
        let card = ModelCard(title: Self.title, facts: facts, tables: tables)
        return card.markdown
    }

    static let title = "What smaller models cost"

    /// `report.json`, `report.md` and `report.html`, each old or new, never half of it.
    public func write(to folder: String) throws(CompressionError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try DurableFile.write(json.text(.spaced) + "\n", to: "\(folder)/report.json")
            try DurableFile.write(markdown, to: "\(folder)/report.md")
            try DurableFile.write(VariantPage(self).html, to: "\(folder)/report.html")
        } catch {
            throw .cannotWrite(path: folder, reason: "\(error)")
        }
    }
}
