import ModelFiles
import Testing

/// The mean of adapters: weighted, number by number, and only of adapters of one shape.
@Suite struct AdapterMeanTests {
    private static func adapter(_ value: Float, rank: Int = 2, invocation: [Int32]? = [1]) -> LowRankAdapter {
        let model = AdapterFolderTests.model
        var adapter = LowRankAdapter(
            shape: AdapterShape(
                rank: rank, alpha: 4, matrices: [.query, .down], layers: [0, 1], invocation: invocation))
        for layer in 0..<2 {
            for matrix in [AdaptedMatrix.query, .down] {
                let shape = model.shape(of: matrix.weight(ofLayer: layer))
                adapter[.a, matrix, layer] = (0..<rank * shape[1]).map { value + Float($0) }
                adapter[.b, matrix, layer] = (0..<rank * shape[0]).map { value * 2 - Float($0) }
            }
        }
        return adapter
    }

    static let weighted: [(shares: [Double], value: Float)] = [
        ([1, 1], 3), ([3, 1], 2), ([0.5, 1.5], 4), ([10, 10], 3),
    ]

    @Test(arguments: weighted) func sharesWeigh(_ shares: [Double], _ value: Float) throws {
        let mean = try LowRankAdapter.mean(of: [(Self.adapter(1), shares[0]), (Self.adapter(5), shares[1])])
        let expected = Self.adapter(value)
        #expect(mean.shape == expected.shape)
        for layer in 0..<2 {
            for matrix in AdaptedMatrix.allCases {
                for factor in LowRankAdapter.Factor.allCases {
                    #expect(mean[factor, matrix, layer] == expected[factor, matrix, layer])
                }
            }
        }
    }

    @Test func theMeanOfOneIsItself() throws {
        let one = Self.adapter(0.75)
        let mean = try LowRankAdapter.mean(of: [(one, 7)])
        #expect(mean[.b, .down, 1] == one[.b, .down, 1] && mean[.a, .query, 0] == one[.a, .query, 0])
    }

    @Test func orderDoesNotMatter() throws {
        let (first, second, third) = (Self.adapter(1), Self.adapter(4), Self.adapter(8.5))
        let forwards = try LowRankAdapter.mean(of: [(first, 1), (second, 2), (third, 1)])
        let backwards = try LowRankAdapter.mean(of: [(third, 1), (second, 2), (first, 1)])
        #expect(forwards[.a, .down, 0] == backwards[.a, .down, 0])
    }

    @Test func whatHasNoMeanIsNamed() {
        #expect(throws: AdapterMeanError.none) { _ = try LowRankAdapter.mean(of: []) }
        for share in [0, -1, Double.infinity] {
            #expect(throws: AdapterMeanError.share(share)) {
                _ = try LowRankAdapter.mean(of: [(Self.adapter(1), share)])
            }
        }
        #expect(throws: AdapterMeanError.shape(1)) {
            _ = try LowRankAdapter.mean(of: [(Self.adapter(1), 1), (Self.adapter(1, rank: 3), 1)])
        }
        #expect(throws: AdapterMeanError.shape(2)) {
            _ = try LowRankAdapter.mean(
                of: [(Self.adapter(1), 1), (Self.adapter(2), 1), (Self.adapter(1, invocation: nil), 1)])
        }
        // Of a model of another size.
        var other = Self.adapter(1)
        other[.a, .query, 1]?.removeLast()
        #expect(throws: AdapterMeanError.shape(2)) {
            _ = try LowRankAdapter.mean(of: [(Self.adapter(1), 1), (Self.adapter(2), 1), (other, 1)])
        }
    }
}
