import Evaluation
import Testing

@Suite struct ShareTests {
    /// Values of Newcombe 1998, Statistics in Medicine 17, table I (method 3).
    static let published: [(count: Int, total: Int, low: Double, high: Double)] = [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718),
    ]

    @Test(arguments: published) func intervalIsWilsons(count: Int, total: Int, low: Double, high: Double) {
        let interval = Share(count, of: total).interval
        #expect(abs(interval.lowerBound - low) < 5e-5 && abs(interval.upperBound - high) < 5e-5, "\(interval)")
    }

    @Test func nothingKnownIsEverythingPossible() {
        #expect(Share().interval == 0...1 && Share().text == "-" && Share(29, of: 29).interval.upperBound == 1)
        #expect(Share(33, of: 50).text == "66.0 % (52.2-77.6)")
    }
}
