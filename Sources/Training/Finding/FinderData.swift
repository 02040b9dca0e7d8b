/// Queries and the functions that they ask for, as tokens.
public struct FinderData: Sendable, Hashable {
    public struct Query: Sendable, Hashable {
        public var tokens: [Int32]
        /// Places among the documents of the functions that answer it; at least one.
        public var wanted: [Int]
        /// Places of others of its pool that it is to be told from, whatever else its step has.
        public var others: [Int]

        public init(tokens: [Int32], wanted: [Int], others: [Int] = []) {
            (self.tokens, self.wanted, self.others) = (tokens, wanted, others)
        }
    }

    /// Each of one pool. The queries of a step come from one of them: what the others want are wrong answers to each,
    /// which functions of another pool need not be.
    public var sources: [[Query]]
    /// The functions' texts.
    public var documents: [[Int32]]

    public init(sources: [[Query]], documents: [[Int32]]) { (self.sources, self.documents) = (sources, documents) }

    public var count: Int { sources.reduce(0) { $0 + $1.count } }

    /// - Throws: `.sample` for a text without tokens, a token that the model does not know, a text that is too long, and a
    ///   place that no document has.
    package func check(vocabulary: Int, contextLength: Int) throws(TrainingError) {
        func check(_ tokens: [Int32], _ place: @autoclosure () -> String) throws(TrainingError) {
            guard (1...contextLength).contains(tokens.count) else {
                throw .sample(
                    place: place(), reason: "it has \(tokens.count) tokens; the model takes 1...\(contextLength)")
            }
            if let token = tokens.first(where: { !(0..<Int32(vocabulary)).contains($0) }) {
                throw .sample(place: place(), reason: "the model has no token \(token)")
            }
        }
        guard count > 0 else { throw .setting("there is no query to learn from") }
        for (index, tokens) in documents.enumerated() { try check(tokens, "function \(index + 1)") }
        for (source, queries) in sources.enumerated() {
            for (index, query) in queries.enumerated() {
                let place = "query \(index + 1) of set \(source + 1)"
                try check(query.tokens, place)
                guard !query.wanted.isEmpty, (query.wanted + query.others).allSatisfy(documents.indices.contains) else {
                    throw .sample(place: place, reason: "it wants no function, or one that there is not")
                }
            }
        }
    }

    /// Whether a checkpoint's data were the same.
    package var digest: String {
        var digest = RunDigest()
        for tokens in documents { digest.add(list: tokens.lazy.map { Int($0) }) }
        for queries in sources {
            digest.add(queries.count)
            for query in queries {
                digest.add(list: query.tokens.lazy.map { Int($0) })
                digest.add(list: query.wanted)
                digest.add(list: query.others)
            }
        }
        return digest.text
    }
}
