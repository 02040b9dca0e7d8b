import Documents
import Evaluation
import OrderedCollections

/// A sample's language, for counting and for samples of each.
package enum SampleLanguage {
    /// What the row says (`language`), else the locale of its context, else the script of its query: `zh`, `ja`, `ko`, `ru`,
    /// `ar`, `el`, `he`, `hi`, `th`, or `latin` for all that is written so.
    package static func code(of row: DatasetFile.Row) -> String {
        if let said = row.json["language"]?.stringValue, !said.isEmpty { return said.lowercased() }
        if let locale = row.sample.context["locale"]?.stringValue,
            let language = locale.split(whereSeparator: { $0 == "-" || $0 == "_" }).first
        {
            return language.lowercased()
        }
        return script(of: row.sample.query)
    }

    /// By the letters that the text has most of; Japanese where there are kana.
    package static func script(of text: String) -> String {
        var counts: [String: Int] = [:]
        for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
            counts[script(of: scalar), default: 0] += 1
        }
        if let kana = counts["ja"], kana > 0, counts["zh"] ?? 0 > 0 { return "ja" }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "none"
    }

    private static func script(of scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x3040...0x30FF: "ja"
        case 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: "zh"
        case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7AF: "ko"
        case 0x0400...0x052F: "ru"
        case 0x0370...0x03FF: "el"
        case 0x0590...0x05FF: "he"
        case 0x0600...0x06FF, 0x0750...0x077F: "ar"
        case 0x0900...0x097F: "hi"
        case 0x0E00...0x0E7F: "th"
        default: "latin"
        }
    }
}
