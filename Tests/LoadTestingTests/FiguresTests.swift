import LoadTesting
import Testing

@Suite struct FiguresTests {
    static func record(_ number: Int, planned: Double, end: Double, failure: RequestFailure? = nil) -> RequestRecord {
        var record = RequestRecord(number: number, part: 0, planned: planned, sent: planned)
        (record.end, record.failure) = (end, failure)
        return record
    }

    static func point(_ step: LoadStep, _ records: [RequestRecord], ended: Double) -> PointRecords {
        PointRecords(
            step: step, records: records, sendingEnded: ended, seconds: records.map(\.end).max() ?? 0, connections: 1,
            processorSeconds: 0)
    }

    static func pace(_ seconds: Double, ramp: Double = 0, settling: Double = 0) -> LoadPace {
        var pace = LoadPace()
        (pace.seconds, pace.ramp, pace.settling) = (seconds, ramp, settling)
        return pace
    }

    @Test(
        "a closed loop of equal answers has exactly its rate, wherever sending ends", arguments: [1.0, 1.05, 1.13, 2.5])
    func closedWindow(ended: Double) throws {
        // Three clients, each answer takes 0.2 s.
        var records: [RequestRecord] = []
        for round in 0..<Int((ended / 0.2).rounded(.up)) {
            for _ in 0..<3 {
                let begin = Double(round) * 0.2
                records.append(Self.record(records.count, planned: begin, end: begin + 0.2))
            }
        }
        let point = Self.point(.clients(3), records, ended: ended)
        let window = try #require(point.steadyWindow(Self.pace(ended)))
        #expect(window.lowerBound == 0.2 && window.upperBound <= ended + 1e-9)
        let counted = records.filter { point.isCounted($0, window) }
        let figures = LoadFigures([(counted, window)], goals: [])
        // The answers at the beginning of the window are those before it.
        #expect(abs(Double(counted.count) / figures.seconds - 15) < 1e-6)
    }

    @Test func tooFewAnswersAreNoSteadyState() {
        let records = (0..<4).map { Self.record($0, planned: 0, end: 5 + Double($0)) }
        #expect(Self.point(.clients(4), records, ended: 1).steadyWindow(Self.pace(1)) == nil)
        #expect(Self.point(.clients(1), [], ended: 1).steadyWindow(Self.pace(1)) == nil)
        #expect(Self.point(.rate(1, .constant), [], ended: 1).steadyWindow(Self.pace(1)) == nil)
    }

    @Test func anOpenLoopCountsWhatWasPlannedInTheWindow() throws {
        // Ten a second; each answer takes two seconds: those planned last end after the window and still count.
        let records = (0..<100).map { Self.record($0, planned: Double($0) / 10, end: Double($0) / 10 + 2) }
        let point = Self.point(.rate(10, .constant), records, ended: 9.9)
        let pace = Self.pace(10, ramp: 1, settling: 2)
        let window = try #require(point.steadyWindow(pace))
        #expect(window == 3...10)
        let counted = records.filter { point.isCounted($0, window) }
        #expect(counted.count == 70 && counted.first?.planned == 3)
        let phases = records.map { point.phase(of: $0, pace, window).rawValue }
        #expect(phases.count { $0 == "ramp" } == 11 && phases.count { $0 == "settling" } == 19)
        let figures = LoadFigures([(counted, window)], goals: [])
        #expect(figures.answers == 70 && figures.answersWithin == 51 && abs((figures.times?.p99 ?? 0) - 2) < 1e-9)
        #expect(!Saturation.grows(records, in: window, point.step))
    }

    @Test("answers that fall ever more behind are saturation", arguments: [0.5, 0.8, 0.9])
    func saturation(share: Double) {
        // A server that answers one after another, `share` of those planned.
        let records = (0..<200).map { Self.record($0, planned: Double($0) / 20, end: Double($0) / 20 / share + 0.05) }
        #expect(Saturation.grows(records, in: 0...10, .rate(20, .constant)))
        #expect(!Saturation.grows(records, in: 0...10, .clients(3)))
    }

    @Test func risesAreCertainOnlyAboveNoise() {
        let noise = [1.0, -1, 1, -1, 1, -1, 1, -1, 1, -1]
        #expect(!Saturation.rise(noise).isCertain)
        #expect(Saturation.rise((0..<10).map { Double($0) + noise[$0] / 10 }).isCertain)
        #expect(!Saturation.rise((0..<10).map { 10 - Double($0) }).isCertain)
        let line = Saturation.rise([1, 2, 3, 4, 5])
        #expect(abs(line.height - 4) < 1e-9 && line.mean == 3)
        #expect(!Saturation.rise([1, 2]).isCertain && !Saturation.rise([]).isCertain)
    }

    @Test func errorsAreCountedByKind() {
        let failures: [RequestFailure] = [
            RequestFailure(.status, "HTTP 503: x", status: 503), RequestFailure(.timeout, "late"),
            RequestFailure(.status, "HTTP 503: y", status: 503), RequestFailure(.status, "HTTP 429: z", status: 429),
        ]
        let records = failures.enumerated().map { Self.record($0.offset, planned: 0, end: 1, failure: $0.element) }
        let figures = LoadFigures([(records + [Self.record(9, planned: 0, end: 1)], 0...2)], goals: [])
        #expect(figures.errorKinds == ["http_503": 2, "http_429": 1, "timeout": 1])
        #expect(figures.errors == 4 && figures.answers == 1 && figures.firstError == "HTTP 503: x")
    }

    /// Values, mean and half width (R: `t.test(x)$conf.int`).
    static let intervals: [([Double], Double, Double?)] = [
        ([5], 5, nil), ([1, 2, 3], 2, 2.484), ([10, 12, 11, 13, 14], 12, 1.963), ([4, 4, 4], 4, 0),
    ]
    @Test(arguments: intervals) func student(_ values: [Double], _ mean: Double, _ half: Double?) throws {
        let interval = try #require(StudentInterval(values))
        #expect(interval.mean == mean)
        #expect(half.map { abs((interval.halfWidth ?? -1) - $0) < 0.01 } ?? (interval.halfWidth == nil))
        #expect(StudentInterval([]) == nil)
    }

    /// Degrees of freedom and quantile (scipy: `t.ppf(0.975, n)`).
    static let quantiles: [(Double, Double)] = [
        (1, 12.706), (2.9, 4.303), (30, 2.042), (31, 2.040), (60, 2.000), (1000, 1.962),
    ]
    @Test(arguments: quantiles) func quantile(_ freedom: Double, _ value: Double) {
        #expect(abs(StudentInterval.quantile(freedom: freedom) - value) < 0.004)
    }

    static let timings: [(String, [String: Double])] = [
        ("total;dur=12.5", ["total": 0.0125]),
        ("queue;dur=0.4, decode;desc=\"x\";dur=48", ["queue": 0.0004, "decode": 0.048]),
        ("", [:]), ("a", [:]), ("a;dur=x, b;dur=-1, c;dur=nan", [:]), (";dur=1,, ;", [:]),
    ]
    @Test(arguments: timings) func serverTimings(_ field: String, _ expected: [String: Double]) {
        let read = StageTime.read(field)
        #expect(read.count == expected.count)
        #expect(read.allSatisfy { abs((expected[$0.name] ?? -1) - $0.seconds) < 1e-9 })
    }
}
