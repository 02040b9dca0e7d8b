import Adapters
import Documents
import Foundation
import Functions
import OrderedCollections

/// Examples of a stack of intents and slots as samples: an intent is a function, its slots are parameters, a fallback is
/// "nothing fits".
enum LegacyExamples {
    /// Intents that say "nothing fits", as sets and stacks name them.
    private static let fallbacks: Set<String> = [
        "None", "none", "oos", "out_of_scope", "nlu_fallback", "NoIntent", "no_intent",
    ]

    static func rasa(_ paths: [String]) throws -> ConvertedSet {
        var documents: [(path: String, text: String)] = []
        for path in try paths.flatMap(files) { documents.append((path, try InputFile.text(path))) }
        return converted(try RasaImport.draft(documents, name: "rasa"))
    }

    static func luis(_ paths: [String]) throws -> ConvertedSet {
        guard paths.count == 1, let path = paths.first else {
            throw ConversionError(paths.joined(separator: ", "), "luis takes one file, the export of an application")
        }
        return converted(try LUISImport.draft(InputFile.bytes(path), path: path, name: "luis"))
    }

    /// Intents and slots of which nothing is said but examples.
    static func plain(_ examples: [LegacyExample]) throws -> ConvertedSet {
        converted(try LegacyDraft.draft(of: examples, fallbacks: fallbacks, name: "bio"))
    }

    private static func converted(_ draft: LegacyDraft) -> ConvertedSet {
        var set = ConvertedSet()
        // Examples are the samples now: what is learnt and measured must not stand in the pool too.
        set.pool = draft.pool.functions.map { function in
            FunctionDefinition(
                name: function.name, description: function.description, domain: function.domain,
                parameters: function.parameters)
        }
        for example in draft.samples {
            var sample = ConvertedSet.Sample(query: example.query)
            if let call = example.call { sample.calls = [call] } else { sample.outcome = .noAppropriateFunction }
            set.samples.append(sample)
        }
        for note in draft.notes where !draft.exampleNotes.contains(note) { set.note(note) }
        return set
    }

    /// YAML files of a folder and of those in it, or the file itself.
    private static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return [path]
        }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let found = names.filter(InputFile.isYAML).sorted().map { "\(path)/\($0)" }
        guard !found.isEmpty else { throw ConversionError(path, "the folder has no YAML files") }
        return found
    }
}
