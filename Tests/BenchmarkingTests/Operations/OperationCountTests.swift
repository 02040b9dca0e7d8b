import Benchmarking
import ModelFiles
import Testing

/// Against figures worked out by hand from the paper's formula (appendix J).
@Suite struct OperationCountTests {
    static let half = PublishedOperations.rows[1].shape

    /// Of Qwen2.5-0.5B: 24·4·128·896·64·16, 24·2·128·1792·64·14, 24·6·128·896·4864, 2·896·151936.
    @Test func countsTheHalfBillion() {
        let count = OperationCount(Self.half, .published)
        #expect(count.projections == 11_274_289_152)
        #expect(count.attention == 9_865_003_008)
        #expect(count.feedForward == 80_329_310_208)
        #expect(count.output == 272_269_312)
        #expect(count.total == 101_740_871_680)
    }

    /// Name, total, and published to total.
    static let totals: [(String, Double, Double)] = [
        ("bert-large", 114.416, 0.3378), ("qwen2.5-0.5b", 101.741, 0.4257), ("0.4b-width", 76.374, 0.4334),
        ("0.4b-depth", 76.374, 0.5346), ("qwen2.5-1.5b", 355.607, 0.3147), ("qwen2.5-3b", 744.725, 0.2940),
        ("qwen2.5-7b", 1717.601, 0.2527), ("qwen2.5-72b", 18277.577, 0.2685),
    ]

    @Test(arguments: totals) func countsThePapersModels(_ name: String, billions: Double, ratio: Double) throws {
        let row = try #require(PublishedOperations.rows.first { $0.shape.name == name })
        let report = OperationReport([row.shape], .published)
        #expect(abs(report.rows[0].count.total / 1e9 - billions) < 0.001)
        #expect(abs(try #require(report.rows[0].ratio) - ratio) < 0.0001)
    }

    @Test("law: twice the batch is twice the work, and layers add up", arguments: 0..<8)
    func scales(index: Int) {
        let shape = PublishedOperations.rows[index].shape
        let one = OperationCount(shape, .init(tokens: 900, uncached: 70))
        let two = OperationCount(shape, .init(batch: 2, tokens: 900, uncached: 70))
        #expect(two.total == 2 * one.total)
        var deeper = shape
        deeper.layers *= 3
        let three = OperationCount(deeper, .init(tokens: 900, uncached: 70))
        #expect(abs(three.total - one.output - 3 * (one.total - one.output)) < 1e-6 * three.total)
    }

    @Test("law: at the tokens that it names, the formula gives the published figure", arguments: 0..<8)
    func inverts(index: Int) throws {
        let row = PublishedOperations.rows[index]
        let count = OperationCount(row.shape, .published)
        let tokens = try #require(count.uncached(giving: row.billions * 1e9, of: .published))
        let perToken = (count.total - count.output) / 128
        #expect(abs(count.output + perToken * tokens - row.billions * 1e9) < 1)
        #expect(count.uncached(giving: count.output / 2, of: .published) == nil)
    }

    @Test func bertsFigureIsOneOfMultiplyAdds() {
        #expect(abs(PublishedOperations.bertByMultiplyAdds - 38.65) < 0.01)
    }
}
