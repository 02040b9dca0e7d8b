import FunctionCalling
import Documents
import Retrieval

/// Recall at k of each retriever of one pool: do the right functions stand among the first candidates?
public struct RetrievalEvaluation: Sendable {
    /// A retriever's figures.
    public struct Row: Sendable, Hashable {
        public var retriever: String
        public var samples: Int
        /// Share of samples whose functions all stand among the first k, by k.
        public var recall: [Int: Double]
        /// Mean of 1 / rank of the first right function.
        public var meanReciprocalRank: Double
        public var secondsPerQuery: Double

        /// The recall at k with its interval.
        public func share(at cut: Int) -> Share {
            Share(Int(((recall[cut] ?? 0) * Double(samples)).rounded()), of: samples)
        }
    }

    /// Samples of one set, and the pool that they are looked for in.
    public struct Task: Sendable {
        public var name: String
        public var functions: [FunctionDocument]
        public var queries: [LabelledQuery]

        /// What is measured: the functions of one pool and queries to them.
        public init(name: String, functions: [FunctionDocument], queries: [LabelledQuery]) {
            (self.name, self.functions, self.queries) = (name, functions, queries)
        }
    }

    public var cuts: [Int]

    /// - Parameter cuts: the values of k.
    public init(cuts: [Int] = [5, 7, 10, 15]) { self.cuts = cuts }

    /// - Parameter retrievers: in the order of the table.
    /// - Throws: what a retriever throws.
    public func run(
        _ task: Task, _ retrievers: [(name: String, retriever: any Retriever)]
    ) async throws -> [Row] {
        var rows: [Row] = []
        for (name, retriever) in retrievers {
            var hits = [Int](repeating: 0, count: cuts.count), reciprocals = 0.0
            let start = ContinuousClock.now
            for query in task.queries {
                let found = try await retriever.candidates(for: query.query, limit: task.functions.count)
                let ranks = query.functions.map { name in found.firstIndex { $0.name == name } ?? .max }
                let worst = ranks.max() ?? .max
                for (index, cut) in cuts.enumerated() where worst < cut { hits[index] += 1 }
                if let best = ranks.min(), best < .max { reciprocals += 1 / Double(best + 1) }
            }
            let count = max(task.queries.count, 1)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            rows.append(
                Row(
                    retriever: name, samples: task.queries.count,
                    recall: Dictionary(
                        zip(cuts, hits.map { Double($0) / Double(count) }), uniquingKeysWith: { first, _ in first }),
                    meanReciprocalRank: reciprocals / Double(count), secondsPerQuery: seconds / Double(count)))
        }
        return rows
    }
}

/// An encoder with a memory: several retrievers ask for the same queries.
public actor RememberingEncoder: TextEncoder {
    private let base: any TextEncoder
    private var known: [String: [Float]] = [:]
    /// Of the encoder behind it.
    public nonisolated var dimensions: Int { base.dimensions }
    /// Of the encoder behind it.
    public nonisolated var identity: String { base.identity }
    /// Of the encoder behind it.
    public nonisolated var habits: EncoderHabits { base.habits }

    /// Remembers the vectors of an encoder, since several retrievers ask for the same texts.
    public init(_ base: any TextEncoder) { self.base = base }

    /// Encodes queries in large batches beforehand.
    public func prepare(_ queries: [RetrievalQuery]) async throws {
        let texts = queries.flatMap { $0.texts(for: habits) }
        for first in stride(from: 0, to: texts.count, by: 256) {
            _ = try await encode(Array(texts[first..<min(first + 256, texts.count)]), kind: .query)
        }
    }

    /// Encodes what is not known yet.
    public func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        let missing = Array(Set(texts.filter { known[Self.key($0, kind)] == nil })).sorted()
        if !missing.isEmpty {
            let vectors = try await base.encode(missing, kind: kind)
            for (index, text) in missing.enumerated() {
                known[Self.key(text, kind)] = Array(vectors[index * dimensions..<(index + 1) * dimensions])
            }
        }
        return texts.flatMap { known[Self.key($0, kind)] ?? [] }
    }

    /// A text as query and as document has two vectors.
    private static func key(_ text: String, _ kind: TextKind) -> String { "\(kind.rawValue)\n\(text)" }
}
