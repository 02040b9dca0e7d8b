import Documents
import Foundation
import FunctionCalling
import Functions
import Judging
import Retrieval

extension RetrievalEvaluation.Task {
    /// What a task is made of.
    public struct Plan: Sendable {
        /// `.jsonl` or `.jsonl.gz`.
        public var data: [String]
        /// A pool for all samples; nil: the one that they name.
        public var pool: String?
        /// A file of `{version: {old function: {"function": new}}}` and the version: the names of `pool`.
        public var renaming: (path: String, version: String)?
        /// Labelled queries, of which each function gets up to `examplesPerFunction`; samples with the same text are not scored.
        public var examples: String?
        public var examplesPerFunction = 20
        /// Samples that are scored at most, drawn with `seed`.
        public var limit: Int?
        public var seed: UInt64 = 1
        /// Of a set without a validation split: score only every fifth sample by the hash of its id, and train on the others.
        public var split: Split = .all
        /// Only samples of this language; nil: all.
        public var language: String?

        /// A plan with all samples of these files.
        public init(data: [String]) { self.data = data }
    }

    /// Which samples count, by the hash of their ids.
    public enum Split: String, Sendable, CaseIterable {
        case all, train, valid

        /// What it leaves of a file; of all samples that is all, too.
        package var rest: Split { self == .train ? .valid : self == .valid ? .train : .all }

        package func takes(_ id: String) -> Bool {
            guard self != .all else { return true }
            let isValid = id.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
            return (isValid >> 17) % 5 == 0 ? self == .valid : self == .train
        }
    }

    /// Reads the samples that expect a call, their pool and the examples.
    ///
    /// - Throws: `DocumentError`.
    public init(name: String, _ plan: Plan) throws {
        var samples: [Sample] = []
        for path in plan.data { samples += try Dataset(path: path).samples }
        samples = samples.filter {
            $0.reference.outcome == .call && !$0.reference.expected.isEmpty && plan.split.takes($0.id)
                && (plan.language == nil || $0.language == plan.language)
        }
        if samples.isEmpty, let language = plan.language {
            throw DocumentError(path: plan.data.first ?? "", reason: "it has no calls in the language \(language)")
        }
        let names = Set(samples.compactMap(\.pool))
        var path = plan.pool ?? ""
        if path.isEmpty, names.count == 1, let name = names.first, let data = plan.data.first {
            path =
                URL(fileURLWithPath: data).deletingLastPathComponent().appendingPathComponent(name)
                .standardizedFileURL.path
        }
        guard !path.isEmpty else {
            throw DocumentError(
                path: plan.data.first ?? "", reason: "its samples name \(names.count) pools; say which: --pool")
        }
        var functions = try Dataset.pool(path: path)
        let renaming = try plan.renaming.map { try Self.renaming($0.path, $0.version) } ?? [:]
        let known = Set(functions.map(\.name))
        var queries: [LabelledQuery] = []
        for sample in samples {
            let expected = Set(sample.reference.expected.map { renaming[$0.function] ?? $0.function })
            guard expected.isSubset(of: known) else { continue }
            queries.append(LabelledQuery(sample.retrievalQuery, functions: expected.sorted()))
        }
        if let examples = plan.examples {
            let seen = try Self.add(
                examples, plan.examplesPerFunction, plan.seed, to: &functions, plan.data.contains(examples))
            queries.removeAll { seen.contains($0.query.text) }
        }
        if let limit = plan.limit, queries.count > limit {
            queries = Array(Self.shuffled(queries, plan.seed).prefix(limit))
        }
        self.init(name: name, functions: functions.map(\.document), queries: queries)
    }

    /// Labelled queries of a file that expect a call, for training.
    public static func labelled(path: String, split: Split = .all) throws(DocumentError) -> [LabelledQuery] {
        try Dataset(path: path).samples.filter { $0.reference.outcome == .call && split.takes($0.id) }.map {
            LabelledQuery($0.retrievalQuery, functions: Set($0.reference.expected.map(\.function)).sorted())
        }
    }

    /// Gives functions their examples.
    ///
    /// - Returns: all texts of the file, or of its training half if it is scored too.
    private static func add(
        _ path: String, _ count: Int, _ seed: UInt64, to functions: inout [FunctionDefinition], _ isSplit: Bool
    ) throws(DocumentError) -> Set<String> {
        let labelled = shuffled(try labelled(path: path, split: isSplit ? .train : .all), seed)
        var examples: [String: [String]] = [:]
        for query in labelled where query.functions.count == 1 {
            for name in query.functions where examples[name, default: []].count < count {
                examples[name, default: []].append(query.query.text)
            }
        }
        functions = functions.map {
            FunctionDefinition(
                name: $0.name, description: $0.description, domain: $0.domain, parameters: $0.parameters,
                examples: $0.examples + (examples[$0.name] ?? []))
        }
        return Set(labelled.map(\.query.text))
    }

    /// Other names of functions, by their names in the pool.
    private static func renaming(_ path: String, _ version: String) throws -> [String: String] {
        let file = try JSONValue(parsing: JSONLines.bytes(path))
        guard let members = file[version]?.objectValue else {
            throw DocumentError(path: path, reason: "has no wording \(version)")
        }
        return members.reduce(into: [:]) { $0[$1.key] = $1.value["function"]?.stringValue }
    }

    /// The same order for the same seed, everywhere.
    private static func shuffled<Element>(_ list: [Element], _ seed: UInt64) -> [Element] {
        var list = list, state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        for index in list.indices.dropFirst().reversed() {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            list.swapAt(index, Int(state % UInt64(index + 1)))
        }
        return list
    }
}

extension Sample {
    /// As the pipeline asks: the query, and the last four turns.
    package var retrievalQuery: RetrievalQuery {
        RetrievalQuery(query, history: history.filter { $0.role != .system }.suffix(4).map(\.content))
    }
}
