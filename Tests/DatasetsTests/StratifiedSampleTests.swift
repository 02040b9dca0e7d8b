import Datasets
import Documents
import Evaluation
import Foundation
import Testing

@Suite struct StratifiedSampleTests {
    /// Wanted, sizes of the kinds, shares in proportion, equal shares.
    static let shares: [(Int, [Int], [Int], [Int])] = [
        (10, [50, 30, 20], [5, 3, 2], [4, 3, 3]), (4, [97, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]),
        (10, [97, 1, 1, 1], [7, 1, 1, 1], [7, 1, 1, 1]), (2, [5, 5, 5], [1, 1, 0], [1, 1, 0]),
        (99, [5, 3], [5, 3], [5, 3]), (8, [5, 3], [5, 3], [5, 3]), (1, [1], [1], [1]), (3, [3, 1], [2, 1], [2, 1]),
        (6, [10, 2, 10], [3, 1, 2], [2, 2, 2]),
    ]

    @Test(arguments: shares) func divides(_ count: Int, sizes: [Int], proportional: [Int], equal: [Int]) {
        #expect(StratifiedSample.proportional(count, of: sizes) == proportional)
        #expect(StratifiedSample.equal(count, of: sizes) == equal)
    }

    @Test("law: as many as wanted, none more than there are, and shares near the kind's own", arguments: 0..<200)
    func keepsLaws(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let sizes = (0...next(12)).map { _ in 1 + next(60) }, total = sizes.reduce(0, +), count = 1 + next(total)
        for shares in [StratifiedSample.proportional(count, of: sizes), StratifiedSample.equal(count, of: sizes)] {
            #expect(shares.reduce(0, +) == count)
            #expect(zip(shares, sizes).allSatisfy { 0...$1 ~= $0 })
        }
        if count >= sizes.count {
            #expect(StratifiedSample.proportional(count, of: sizes).allSatisfy { $0 >= 1 })
        }
    }

    static func set() throws -> SampleSet {
        try SampleSet(
            (0..<60).map { index in
                switch index % 6 {
                case 0: SampleSet.refusal("r\(index)", "hm \(index)")
                case 1: SampleSet.refusal("z\(index)", "开灯 \(index)")
                default: SampleSet.call("c\(index)", "light \(index)")
                }
            })
    }

    @Test func drawsByKind() throws {
        let rows = try Self.set().file().rows
        let drawn = StratifiedSample(by: [.outcome, .language], seed: 3).draw(12, of: rows)
        #expect(drawn.count == 12 && drawn == drawn.sorted())
        #expect(drawn.count { rows[$0].sample.id.hasPrefix("c") } == 8)
        #expect(drawn.count { rows[$0].sample.id.hasPrefix("z") } == 2)
        let even = StratifiedSample(by: [.outcome], .equal, seed: 3).draw(12, of: rows)
        #expect(even.count { rows[$0].sample.id.hasPrefix("c") } == 6)
        #expect(StratifiedSample(by: [.function], seed: 0).draw(99, of: rows).count == 60)
    }

    @Test func isTheSameForASeedAndKeepsWhatItHad() throws {
        let rows = try Self.set().file().rows
        let plan = StratifiedSample(by: [.outcome], seed: 7)
        #expect(plan.draw(20, of: rows) == plan.draw(20, of: rows))
        #expect(plan.draw(20, of: rows) != StratifiedSample(by: [.outcome], seed: 8).draw(20, of: rows))
        #expect(Set(plan.draw(12, of: rows)).isSubset(of: plan.draw(24, of: rows)))
        // Whatever order the file has.
        let ids = Set(plan.draw(20, of: rows).map { rows[$0].sample.id })
        let reversed = Array(rows.reversed())
        #expect(Set(plan.draw(20, of: reversed).map { reversed[$0].sample.id }) == ids)
    }

    /// Pool, data, output, and the pool from there.
    static let paths: [(String, String, String, String)] = [
        ("pool.json", "/a/b/set.jsonl", "/a/b/part.jsonl", "pool.json"),
        ("pool.json", "/a/b/set.jsonl", "/a/part.jsonl", "b/pool.json"),
        ("../pool.yaml", "/a/b/set.jsonl", "/c/part.jsonl", "../a/pool.yaml"),
        ("pool.json", "/a/set.jsonl", "/a/b/c/p.jsonl", "../../pool.json"),
    ]

    @Test(arguments: paths) func movesPools(_ pool: String, data: String, output: String, moved: String) {
        #expect(RelativePath.moved(pool, of: data, to: output) == moved)
    }

    @Test func namesSetsByFolderAndFile() throws {
        let set = try SampleSet([SampleSet.refusal("a", "x")], name: "valid.jsonl")
        #expect(try set.file().name.hasSuffix("/valid"))
        #expect(throws: DocumentError.self) { try DatasetFile(path: set.path + "x") }
    }
}
