import Documents
import OrderedCollections

/// Reads a Rasa project's training data (Rasa Open Source 2 and 3, YAML): the domain and the NLU files, in any number
/// and order.
public enum RasaImport {
    /// Parts of a project that say nothing of functions.
    private static let others = ["stories", "rules", "responses", "actions", "e2e_actions", "session_config"]

    /// - Parameter documents: path and text of each file; what says nothing of intents (stories, rules) is said to be left.
    public static func draft(
        _ documents: [(path: String, text: String)], name: String
    ) throws(LegacyImportError) -> LegacyDraft {
        var collector = LegacyCollector()
        // Rasa's own name for "nothing fits".
        collector.fallbacks = ["nlu_fallback", "out_of_scope"]
        var domain = RasaDomain(), examples = RasaExamples()
        for (path, text) in documents {
            let document: JSONValue
            do {
                document = try YAMLDocument.parse(text)
            } catch {
                throw LegacyImportError(path: path, message: error.message)
            }
            guard let members = document.objectValue else {
                throw LegacyImportError(path: path, message: "must be a mapping, as Rasa's domain and NLU files are")
            }
            domain.read(members, into: &collector)
            for (index, entry) in (members["nlu"]?.arrayValue ?? []).enumerated() {
                try examples.read(entry, path: "\(path): nlu[\(index)]", into: &collector)
            }
            let left = others.filter { members[$0] != nil }
            if !left.isEmpty { collector.note("\(path): \(left.joined(separator: ", ")) are not taken over") }
        }
        guard !collector.intents.isEmpty else {
            throw LegacyImportError(
                path: documents.first?.path ?? "", message: "no intents; give the domain and the NLU files of a project"
            )
        }
        domain.apply(to: &collector)
        examples.apply(to: &collector)
        return try collector.draft(name: name, output: .rasa)
    }
}
