import Digests
import Documents
import Evaluation
import Foundation
import Functions
import Judging
import Retrieval

/// Requests of data sets in the canonical form and the functions that they ask for, as the texts that a finder is taught.
public struct FinderSamples: Sendable, Hashable {
    public struct Request: Sendable, Hashable {
        /// What is encoded of it: with a history the dialogue that it ends.
        public var text: String
        /// Places among the documents.
        public var wanted: [Int], others: [Int]
    }

    /// How a file is read.
    public struct Reading: Sendable {
        /// A pool for all samples; nil: those that they name, or the functions that they bring.
        public var pool: String?
        /// By the hash of their ids.
        public var split = RetrievalEvaluation.Task.Split.all
        /// Samples at most, drawn by the seed and their ids; nil: all.
        public var limit: Int?
        /// Functions of the pool that each request is to be told from, besides those that its step has.
        public var others = 1
        public var seed: UInt64 = 0

        public init() {}
    }

    /// One a pool of a file.
    public private(set) var sources: [[Request]] = []
    /// Signatures of functions.
    public private(set) var documents: [String] = []

    public init() {}

    public var count: Int { sources.reduce(0) { $0 + $1.count } }

    /// Adds the samples of a file that expect calls of functions that there are.
    ///
    /// - Throws: `DocumentError` for a file that cannot be read; where no sample is left.
    public mutating func add(_ path: String, _ reading: Reading) throws {
        let samples = try Self.samples(path, reading), known = count
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        // What brings its own functions is one pool too: a function of one name is the one that came first.
        for (pool, samples) in Dictionary(grouping: samples, by: { reading.pool ?? $0.pool ?? "" })
            .sorted(by: { $0.key < $1.key })
        {
            let file = reading.pool ?? folder.appendingPathComponent(pool).standardizedFileURL.path
            let functions = pool.isEmpty ? samples.flatMap { $0.functions ?? [] } : try Dataset.pool(path: file)
            var names: Set<String> = []
            add(samples, functions.map(\.document).filter { names.insert($0.name).inserted }, reading)
        }
        guard count > known else {
            throw DocumentError(
                path: path, reason: "no sample of it calls a function of its pool; a finder learns from calls")
        }
    }

    private static func samples(_ path: String, _ reading: Reading) throws -> [Sample] {
        let all = try JSONLines.rows(path) { value throws(FieldError) in
            try Sample(json: value, isServed: reading.pool != nil)
        }
        let samples = all.filter {
            $0.reference.outcome == .call && !$0.reference.expected.isEmpty && reading.split.takes($0.id)
        }
        guard let limit = reading.limit, limit < samples.count else { return samples }
        return samples.map { (SampleOrder.key($0.id, seed: reading.seed), $0) }.sorted { $0.0 < $1.0 }.prefix(limit)
            .map(\.1)
    }

    private mutating func add(_ samples: [Sample], _ functions: [FunctionDocument], _ reading: Reading) {
        let first = documents.count
        let places = Dictionary(
            functions.enumerated().map { ($1.name, first + $0) }, uniquingKeysWith: { first, _ in first })
        documents += functions.map { DocumentTexts.signature(of: $0) }
        let index = LexicalIndex(functions)
        let neighbours = functions.map {
            index.search(RetrievalQuery(DocumentTexts.signature(of: $0)), limit: reading.others + 4)
        }
        var requests: [Request] = []
        for sample in samples {
            let names = Set(sample.reference.expected.map(\.function)).sorted()
            let wanted = names.compactMap { places[$0] }
            guard wanted.count == names.count, let asked = wanted.first else { continue }
            let query = sample.retrievalQuery
            guard let text = query.texts(for: .finder).last, !text.isEmpty else { continue }
            // Half of them have its words, half the words of what it wants: in other languages there are no such words.
            var others: [Int] = []
            let near = index.search(RetrievalQuery(text), limit: reading.others + wanted.count)
            for (candidates, count) in [
                (near.filter { $0.score > 0 }, (reading.others + 1) / 2), (neighbours[asked - first], reading.others),
            ] {
                for candidate in candidates where others.count < count {
                    guard let place = places[candidate.name], !wanted.contains(place), !others.contains(place) else {
                        continue
                    }
                    others.append(place)
                }
            }
            requests.append(Request(text: text, wanted: wanted, others: others))
        }
        sources.append(requests)
    }
}
