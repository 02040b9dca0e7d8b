import Foundation
import OrderedJSON

/// Okapi BM25 over the API documents of one pool, with weighted fields (BM25F, Robertson and Zaragoza 2009, 3.6).
///
/// What a term adds to a document's score depends on the pool alone, so it is computed when the index is built and a
/// query only adds. Immutable: a change of the pool makes a new index.
public struct LexicalIndex: Retriever {
    public struct Weights: Sendable, Hashable {
        /// How much one occurrence of a term counts in each part of the document.
        public var name = 3.0, domain = 1.0, description = 2.0, parameterName = 1.0, parameterText = 0.5
        public var enumValue = 0.7, example = 1.5
        /// BM25's saturation and length normalisation.
        public var saturation = 1.2, lengthNormalization = 0.5
        /// What a word counts that shares only some of its letters with the document's words ("freezer", "freezing").
        public var wordPart = 0.5
        /// What the turn before the query counts; each older one half of the next.
        public var history = 0.3

        public init() {}
    }

    public let names: [String]
    public let weights: Weights
    private let words: InvertedIndex
    private let parts: InvertedIndex

    public init(_ functions: [FunctionDocument], weights: Weights = Weights()) {
        names = functions.map(\.name)
        self.weights = weights
        let terms = functions.map { WeightedTerms($0, weights) }
        words = InvertedIndex(terms.map { ($0.frequencies, $0.length) }, weights)
        guard weights.wordPart > 0 else {
            parts = InvertedIndex([], weights)
            return
        }
        var known: [String: [String]] = [:]
        parts = InvertedIndex(
            terms.map { document in
                var frequencies: [String: Double] = [:]
                for (word, frequency) in document.frequencies {
                    let parts = known[word] ?? WordParts.of(word)
                    known[word] = parts
                    for part in parts { frequencies[part, default: 0] += frequency }
                }
                return (frequencies, document.length)
            }, weights)
    }

    public func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] {
        search(query, limit: limit)
    }

    /// As `candidates(for:limit:)`; fills up with functions of score 0 where fewer share a term with the query.
    public func search(_ query: RetrievalQuery, limit: Int) -> [Candidate] {
        guard limit > 0 else { return [] }
        let totals = scores(of: query)
        return BestRows.pick(limit, of: totals).map { Candidate(name: names[$0], score: totals[$0]) }
    }

    /// The score of every function, in the order of the pool.
    func scores(of query: RetrievalQuery) -> [Double] {
        var totals = [Double](repeating: 0, count: names.count)
        for (term, weight) in terms(of: query) {
            words.add(weight, of: term, to: &totals)
            guard weights.wordPart > 0 else { continue }
            let pieces = WordParts.of(term)
            for piece in pieces {
                parts.add(weight * weights.wordPart / Double(pieces.count), of: piece, to: &totals)
            }
        }
        return totals
    }

    /// Distinct terms in the order of their first occurrence: sums of floating point depend on the order.
    private func terms(of query: RetrievalQuery) -> [(String, Double)] {
        var order: [String] = [], best: [String: Double] = [:]
        func add(_ text: String, _ weight: Double) {
            for term in Terms(text, splitsNames: true) {
                if let old = best[term] {
                    best[term] = max(old, weight)
                } else {
                    order.append(term); best[term] = weight
                }
            }
        }
        add(query.text, 1)
        var weight = weights.history
        for turn in query.history.reversed() {
            guard weight > 0.01 else { break }
            add(turn, weight)
            weight /= 2
        }
        return order.map { ($0, best[$0] ?? 0) }
    }
}

/// What each term adds to the score of each document that has it.
private struct InvertedIndex: Sendable {
    private let rows: [String: Range<Int>]
    /// Postings of all terms, one after the other, documents ascending.
    private let documents: [Int32]
    private let scores: [Double]

