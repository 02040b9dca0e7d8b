import LoadTesting
import Testing

@Suite struct GoalTests {
    /// Text, and as it is told again.
    static let read: [(String, String)] = [
        ("p99<200ms", "p99<200ms"), ("p99.9 < 1s", "p99.9<1000ms"), ("mean<0.5s", "mean<500ms"),
        ("max<2s", "max<2000ms"),
        ("ttft.p95<100ms", "ttft.p95<100ms"), ("TPOT.mean<12.5ms", "tpot.mean<12.5ms"), ("rt.p50<1ms", "p50<1ms"),
    ]
    @Test(arguments: read) func reads(_ text: String, _ told: String) throws {
        let goal = try Goal(text)
        #expect(goal.description == told)
        #expect(try Goal(told) == goal)
    }

    @Test(arguments: [
        "", "p99", "p99<", "<200ms", "p99<200", "p99<-1ms", "p99<0ms", "p0<1s", "p100<1s", "p99<nans", "p99<infs",
        "q<1s",
        "ttft<1s", "ttft.<1s", "p99<1s<2s", "px<1s", "p99<1h", "rt.p99.p50<1s", "p<1s", "p99>1s",
    ])
    func refuses(_ text: String) {
        #expect(throws: LoadError.self) { try Goal(text) }
    }

    @Test func goodAnswersAreThoseBelowEveryLimit() throws {
        let goals = [try Goal("p99<200ms"), try Goal("ttft.p50<50ms")]
        func record(_ end: Double, firstToken: Double?) -> RequestRecord {
            var record = RequestRecord(number: 0, part: 0, planned: 0, sent: 0)
            (record.end, record.firstToken) = (end, firstToken)
            return record
        }
        let records = [
            record(0.1, firstToken: 0.02), record(0.3, firstToken: 0.02), record(0.1, firstToken: 0.06),
            record(0.19, firstToken: nil),
        ]
        let figures = LoadFigures([(records, 0...1)], goals: goals)
        #expect(figures.answers == 4 && figures.goodAnswers == 2)
        #expect(figures.queriesPerSecond == 4 && figures.goodput == 2)
        #expect(LoadFigures([(records, 0...1)], goals: []).goodput == nil)
        #expect(LoadFigures([([], 0...1)], goals: goals).goodput == 0)
    }
}
