import Kernels
import Retrieval
import TestSupport
import Testing

@Suite struct VectorIndexTests {
    static func vectors(_ count: Int, _ width: Int, _ random: inout SeededGenerator) -> [Float] {
        var vectors: [Float] = []
        for _ in 0..<count {
            let row = (0..<width).map { _ in Float.random(in: -1...1, using: &random) }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            vectors += row.map { $0 / length }
        }
        return vectors
    }

    /// Items of a plain double loop, best first.
    static func naive(
        _ vectors: [Float], _ width: Int, _ items: [Int], _ query: [Float], _ limit: Int
    ) -> [(item: Int, score: Double)] {
        var best: [Int: Double] = [:]
        for (row, item) in items.enumerated() {
            let score = (0..<width).reduce(0.0) { $0 + Double(vectors[row * width + $1]) * Double(query[$1]) }
            best[item] = max(best[item] ?? -.infinity, score)
        }
        return best.map { ($0.key, $0.value) }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }.prefix(limit).map {
            $0
        }
    }

    @Test("property: both precisions, alone and in batches, give what a plain loop gives", arguments: UInt64(0)..<24)
    func agrees(seed: UInt64) {
        var random = SeededGenerator(seed)
        let width = [3, 64, 100, 384][Int(seed % 4)]
        let rows = Int.random(in: 1...(seed % 3 == 0 ? 9000 : 500), using: &random)
        var items: [Int] = []
        for row in 0..<rows { items.append(row == 0 ? 0 : items[row - 1] + Int.random(in: 0...1, using: &random)) }
        let vectors = Self.vectors(rows, width, &random), queries = Self.vectors(12, width, &random)
        let limit = Int.random(in: 1...20, using: &random), pool = WorkerPool(threads: 2)
        for precision in VectorIndex.Precision.allCases {
            let index = VectorIndex(vectors, dimensions: width, items: items, precision: precision)
            let batch = index.search(batch: queries, limit: limit)
            let shared = index.search(batch: queries, limit: limit, on: pool)
            for query in 0..<12 {
                let vector = Array(queries[query * width..<(query + 1) * width])
                let right = Self.naive(vectors, width, items, vector, limit)
                for found in [batch[query], shared[query], index.search(vector, limit: limit)] {
                    #expect(found.map(\.item) == right.map(\.item), "\(precision), \(rows) rows of \(width)")
                    #expect(zip(found, right).allSatisfy { abs(Double($0.score) - $1.score) < 1e-5 })
                }
            }
        }
    }

    @Test func holdsEqualsInOrder() {
        let row: [Float] = [1, 0]
        for precision in VectorIndex.Precision.allCases {
            let index = VectorIndex((0..<50).flatMap { _ in row }, dimensions: 2, precision: precision)
            #expect(index.search(row, limit: 5).map(\.item) == [0, 1, 2, 3, 4])
        }
    }

    @Test func isEmptyWithoutVectors() {
        #expect(VectorIndex([], dimensions: 8).search([Float](repeating: 0, count: 8), limit: 3).isEmpty)
        #expect(VectorIndex([1], dimensions: 1).search([1], limit: 0).isEmpty)
    }
}