    init(_ texts: [(frequencies: [String: Double], length: Double)], _ weights: LexicalIndex.Weights) {
        let total = texts.reduce(0) { $0 + $1.length }
        let meanLength = max(total / Double(max(texts.count, 1)), .leastNormalMagnitude)
        var postings: [String: [(document: Int32, frequency: Double)]] = [:]
        for (document, text) in texts.enumerated() {
            for (term, frequency) in text.frequencies {
                postings[term, default: []].append((Int32(document), frequency))
            }
        }
        var rows: [String: Range<Int>] = [:], documents: [Int32] = [], scores: [Double] = []
        rows.reserveCapacity(postings.count)
        for (term, list) in postings {
            let start = documents.count
            // The form of the inverse document frequency that is never negative.
            let rarity = log1p((Double(texts.count - list.count) + 0.5) / (Double(list.count) + 0.5))
            for (document, frequency) in list {
                let ratio = texts[Int(document)].length / meanLength
                let norm = weights.saturation * (1 - weights.lengthNormalization + weights.lengthNormalization * ratio)
                documents.append(document)
                scores.append(rarity * frequency * (weights.saturation + 1) / (frequency + norm))
            }
            rows[term] = start..<documents.count
        }
        (self.rows, self.documents, self.scores) = (rows, documents, scores)
    }

    func add(_ weight: Double, of term: String, to totals: inout [Double]) {
        guard let row = rows[term] else { return }
        for posting in row { totals[Int(documents[posting])] += weight * scores[posting] }
    }
}

/// The terms of one document with the weights of the fields they stand in.
private struct WeightedTerms {
    var frequencies: [String: Double] = [:]
    var length = 0.0

    init(_ function: FunctionDocument, _ weights: LexicalIndex.Weights) {
        add(function.name, weights.name, splitsNames: true)
        add(function.domain ?? "", weights.domain, splitsNames: true)
        add(function.description, weights.description)
        for example in function.examples { add(example, weights.example) }
        add(schema: function.parameters, weights, depth: 0)
    }

    mutating func add(_ text: String, _ weight: Double, splitsNames: Bool = false) {
        for term in Terms(text, splitsNames: splitsNames) {
            frequencies[term, default: 0] += weight
            length += weight
        }
    }

    mutating func add(schema: JSONValue, _ weights: LexicalIndex.Weights, depth: Int) {
        guard depth < 16, let members = schema.objectValue else { return }
        if depth > 0, let text = members["description"]?.stringValue { add(text, weights.parameterText) }
        for (name, property) in members["properties"]?.objectValue ?? [:] {
            add(name, weights.parameterName, splitsNames: true)
            add(schema: property, weights, depth: depth + 1)
        }
        for value in members["enum"]?.arrayValue ?? [] {
            if let text = value.stringValue { add(text, weights.enumValue, splitsNames: true) }
        }
        if let items = members["items"] { add(schema: items, weights, depth: depth + 1) }
        for name in ["anyOf", "oneOf", "allOf"] {
            for part in members[name]?.arrayValue ?? [] { add(schema: part, weights, depth: depth + 1) }
        }
    }
}

/// The rows with the highest totals, in time linear in the rows for a small limit.
package enum BestRows {
    package static func pick(_ limit: Int, of totals: [Double]) -> [Int] {
        if limit >= totals.count { return totals.indices.sorted { before($0, $1, totals) } }
        var best: [Int] = []
        best.reserveCapacity(limit + 1)
        for row in totals.indices {
            if best.count == limit, let last = best.last, !before(row, last, totals) { continue }
            var position = best.count
            while position > 0, before(row, best[position - 1], totals) { position -= 1 }
            best.insert(row, at: position)
            if best.count > limit { best.removeLast() }
        }
        return best
    }

    private static func before(_ first: Int, _ second: Int, _ totals: [Double]) -> Bool {
        totals[first] != totals[second] ? totals[first] > totals[second] : first < second
    }
}
