import Telemetry
import TestSupport
import Testing

@Suite struct HistogramTests {
    @Test func bucketsAreCumulativeAndInclusive() {
        let histogram = Histogram(bounds: [1, 2, 5])
        for value in [0.5, 1, 1.5, 2, 5, 6, .infinity, .nan] { histogram.record(value) }
        let buckets = histogram.samples().filter { $0.suffix == "_bucket" }
        #expect(buckets.map(\.value) == [2, 4, 5, 7])
        #expect(buckets.map(\.upperBound) == [1, 2, 5, .infinity])
        #expect(histogram.count == 7)
    }

    @Test("property: many threads add, nothing is lost", arguments: UInt64(0)..<4)
    func threads(seed: UInt64) async {
        let histogram = Histogram(bounds: [0.25, 0.5, 0.75])
        let counter = Counter(), gauge = Gauge()
        let registry = Registry()
        let family = registry.counter("hits_total", help: "h", labels: ["a", "b"], limit: 16)
        await withTaskGroup(of: Void.self) { tasks in
            for task in 0..<8 {
                tasks.addTask {
                    var random = SeededGenerator(seed * 8 + UInt64(task))
                    for _ in 0..<5000 {
                        histogram.record(Double(Int.random(in: 0...4, using: &random)) / 4)
                        counter.add(2)
                        gauge.add(0.5)
                        family.with("\(Int.random(in: 0..<3, using: &random))", "\(task % 2)").add()
                    }
                }
            }
        }
        var exact = [0, 0, 0, 0]
        var sum = 0.0
        for task in 0..<8 {
            var random = SeededGenerator(seed * 8 + UInt64(task))
            for _ in 0..<5000 {
                let quarter = Int.random(in: 0...4, using: &random)
                exact[max(0, quarter - 1)] += 1
                sum += Double(quarter) / 4
                _ = Int.random(in: 0..<3, using: &random)
            }
        }
        var running = 0
        let cumulative = exact.map { count in
            running += count
            return Double(running)
        }
        #expect(histogram.samples().filter { $0.suffix == "_bucket" }.map(\.value) == cumulative)
        #expect(abs(histogram.sum - sum) < 1e-6)
        #expect(counter.value == 80_000)
        #expect(gauge.value == 20_000)
        var hits = 0
        for a in 0..<3 { for b in 0..<2 { hits += family.with("\(a)", "\(b)").value } }
        #expect(hits == 40_000)
    }
}
