import Configuration
import Foundation
import FunctionCalling
import Inference
import Retrieval

extension PoolIndexing {
    /// As the settings say; nil without an encoder.
    ///
    /// - Throws: for a classifier that cannot be read; what the file system says of the folder of vectors.
    public init?(_ settings: Settings, _ embedding: LoadedEmbedder, describer: (any StageModel)?) throws {
        guard let embedder = embedding.embedder else { return nil }
        var classifiers: [String: FunctionClassifier] = [:]
        let folder = settings.resolve(settings.calling.classifiers)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for file in files.sorted() where file.hasSuffix(".classifier") {
            classifiers[String(file.dropLast(".classifier".count))] = try .read(path: "\(folder)/\(file)")
        }
        self.init(
            encoder: embedder,
            cache: try VectorCache(folder: "\(settings.resolve(settings.state))/vectors", encoder: embedder),
            describer: describer, classifiers: classifiers)
    }
}
