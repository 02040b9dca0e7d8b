import Kernels

/// The best `limit` of many vectors by inner product, exactly. Immutable.
///
/// A vector belongs to an item, an item may have several vectors: its score is that of its best one. In `.bytes` all
/// rows are scored in 8 bits first; what could still be among the best, given how far those scores can be off, is scored
/// anew in f32, so that the result is that of `.floats` in a quarter of the memory traffic.
public struct VectorIndex: Sendable {
    /// How vectors are stored: f32, or 8 bits with a scale, of which the best are computed again exactly.
    public enum Precision: String, Sendable, CaseIterable { case floats, bytes }

    /// An item and its score; the higher, the better.
    public struct Hit: Sendable, Hashable {
        public var item: Int
        public var score: Float
    }

    public let dimensions: Int
    /// How many items there are.
    public let count: Int
    private let vectors: FloatRows
    /// Item of each vector, ascending; nil: vector i is item i.
    private let items: [Int32]?
    private let bytes: ByteRows?

    /// Rows scored at a time: 256 KiB of f32 at 384 dimensions stay in the L2 cache for all queries of a batch.
    private static let blockRows = 170
    /// Queries scored together.
    private static let blockQueries = 64

    /// - Parameters:
    ///   - vectors: row-major `[n, dimensions]`; unit vectors give cosines.
    ///   - items: for each vector the item that it belongs to, ascending from 0 without gaps; nil: one vector an item.
    public init(_ vectors: [Float], dimensions: Int, items: [Int]? = nil, precision: Precision = .floats) {
        precondition(dimensions > 0 && vectors.count % dimensions == 0, "\(vectors.count) values of \(dimensions)")
        let rows = vectors.count / dimensions
        if let items {
            precondition(items.count == rows && items.first ?? 0 == 0, "items must be as many as vectors, from 0")
            precondition(zip(items, items.dropFirst()).allSatisfy { $1 - $0 == 0 || $1 - $0 == 1 }, "items have gaps")
        }
        (self.vectors, self.dimensions) = (FloatRows(vectors, width: dimensions), dimensions)
        self.items = items?.map { Int32($0) }
        count = items.map { ($0.last ?? -1) + 1 } ?? rows
        bytes = precision == .bytes && dimensions <= ByteRows.widest ? ByteRows(vectors, width: dimensions) : nil
    }

    /// Vectors in the index; items may have several.
    var vectorCount: Int { vectors.count }
    private var rows: Int { vectorCount }

    /// The best items, best first, equal scores by item.
    ///
    /// - Parameter query: `[dimensions]`.
    public func search(_ query: [Float], limit: Int) -> [Hit] {
        search(batch: query, limit: limit).first ?? []
    }

    /// As `search`, for each row of `queries`, `[n, dimensions]`.
    ///
    /// - Parameter pool: shares queries, or for a single one blocks of rows, among its threads; nil: the caller alone.
    public func search(batch queries: [Float], limit: Int, on pool: WorkerPool? = nil) -> [[Hit]] {
        precondition(queries.count % dimensions == 0, "\(queries.count) values of \(dimensions)")
        let total = queries.count / dimensions
        guard limit > 0, count > 0 else { return [[Hit]](repeating: [], count: total) }
        // Each worker searches a share of the rows; shares begin at an item.
        let shares = rowShares(pool?.threads ?? 1)
        var parts = [[[Hit]]](repeating: [], count: shares.count)
        if shares.count == 1 {
            parts[0] = searchRows(shares[0], queries, total, limit)
        } else {
            parts.withUnsafeMutableBufferPointer { parts in
                // Safe: each range has parts of its own, and parallelFor returns after the last.
                nonisolated(unsafe) let parts = parts
                pool?.parallelFor(shares.count) { _, range in
                    for share in range { parts[share] = searchRows(shares[share], queries, total, limit) }
                }
            }
        }
        return (0..<total).map { query in
            guard parts.count > 1 else { return parts[0][query] }
            var best = BestHits(limit: limit)
            for part in parts { for hit in part[query] { best.offer(hit) } }
            return best.hits
        }
    }

    /// The score of every item for one query.
    public func scores(of query: [Float]) -> [Float] {
        precondition(query.count == dimensions, "\(query.count) values, not \(dimensions)")
        var best = [Float](repeating: -.infinity, count: count)
        forEachScore(query, 0..<rows) { row, score in
            let item = self.item(of: row)
            best[item] = max(best[item], score)
        }
        return best
    }

    /// A stored vector.
    func vector(_ row: Int) -> [Float] { vectors[row] }

