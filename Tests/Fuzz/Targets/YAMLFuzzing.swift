import Adapters
import Configuration
import Documents
import FunctionCalling
import Functions
import Knowledge
import Service

/// Files of a user: pools, adapters, terms, settings and what is imported.
enum YAMLFuzzing {
    static func run(_ bytes: [UInt8]) throws(Finding) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        _ = try? FunctionPool.parse(bytes, name: "p", isYAML: true)
        _ = try? AdapterRules.parse(bytes, name: "a", isYAML: true)
        _ = try? RasaImport.draft([(path: "f", text: text)], name: "n")
        guard let value = try? YAMLDocument.parse(text) else { return }
        _ = try? KnowledgeTerm.list(json: value)
        _ = try? Settings(value)
        _ = try? PoolImport(document: value)
        if let written = try? YAMLDocument.text(value) {
            try Finding.unless((try? YAMLDocument.parse(written)) == value, "written and read again: \(written)")
        }
    }
}
