import Digests
import Documents
import Foundation
import FunctionCalling
import Functions
import Judging

/// One sample of a data set in the canonical form.
public struct Sample: Sendable, Hashable {
    public var id: String
    public var query: String
    public var history: [FunctionCallRequest.Turn]
    /// What else the caller knows: `time`, `locale`; may be empty.
    public var context: JSONObject
    /// The pool's path, from the sample's own folder; nil if the functions are inline.
    public var pool: String?
    /// Names of the functions offered; nil: the whole pool.
    public var candidates: [String]?
    /// The functions offered, inline; nil if they are in the pool.
    public var functions: [FunctionDefinition]?
    public var reference: Reference
    /// Of a `request_unclear`: the function meant and its parameters that are missing.
    public var unclear: Unclear?
    /// Kind of sample, where its set has kinds.
    public var category: String?
    /// As in `de`; nil where the sample does not say.
    public var language: String?
    /// Of samples of the Berkeley leaderboard: what its own comparison needs.
    public var bfcl: BFCLNotes?

    public struct Unclear: Sendable, Hashable {
        public var function: String, missing: [String]
    }
}

/// An answer with a label, to measure a judge.
public struct LabelledAnswer: Sendable, Hashable {
    /// The request without an answer, and the reference that belongs to it.
    public var sample: Sample
    public var answer: FunctionAnswer
    public var isRight: Bool
    /// How the answer was made.
    public var kind: String
    /// The set that the sample comes from.
    public var source: String?
    /// The question that it answers, with its set: several answers may have the same.
    public var question: String

    /// Answers of a split, so many of them, the same for the same seed. Answers to one question are in one split.
    public static func drawn(
        _ answers: [LabelledAnswer], _ split: RetrievalEvaluation.Task.Split = .all, limit: Int? = nil, seed: UInt64 = 0
    ) -> [LabelledAnswer] {
        let taken = answers.filter { split.takes($0.question) }
        guard let limit, limit < taken.count else { return taken }
        return taken.map { (SampleOrder.key($0.sample.id, seed: seed), $0) }.sorted { $0.0 < $1.0 }
            .prefix(limit).map(\.1)
    }
}

/// Samples with their pools.
public struct Dataset: Sendable {
    public let path: String
    public let samples: [Sample]
    /// By their names in the samples.
    let pools: [String: [FunctionDefinition]]

    /// Reads a `.jsonl` or `.jsonl.gz` of samples, and the pools that they name.
    /// - Throws: `DocumentError` with file, line and reason.
    public init(path: String, limit: Int? = nil) throws(DocumentError) {
        let samples = try JSONLines.rows(path, limit: limit) { value throws(FieldError) in try Sample(json: value) }
        try self.init(path: path, samples: samples)
    }

    /// Reads samples that a pool is offered to, whatever pools they name.
    /// - Throws: `DocumentError` with file, line and reason.
    init(path: String, servedBy pool: FunctionPool) throws(DocumentError) {
        let samples = try JSONLines.rows(path) { value throws(FieldError) in try Sample(json: value, isServed: true) }
        self.init(path: path, samples: samples, servedBy: pool)
    }

    /// Samples that a pool is offered to, unless they have functions of their own.
    init(path: String, samples: [Sample], servedBy pool: FunctionPool) {
        self.path = path
        self.samples = samples.map { sample in
            var sample = sample
            sample.pool = sample.functions == nil ? pool.name : nil
            return sample
        }
        pools = [pool.name: pool.functions]
    }

    /// Samples that were read already, with functions of their own, or with pools whose files lie beside the path.
    package init(path: String, samples: [Sample]) throws(DocumentError) {
        (self.path, self.samples) = (path, samples)
        var pools: [String: [FunctionDefinition]] = [:]
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        for name in Set(samples.compactMap(\.pool)).sorted() {
            pools[name] = try Self.pool(path: folder.appendingPathComponent(name).standardizedFileURL.path)
        }
        self.pools = pools
    }

    /// Reads answers with labels: their requests as a data set, and the answers in the same order.
    public static func labelled(
        path: String, limit: Int? = nil
    ) throws(DocumentError) -> (dataset: Dataset, answers: [LabelledAnswer]) {
        let answers = try JSONLines.rows(path, limit: limit) { value throws(FieldError) in
            try LabelledAnswer(json: value)
        }
        return (try Dataset(path: path, samples: answers.map(\.sample)), answers)
    }

    /// The functions of a pool file; one in YAML is a pool as servers read it.
    public static func pool(path: String) throws(DocumentError) -> [FunctionDefinition] {
        do {
            if InputFile.isYAML(path) { return try FunctionPool.load(path: path).functions }
            var reader = try FieldReader(JSONValue(parsing: JSONLines.bytes(path)))
            return try FunctionDefinition.list("functions", &reader)
        } catch let error as DocumentError {
            throw error
        } catch {
            throw DocumentError(path: path, reason: "\(error)")
        }
    }

    /// The functions offered to a sample: inline, or its candidates, or its whole pool.
    /// - Throws: where a candidate is not in the pool.
    public func functions(for sample: Sample) throws(DocumentError) -> [FunctionDefinition] {
        if let functions = sample.functions { return functions }
        let pool = sample.pool.flatMap { pools[$0] } ?? []
        guard let candidates = sample.candidates else { return pool }
        var functions: [FunctionDefinition] = []
        for name in candidates {
            guard let function = pool.first(where: { $0.name == name }) else {
                throw DocumentError(
                    path: path, reason: "sample \(sample.id): no function \(name) in \(sample.pool ?? "its pool")")
            }
            functions.append(function)
        }
        return functions
    }
}
