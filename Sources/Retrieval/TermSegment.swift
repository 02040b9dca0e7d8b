/// The postings of a run of documents, made once and never changed: an index is a few segments, and a change adds one.
final class TermSegment: Sendable {
    /// Whole words, and the four-letter parts of words.
    let words: Postings
    let parts: Postings
    /// Documents, by which postings count from 0.
    let count: Int

    /// The postings of some documents.
    init(_ documents: [WeightedTerms], hasParts: Bool) {
        count = documents.count
        words = Postings(documents.map(\.frequencies))
        guard hasParts else {
            parts = Postings([])
            return
        }
        var known: [String: [String]] = [:]
        parts = Postings(
            documents.map { document in
                var frequencies: [String: Double] = [:]
                for (word, frequency) in document.frequencies {
                    let parts = known[word] ?? WordParts.of(word)
                    known[word] = parts
                    for part in parts { frequencies[part, default: 0] += frequency }
                }
                return frequencies
            })
    }

    /// The documents of several segments that still have a row, one after the other.
    init(joining placed: [PlacedSegment]) {
        var next: Int32 = 0
        let renumbered = placed.map { part in
            part.rows.map { row -> Int32 in
                guard row >= 0 else { return -1 }
                next += 1
                return next - 1
            }
        }
        count = Int(next)
        words = Postings(joining: zip(placed, renumbered).map { ($0.segment.words, $1) })
        parts = Postings(joining: zip(placed, renumbered).map { ($0.segment.parts, $1) })
    }
}

/// A segment and where its documents stand in the pool now.
struct PlacedSegment: Sendable {
    let segment: TermSegment
    /// By document: its row in the pool; -1 where it was removed or replaced.
    var rows: [Int32]
    /// Documents that have a row.
    private(set) var living: Int

    /// A segment whose documents have these rows in the index; -1: gone.
    init(_ segment: TermSegment, rows: [Int32]) {
        (self.segment, self.rows) = (segment, rows)
        living = rows.reduce(0) { $1 >= 0 ? $0 + 1 : $0 }
    }
}

/// Which documents have a term, and how often.
struct Postings: Sendable {
    private let ranges: [String: Range<Int>]
    private let documents: [Int32]
    private let frequencies: [Double]

    /// Postings of texts whose terms are counted already.
    init(_ texts: [[String: Double]]) {
        var lists: [String: [(document: Int32, frequency: Double)]] = [:]
        for (document, text) in texts.enumerated() {
            for (term, frequency) in text { lists[term, default: []].append((Int32(document), frequency)) }
        }
        self.init(lists: lists)
    }

    /// - Parameter parts: postings and the new numbers of their documents, -1 for one that goes.
    init(joining parts: [(postings: Postings, numbers: [Int32])]) {
        var lists: [String: [(document: Int32, frequency: Double)]] = [:]
        for (postings, numbers) in parts {
            for (term, range) in postings.ranges {
                for posting in range {
                    let number = numbers[Int(postings.documents[posting])]
                    if number >= 0 { lists[term, default: []].append((number, postings.frequencies[posting])) }
                }
            }
        }
        self.init(lists: lists)
    }

    /// Postings from lists by term.
    private init(lists: [String: [(document: Int32, frequency: Double)]]) {
        var ranges: [String: Range<Int>] = [:], documents: [Int32] = [], frequencies: [Double] = []
        ranges.reserveCapacity(lists.count)
        for (term, list) in lists {
            ranges[term] = documents.count..<documents.count + list.count
            documents.append(contentsOf: list.lazy.map(\.document))
            frequencies.append(contentsOf: list.lazy.map(\.frequency))
        }
        (self.ranges, self.documents, self.frequencies) = (ranges, documents, frequencies)
    }

    /// How many documents that have a row hold the term.
    func count(of term: String, in rows: [Int32], allLive: Bool) -> Int {
        guard let range = ranges[term] else { return 0 }
        guard !allLive else { return range.count }
        return range.reduce(0) { rows[Int(documents[$1])] >= 0 ? $0 + 1 : $0 }
    }

    /// Calls `body` for each document of a term that is still there.
    func forEach(of term: String, in rows: [Int32], _ body: (_ row: Int, _ frequency: Double) -> Void) {
        guard let range = ranges[term] else { return }
        for posting in range {
            let row = rows[Int(documents[posting])]
            if row >= 0 { body(Int(row), frequencies[posting]) }
        }
    }
}