    /// The item that a vector belongs to.
    func item(of row: Int) -> Int { items.map { Int($0[row]) } ?? row }

    /// Rows cut evenly among threads.
    private func rowShares(_ threads: Int) -> [Range<Int>] {
        guard threads > 1, rows >= 4096 else { return [0..<rows] }
        var bounds = [0]
        for share in 1..<threads {
            var row = share * rows / threads
            if let items { while row < rows, row > 0, items[row] == items[row - 1] { row += 1 } }
            bounds.append(row)
        }
        return zip(bounds, bounds.dropFirst() + [rows]).map { $0..<$1 }
    }
}

extension VectorIndex {
    /// The best hits of a range of rows for each query, in f32.
    private func searchRows(_ range: Range<Int>, _ queries: [Float], _ total: Int, _ limit: Int) -> [[Hit]] {
        // From some batch size on f32 products run at the speed of arithmetic and beat reading bytes for every query.
        if let bytes, total < 8 {
            return (0..<total).map { query in
                searchBytes(bytes, Array(queries[query * dimensions..<(query + 1) * dimensions]), range, limit)
            }
        }
        var best = [BestHits](repeating: BestHits(limit: limit), count: total)
        let width = Self.blockRows
        let step = total == 1 ? 4096 : width
        queries.withUnsafeBufferPointer { queries in
            vectors.withRows { vectors in
                guard let queries = queries.baseAddress else { return }
                withUnsafeTemporaryAllocation(of: Float.self, capacity: max(step, width * Self.blockQueries)) {
                    scores in
                    guard let scores = scores.baseAddress else { return }
                    for first in stride(from: range.lowerBound, to: range.upperBound, by: step) {
                        let rows = min(step, range.upperBound - first)
                        for query in stride(from: 0, to: total, by: Self.blockQueries) {
                            let block = min(Self.blockQueries, total - query)
                            FloatProducts.scores(
                                queries + query * dimensions, rows: block, vectors + first * dimensions, count: rows,
                                width: dimensions, into: scores, stride: rows)
                            for index in 0..<block {
                                offer(scores + index * rows, first..<first + rows, to: &best[query + index])
                            }
                        }
                    }
                }
            }
        }
        return best.map(\.hits)
    }

    /// Offers a block of scores to the best hits so far.
    private func offer(_ scores: UnsafePointer<Float>, _ rows: Range<Int>, to best: inout BestHits) {
        guard let items else {
            for row in 0..<rows.count where scores[row] > best.threshold {
                best.offer(Hit(item: rows.lowerBound + row, score: scores[row]))
            }
            return
        }
        for row in 0..<rows.count where scores[row] > best.threshold {
            best.offerBetter(Hit(item: Int(items[rows.lowerBound + row]), score: scores[row]))
        }
    }

    /// The best hits of a range of rows for one query, by bytes first.
    private func searchBytes(_ bytes: ByteRows, _ query: [Float], _ range: Range<Int>, _ limit: Int) -> [Hit] {
        query.withUnsafeBufferPointer { query in
            guard let base = query.baseAddress else { return [] }
            let quantized = ByteQuery(query)
            let slack = 2 * bytes.errorBound(of: quantized)
            return withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count) { scores in
                guard let scores = scores.baseAddress else { return [] }
                bytes.scores(of: quantized, rows: range, into: scores)
                var rough = BestHits(limit: limit)
                offer(scores, range, to: &rough)
                let floor = rough.threshold - slack
                var best = BestHits(limit: limit)
                vectors.withRows { vectors in
                    for index in 0..<range.count where scores[index] >= floor {
                        let row = range.lowerBound + index
                        let score = FloatProducts.dot(base, vectors + row * dimensions, width: dimensions)
                        if score > best.threshold { best.offerBetter(Hit(item: item(of: row), score: score)) }
                    }
                }
                return best.hits
            }
        }
    }

    /// Calls `body` with each row of a range and its score.
    private func forEachScore(_ query: [Float], _ range: Range<Int>, _ body: (Int, Float) -> Void) {
        query.withUnsafeBufferPointer { query in
            vectors.withRows { vectors in
                guard let query = query.baseAddress else { return }
                withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count) { scores in
                    guard let scores = scores.baseAddress else { return }
                    FloatProducts.scores(
                        query, rows: 1, vectors + range.lowerBound * dimensions, count: range.count, width: dimensions,
                        into: scores, stride: range.count)
                    for index in 0..<range.count { body(range.lowerBound + index, scores[index]) }
                }
            }
        }
    }
}
