import Documents
import Configuration
import Evaluation
import Foundation
import FunctionCalling
import Logging

/// Labelled requests from the folder of the settings: `<pool>.jsonl` or `<pool>.jsonl.gz`.
package enum ExamplesLoader {
    /// Gives the catalogue what the folder has; with no encoder there is nothing to find the near ones with.
    ///
    /// - Throws: `DocumentError` with file and line; what the encoder throws.
    package static func load(
        _ settings: Settings, into catalog: FunctionCatalog, indexing: PoolIndexing?, logger: Logger? = nil
    ) async throws {
        let folder = settings.resolve(settings.calling.examples)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for file in files.sorted() where file.hasSuffix(".jsonl") || file.hasSuffix(".jsonl.gz") {
            guard let indexing else {
                logger?.warning("examples need an encoder; they are not used", metadata: ["file": "\(folder)/\(file)"])
                continue
            }
            let examples = try LabelledRequest.load(path: "\(folder)/\(file)")
            let pool = String(file.prefix { $0 != "." })
            catalog.store(
                try await ExampleIndex(examples, encoder: indexing.encoder, cache: indexing.cache), for: pool)
        }
    }
}
