import ArgumentParser
import Assembly
import Configuration
import Evaluation
import FunctionCalling
import Inference
import Retrieval
import Service

/// What `evaluate calls` and `calibrate` share: which samples are answered, and with what help.
struct CallsSources: ParsableArguments {
    @Option(help: "A data set; may be given several times.")
    var data: [String] = []

    @Option(help: "Samples of each set, drawn by the seed. Default: all.")
    var limit: Int?

    @Option(help: "Which samples a limit draws.")
    var seed: UInt64 = 0

    @Option(help: "All samples, or those of a split by the hash of their ids: all, train, valid.")
    var split = "all"

    @Option(help: "For sets without candidates: lexical, hybrid, embedding, classifier, all, ….")
    var retriever: String?

    @Option(help: "Candidates put before the model.")
    var topK: Int?

    @Option(help: "A file made by train-classifier, for the retriever classifier.")
    var classifier: String?

    @Option(help: "Labelled requests to show the nearest of; samples that say the same are left out.")
    var examples: String?

    @Option(help: "Of the examples those of a split by the hash of their ids: all, train, valid.")
    var examplesSplit = "all"

    @Option(help: "An adapter, to compare frames: <name>.frames.jsonl beside the data.")
    var adapter: String?

    @Option(help: "Requests at the same time.")
    var inFlight = 16

    /// Numbers in range and names that are known, before any file is read.
    func validate() throws {
        guard (1...1024).contains(inFlight), limit.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--in-flight must be in 1...1024, --limit above 0")
        }
        if let retriever, RetrieverKind(rawValue: retriever) == nil {
            let known = RetrieverKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--retriever \(retriever): must be one of \(known)")
        }
        for name in [split, examplesSplit] where RetrievalEvaluation.Task.Split(rawValue: name) == nil {
            throw ValidationError("--split and --examples-split must be all, train or valid, not \(name)")
        }
        guard (retriever == RetrieverKind.classifier.rawValue) == (classifier != nil) else {
            throw ValidationError("--classifier FILE goes with --retriever classifier")
        }
    }

    /// The retriever named by `--retriever`; nil: the set's own candidates.
    private var kind: RetrieverKind? { retriever.flatMap(RetrieverKind.init) }

    /// The samples, without those that an example gives away.
    func sources() throws -> [CallsEvaluation.Source] {
        let known = try examples.map { Set(try labelled($0).map(\.query)) } ?? []
        let split = RetrievalEvaluation.Task.Split(rawValue: split) ?? .all
        return try data.map {
            try CallsEvaluation.Source(
                path: $0, limit: limit, seed: seed, split: split, adapter: adapter, except: known)
        }
    }

    /// - Parameters:
    ///   - embedding: used where retriever or examples need an encoder.
    ///   - adapter: of one that answers from whole pools the names are weighed as where it is served, if there is an encoder.
    func evaluation(
        _ embedding: LoadedEmbedder, _ settings: Settings, adapter: ServedAdapter? = nil
    ) async throws -> CallsEvaluation.Options {
        var evaluation = CallsEvaluation.Options()
        (evaluation.inFlight, evaluation.retriever, evaluation.topK) = (inFlight, kind, topK)
        let showsPool = adapter?.layout.flatMap(PromptLayout.init)?.showsPool ?? false
        let isWeighed = kind == nil && showsPool && embedding.embedder != nil
        let isPlain = !isWeighed && (kind == nil || kind == .lexical || kind == .all)
        guard examples != nil || !isPlain else { return evaluation }
        guard let encoder = embedding.embedder else { throw RetrievalToolError.noEncoder }
        let cache = try VectorCache(folder: "\(settings.resolve(settings.state))/vectors", encoder: encoder)
        if !isPlain { evaluation.indexing = PoolIndexing(encoder: encoder, cache: cache) }
        evaluation.classifier = try classifier.map { try FunctionClassifier.read(path: $0) }
        if let examples {
            evaluation.examples = try await ExampleIndex(labelled(examples), encoder: encoder, cache: cache)
        }
        return evaluation
    }

    /// Labelled requests of a file, or of one half of it by the hash of their ids.
    private func labelled(_ path: String) throws -> [LabelledRequest] {
        try LabelledRequest.load(path: path, split: RetrievalEvaluation.Task.Split(rawValue: examplesSplit) ?? .all)
    }

    /// What of the answers' making an evaluation's results depend on.
    var identity: [(String, String?)] {
        [
            ("retriever", retriever), ("top_k", topK.map { "\($0)" }), ("classifier", classifier),
            ("examples", examples.map { "\($0) \(examplesSplit)" }),
        ]
    }
}
