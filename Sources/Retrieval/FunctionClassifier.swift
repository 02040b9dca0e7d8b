import Foundation
import Kernels
import Documents

/// A query that someone labelled with the functions that answer it.
public struct LabelledQuery: Sendable, Hashable {
    public var query: RetrievalQuery
    public var functions: [String]

    /// A query and the names of the functions that answer it.
    public init(_ query: RetrievalQuery, functions: [String]) { (self.query, self.functions) = (query, functions) }
}

/// A multinomial head over a frozen encoder and hashed words, trained for one pool. Immutable.
public struct FunctionClassifier: Sendable {
    public let names: [String]
    public let encoderIdentity: String
    public let fingerprint: PoolFingerprint
    let model: SoftmaxRegression
    let parameters: [Float]

    /// How a classifier is trained.
    public struct Options: Sendable, Hashable {
        public var buckets = 16384
        /// Half the squared dense weights count this much; those of hashed words `sparseDecay`.
        public var decay: Float = 3e-6, sparseDecay: Float = 3e-5
        public var iterations = 120

        /// The values that the figures in Docs/Retrieval.md were made with.
        public init() {}
    }

    /// How a training went.
    public struct Training: Sendable, Hashable {
        public var samples = 0, unknown = 0, steps = 0
        public var loss = 0.0
    }

    /// - Parameter samples: those that name no function of the pool are counted as unknown and left out.
    /// - Throws: `ClassifierError.noSamples`, and what the encoder throws.
    public static func train(
        _ samples: [LabelledQuery], for functions: [FunctionDocument], encoder: any TextEncoder,
        options: Options = Options()
    ) async throws -> (classifier: FunctionClassifier, training: Training) {
        let names = functions.map(\.name)
        let classes = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        var training = Training(), data = SoftmaxRegression.Samples(), kept: [RetrievalQuery] = []
        for sample in samples {
            let targets = sample.functions.compactMap { classes[$0] }
            guard !targets.isEmpty, targets.count == sample.functions.count else {
                training.unknown += 1
                continue
            }
            kept.append(sample.query)
            data.targets.append(targets)
        }
        guard !kept.isEmpty else { throw ClassifierError.noSamples(given: samples.count) }
        let model = SoftmaxRegression(classes: names.count, width: encoder.dimensions, buckets: options.buckets)
        for first in stride(from: 0, to: kept.count, by: 512) {
            let part = kept[first..<min(first + 512, kept.count)].map { $0.dialogue(for: encoder.habits) }
            data.dense += try await encoder.checkedEncode(part, kind: .query)
        }
        data.sparse = kept.map { HashedTerms($0.dialogue(for: encoder.habits), buckets: options.buckets).entries }
        training.samples = kept.count
        var search = LimitedMemoryBFGS()
        search.iterations = options.iterations
        let result = search.minimize([Float](repeating: 0, count: model.count)) { point, gradient in
            model.loss(point, data, decay: options.decay, sparseDecay: options.sparseDecay, gradient: &gradient)
        }
        (training.loss, training.steps) = (result.value, result.steps)
        let classifier = FunctionClassifier(
            names: names, encoderIdentity: encoder.identity, fingerprint: PoolFingerprint(functions), model: model,
            parameters: result.point)
        return (classifier, training)
    }

    /// A classifier of known parameters, as a file has them.
    init(
        names: [String], encoderIdentity: String, fingerprint: PoolFingerprint, model: SoftmaxRegression,
        parameters: [Float]
    ) {
        (self.names, self.encoderIdentity, self.fingerprint) = (names, encoderIdentity, fingerprint)
        (self.model, self.parameters) = (model, parameters)
    }

    /// - Throws: `ClassifierError` where the classifier was trained for something else.
    public func retriever(
        for functions: [FunctionDocument], encoder: any TextEncoder
    ) throws(ClassifierError) -> ClassifierRetriever {
        guard encoder.identity == encoderIdentity, encoder.dimensions == model.width else {
            throw .otherEncoder(trained: encoderIdentity, now: encoder.identity)
        }
        guard PoolFingerprint(functions) == fingerprint else {
            throw .poolChanged(
                added: functions.map(\.name).filter { !names.contains($0) },
                removed: names.filter { name in !functions.contains { $0.name == name } })
        }
        return ClassifierRetriever(classifier: self, encoder: encoder)
    }
}

/// Functions by the logits of a trained head; the scores are their softmax.
public struct ClassifierRetriever: Retriever {
    let classifier: FunctionClassifier
    let encoder: any TextEncoder

    /// The most probable functions, best first; scores are probabilities.
    public func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] {
        let text = query.dialogue(for: encoder.habits), model = classifier.model
        let dense = try await encoder.checkedEncode([text], kind: .query)
        let logits = model.logits(
            classifier.parameters, dense: dense, sparse: HashedTerms(text, buckets: model.buckets).entries)
        let largest = logits.max() ?? 0
        let powers = logits.map { exp(Double($0 - largest)) }
        let sum = powers.reduce(0, +)
        return BestRows.pick(limit, of: powers).map {
            Candidate(name: classifier.names[$0], score: powers[$0] / sum)
        }
    }
}

/// Why a classifier cannot be trained, read or used.
public enum ClassifierError: Error, Hashable, CustomStringConvertible {
    case noSamples(given: Int)
    case poolChanged(added: [String], removed: [String])
    case otherEncoder(trained: String, now: String)
    case unreadable(path: String, reason: String)

    public var description: String {
        switch self {
        case .noSamples(let given): "none of \(given) samples names functions of the pool alone; give labelled queries"
        case .poolChanged(let added, let removed):
            "the pool has changed since the classifier was trained"
                + (added.isEmpty ? "" : "; new: \(added.prefix(5).joined(separator: ", "))")
                + (removed.isEmpty ? "" : "; gone: \(removed.prefix(5).joined(separator: ", "))")
                + ". Train it again: kinglet train-classifier"
        case .otherEncoder(let trained, let now):
            "the classifier was trained over \(trained), the encoder now is \(now). Train it again: kinglet train-classifier"
        case .unreadable(let path, let reason): "\(path): \(reason). Make it anew: kinglet train-classifier"
        }
    }
}
