import Documents
import Evaluation
import Testing

@Suite struct CalibrationTests {
    private static func calibration(_ answers: [(Double, Bool)]) -> Calibration {
        var calibration = Calibration()
        for (confidence, isRight) in answers { calibration.add(confidence, isRight: isRight) }
        return calibration
    }

    static let errors: [(answers: [(Double, Bool)], error: Double)] = [
        ([], 0), ([(1, true)], 0), ([(1, false)], 1), ([(0.75, true), (0.75, true), (0.75, true), (0.75, false)], 0),
        ([(0.5, true), (0.5, true)], 0.5), ([(0.2, false), (0.9, true)], 0.15),
        // Of one bin the mean counts: one too sure and one not sure enough make up for each other.
        ([(0.84, false), (0.86, true)], 0.35), ([(.nan, false), (2, true), (-1, false)], 0),
    ]

    @Test(arguments: errors) func expectedCalibrationError(_ answers: [(Double, Bool)], error: Double) {
        #expect(abs(Self.calibration(answers).error - error) < 1e-12)
    }

    @Test func binsHaveEqualWidth() {
        let bins = Self.calibration([(0, false), (0.05, true), (0.1, true), (0.999, true), (1, true)]).bins
        #expect(bins.map(\.right.total) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2])
        #expect(bins.map(\.right.count) == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2])
        #expect(abs(bins[9].confidence - 0.9995) < 1e-12 && bins[5].confidence == 0)
    }

    static let coverages: [(answers: [(Double, Bool)], precision: Double, kept: Int?, threshold: Double?)] = [
        ([], 0.95, nil, nil), ([(0.9, false)], 0.95, nil, nil), ([(0.9, true), (0.8, false)], 0.95, 1, 0.9),
        ([(0.9, true), (0.8, false)], 0.5, 2, 0.8),
        // Answers of one confidence are kept together or not at all.
        ([(0.9, true), (0.9, false)], 0.95, nil, nil),
        // A threshold below a stretch of wrong answers counts if it reaches the precision again.
        ([(0.9, false), (0.8, true), (0.7, true), (0.6, true)], 0.75, 4, 0.6),
    ]

    @Test(arguments: coverages)
    func coverage(_ answers: [(Double, Bool)], precision: Double, kept: Int?, threshold: Double?) {
        let found = Self.calibration(answers).coverage(atPrecision: precision)
        #expect(found?.kept.count == kept && found?.threshold == threshold)
        #expect(found.map { $0.kept.total == answers.count && $0.right.total == kept } ?? true)
    }

    @Test("law: what is kept grows, and the last threshold keeps all", arguments: UInt64(1)...50)
    func coveragesGrow(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        let answers = (0..<40).map { _ in (Double(next() % 12) / 11, next() % 3 > 0) }
        let list = Self.calibration(answers).coverages
        #expect(zip(list, list.dropFirst()).allSatisfy { $0.kept.count < $1.kept.count && $0.threshold > $1.threshold })
        #expect(list.last?.kept == Share(40, of: 40) && list.last?.right.count == answers.count { $0.1 })
        for entry in list {
            let kept = answers.filter { $0.0 >= entry.threshold }
            #expect(entry.right == Share(kept.count { $0.1 }, of: kept.count))
        }
    }

    @Test func jsonHasBinsThatAreNotEmpty() {
        let json = Self.calibration([(0.95, true), (0.15, false)]).json
        #expect(json["bins"]?.arrayValue?.count == 2 && json["error"] == .number(0.1))
        #expect(json["coverage_at_95"]?["threshold"] == .number(0.95))
        #expect(Self.calibration([(0.5, false)]).json["coverage_at_95"]?.isNull == true)
    }
}
